"""Movements and value documents as text: what is printed reads back to the same rows.

A printed block ends with its checksum line, one line feed, and no blank line: who appends puts a
blank line between blocks. Movement metadata come in the order that the fast reader knows.

The text without its checksum is what digests of the data are made of (`books.stamping`): it says
all that a row says, whichever way its source was laid out.

Problems (raised as Refused): text-with-line-break, metadata-key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from invledger.ledger.grammar import is_label
from invledger.ledger.layout import aligned, header, meta_line, meta_lines, quote
from invledger.ledger.shape import SHARED
from invledger.ledger.sums import with_sum
from invledger.model import Item, Row, format_price, format_scaled

#: Metadata that belong to a line even where the movement has only one.
_OF_LINE = frozenset({"serial", "entered", "entered-price", "qty2"})
_PLACED = frozenset({"rank", "tags"})
_LINE_SHARED = ("lot", "expiry")
#: The decimals of amounts in a currency.
Decimals = Callable[[str], int]
#: Metadata that movements mostly have; their values stand in quotes.
_USUAL = frozenset({"doc", "handler", "prepared", "dept", "project"})


def two_decimals(_currency: str) -> int:
    """What money mostly has."""
    return 2


def print_movement(
    rows: Sequence[Row], items: Mapping[str, Item], decimals: Decimals = two_decimals
) -> str:
    """One movement as a block with its checksum; `rows` are its lines, in order.

    Raises KeyError for an item that is not in `items`, ValueError without rows.
    """
    return with_sum(movement_text(rows, items, decimals))


def movement_text(
    rows: Sequence[Row], items: Mapping[str, Item], decimals: Decimals = two_decimals
) -> str:
    """The same without the checksum, and without a line feed at its end."""
    if not rows:
        raise ValueError("a movement has at least one line")
    first = rows[0]
    usual = _usual_text(first, items[first.item]) if len(rows) == 1 else ""
    if usual:
        return usual
    shared, placed = _shared(rows), _placed(rows)
    tags = placed.get("tags", "")
    is_header = tags == " ".join(sorted(set(tags.split()))) and all(map(is_label, tags.split()))
    metas = [
        tuple((key, value) for key, value in row.meta if key not in placed) for row in rows
    ]
    common = _common(metas)
    texts = (first.payee, first.narration)
    lines = [header(first.date, texts, first.links.split(), tags if is_header else "")]
    lines += meta_lines(
        [
            ("id", first.id), ("type", first.type), ("time", first.time), ("party", first.party),
            ("ref", shared.get("ref", "")), ("rank", placed.get("rank", "")),
            ("tags", "" if is_header else tags),
            *((key, shared[key]) for key in SHARED if key in shared and key != "ref"),
        ]
    )  # fmt: skip
    lines += [meta_line(key, value) for key, value in metas[0][:common]]
    for row, meta in zip(rows, metas, strict=True):
        number = str(row.line) if len(rows) > 1 or row.line != 1 else ""
        own = [(key, getattr(row, key)) for key in SHARED if key not in shared]
        own.insert(len(_LINE_SHARED), ("line", number))
        under = meta_lines(own, "    ")
        under += [meta_line(key, value, "    ") for key, value in meta[common:]]
        lines += _postings(row, items[row.item], under, decimals)
    return "\n".join(lines)


def _placed(rows: Sequence[Row]) -> dict[str, str]:
    """Rank and tags where all lines have them alike; else each line has its own."""
    found = [{key: value for key, value in row.meta if key in _PLACED} for row in rows]
    return {
        key: value
        for key, value in found[0].items()
        if value and all(one.get(key) == value for one in found)
    }


def _usual_text(row: Row, item: Item) -> str:
    """What most movements are: one line that names nothing but goods, partner and document.

    Some times as quick as looking at everything that a line may say; empty for any other row.
    """
    (
        date, _, time, id_, number, type_, party, code, quantity, source, target, price, amount,
        currency, lot, expiry, order, ref, reason, tax, owner, payee, narration, links, meta,
        _, _,
    ) = row  # fmt: skip
    if number != 1 or amount is not None or expiry or order or ref or tax or owner or links:
        return ""
    if currency and price is None:
        return ""
    said = f'  reason: "{reason}"\n' if reason else ""
    free = f"{time}{party}{reason}{payee}{narration}{lot}{type_}{id_}"
    for key, value in meta:
        if key not in _USUAL or not value:
            return ""
        said += f'  {key}: "{value}"\n'
        free += value
    if '"' in free or "\\" in free or not free.isprintable():
        return ""
    texts = f'"{payee}" "{narration}"' if payee else f'"{narration}"'
    time = f'  time: "{time}"\n' if time else ""
    party = f'  party: "{party}"\n' if party else ""
    lot = f'    lot: "{lot}"\n' if lot else ""
    much = format_scaled(quantity, item.decimals, 0)
    rest = code if price is None else f"{code} @ {format_price(price)} {currency}"
    return (
        f'{date} * {texts}\n  id: "{id_}"\n  type: "{type_}"\n{time}{party}{said}'
        f"{aligned(f'  {target}', much, rest)}\n{lot}{aligned(f'  {source}', f'-{much}', rest)}"
    )


def _postings(row: Row, item: Item, meta: list[str], decimals: Decimals) -> list[str]:
    quantity = format_scaled(row.quantity, item.decimals, 0)
    rest = row.item
    if row.price is not None:
        rest += f" @ {format_price(row.price)} {row.currency}"
    elif row.currency and row.amount is None:
        rest += f" @ {row.currency}"
    if row.amount is not None:
        amount = format_scaled(row.amount, decimals(row.currency))
        meta = [*meta, meta_line("amount", f"{amount} {row.currency}", "    ")]
    return [
        aligned(f"  {row.target}", quantity, rest),
        *meta,
        aligned(f"  {row.source}", f"-{quantity}", rest),
    ]


def _shared(rows: Sequence[Row]) -> dict[str, str]:
    """Shared metadata that stand on the movement: the same on every line, lot and expiry apart."""
    found = {}
    for key in SHARED:
        values = {getattr(row, key) for row in rows}
        if len(values) == 1 and "" not in values and key not in _LINE_SHARED:
            found[key] = values.pop()
    return found


def _common(metas: Sequence[tuple[tuple[str, str], ...]]) -> int:
    """How many leading metadata all lines have alike, up to the first that belongs to a line."""
    count = 0
    for pairs in zip(*metas, strict=False):
        if len(set(pairs)) > 1 or pairs[0][0] in _OF_LINE:
            break
        count += 1
    return count


def print_value_document(row: Row, decimals: Decimals = two_decimals) -> str:
    """A document without quantity (`custom`), with its checksum."""
    return with_sum(document_text(row, decimals))


def document_text(row: Row, decimals: Decimals = two_decimals) -> str:
    """The same without the checksum, and without a line feed at its end."""
    amount = ""
    if row.amount is not None:
        amount = f" {format_scaled(row.amount, decimals(row.currency))} {row.currency}"
    placed = dict(row.meta)
    lines = [f"{row.date} custom {quote(row.type)} {quote(row.id)}{amount}"]
    lines += meta_lines(
        [
            ("time", row.time), ("party", row.party), ("rank", placed.get("rank", "")),
            ("line", str(row.line) if row.line != 1 else ""),
            *((key, getattr(row, key)) for key in SHARED),
        ]
    )  # fmt: skip
    lines += [meta_line(key, value) for key, value in row.meta if key != "rank"]
    return "\n".join(lines)
