"""Raw tables + master data -> the movement table: numbers scaled, names known, total order.

Column by column; what repeats (numbers, names) is looked at once, and rows only where something is
wrong. Rows with an error are left out and reported.

Problems: item-unknown, location-unknown, party-unknown, type-unknown, quantity-unclear,
quantity-zero, price-unclear, amount-unclear, currency-foreign, id-unclear, expiry-unclear,
time-unclear, movement-differs, and those of `entered`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from operator import itemgetter
from typing import Any

from invledger.ledger.entered import judge_entered
from invledger.ledger.grammar import is_date
from invledger.ledger.names import CODE_LETTERS
from invledger.ledger.nearest import NOTHING_NEAR, nearest_of
from invledger.ledger.order import day_groups, entered_order, total_order
from invledger.ledger.repeats import without_repeats
from invledger.model import (
    PRICE_DECIMALS,
    Company,
    Master,
    MovementTable,
    Place,
    Problem,
    RawTable,
    Row,
    parse_scaled,
    problem,
)

Columns = dict[str, list[Any]]  # text, numbers or pairs, by name of the column

ID_LENGTH_MAX = 64
STRANGERS_MAX = 100
_ID = re.compile(rf"[{CODE_LETTERS}][{CODE_LETTERS}._-]*")
_ID_PLAIN = bytes(c for c in range(128) if chr(c).isalnum() or chr(c) in "._-\n")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?")
_SAME = tuple(n for n in Row._fields if n not in {"rank", "line", "quantity", "price", "amount"})


def resolve(
    raws: Iterable[RawTable], master: Master, ranks: Mapping[str, int], company: Company
) -> tuple[MovementTable, list[Problem]]:
    """All lines of the books in total order; `ranks` gives each known type its rank."""
    desk = _Desk(master, ranks, company)
    columns: Columns = {name: [] for name in Row._fields}
    for group in day_groups(list(raws)):
        found = desk.resolved(group)
        order = total_order(found)
        for name, column in columns.items():
            column.extend(_ordered(found[name], order))
    if company.order == "as-entered":
        order = entered_order(columns)
        columns = {name: list(_ordered(column, order)) for name, column in columns.items()}
    table = MovementTable(**columns)
    table, repeated = without_repeats(table)
    desk.problems += _foreign_kinds(master, company)
    return table, sorted(desk.problems + repeated, key=lambda p: (p.place, p.code))


def _foreign_kinds(master: Master, company: Company) -> Iterable[Problem]:
    """Prices that the method keeps goods at are in the company's currency, or mean nothing."""
    own = company.currency
    for price in master.prices:
        if price.kind and price.currency != own:
            said = {"item": price.commodity, "kind": price.kind, "currency": price.currency}
            yield problem("price-foreign", price.place, own=own, **said)


def _ordered(column: list[object], order: list[int] | None) -> Iterable[object]:
    if order is None or len(order) < 2:
        return column
    if column[0] == column[-1] and column.count(column[0]) == len(column):
        return column
    ordered: tuple[object, ...] = itemgetter(*order)(column)
    return ordered


class _Scaled(dict[str, "int | None"]):
    """Texts as integers of some decimals, each read once; None for empty or unclear text."""

    def __init__(self, decimals: int) -> None:
        super().__init__({"": None})
        self.decimals = decimals

    def __missing__(self, text: str) -> int | None:
        self[text] = found = parse_scaled(text, self.decimals)
        return found


class _Desk:
    """What is looked up while tables are resolved, and the Problems found."""

    def __init__(self, master: Master, ranks: Mapping[str, int], company: Company) -> None:
        self.master = master
        self.ranks = ranks
        self.company = company
        self.problems: list[Problem] = []
        self.by_decimals: dict[int, _Scaled] = {}
        self.scales: dict[str, _Scaled] = {"": self.scale(0)}
        for item in master.items.values():
            self.scales[item.code] = self.scale(item.decimals)
        self.prices = _Scaled(PRICE_DECIMALS)
        self.amounts = self.scale(company.currency_decimals)
        rated = (price.commodity for price in master.prices if price.currency == company.currency)
        self.currencies = {"", company.currency, *rated} - master.items.keys()

    def scale(self, decimals: int) -> _Scaled:
        return self.by_decimals.setdefault(decimals, _Scaled(decimals))

    def resolved(self, group: Sequence[RawTable]) -> Columns:
        """The columns of Row for some tables, in the order given, faulty rows left out."""
        raw = _joined(group)
        bad = self.unknown(raw)
        if bad:
            raw = _without(raw, bad)
        items, quantities = raw["item"], raw["quantity"]
        scales = self.scales
        out: Columns = {name: raw[name] for name in _SAME}
        out["quantity"] = [scales[i][q] for i, q in zip(items, quantities, strict=True)]
        out["price"] = [self.prices[text] for text in raw["price"]]
        out["amount"] = [self.amounts[text] for text in raw["amount"]]
        if set(raw["currency"]) - {"", self.company.currency}:
            self.foreign_amounts(raw, out)
        out["rank"] = [self.ranks[type_] for type_ in raw["type"]]
        out["line"] = [1] * len(items)
        if any(raw["line"]):
            out["line"] = [int(str(line)) if line else 1 for line in raw["line"]]
        if any(raw["rank"]):
            self.own_ranks(raw, out)
        bad = self.unsound(raw, out)
        if bad:
            out = _without(out, bad)
        self.problems += judge_entered(out, self.master, self.company)
        return out

    def own_ranks(self, raw: Columns, out: Columns) -> None:
        """A movement's own rank wins; it stays visible in the metadata, to be printed again."""
        for at, rank in enumerate(raw["rank"]):
            if rank:
                out["rank"][at] = int(str(rank))
        out["meta"] = [
            (("rank", rank), *meta) if rank else meta
            for rank, meta in zip(raw["rank"], out["meta"], strict=True)
        ]

    def unknown(self, raw: Columns) -> set[int]:
        """Positions of rows that name an unknown item, location or type; parties are reported."""
        master, bad = self.master, set[int]()
        for name, code, known in (
            ("item", "item-unknown", master.items),
            ("source", "location-unknown", master.locations),
            ("target", "location-unknown", master.locations),
            ("type", "type-unknown", self.ranks),
        ):
            bad |= self.strangers(raw, name, code, known)
        self.strangers(raw, "party", "party-unknown", master.parties)
        return bad

    def strangers(
        self, raw: Columns, name: str, code: str, known: Mapping[str, object]
    ) -> set[int]:
        """Report values of a column that are not known, with the nearest name that is."""
        strange = {str(value) for value in set(raw[name]) if value} - known.keys()
        if not strange:
            return set()
        # A flood of strangers has one cause: who is near is told of the first ones only.
        nearest = nearest_of(sorted(strange)[:STRANGERS_MAX], known)
        return self.report(
            raw, name, strange.__contains__, code,
            lambda value: {"name": value, "nearest": nearest.get(value, NOTHING_NEAR)},
        )  # fmt: skip

    def report(
        self,
        columns: Columns,
        name: str,
        is_bad: Callable[[str], bool],
        code: str,
        args: Callable[[str], Mapping[str, object]] = lambda value: {"text": value},
    ) -> set[int]:
        """One Problem for each row whose value is bad; their positions."""
        bad = {at for at, value in enumerate(columns[name]) if is_bad(str(value))}
        for at in sorted(bad):
            place = Place(str(columns["path"][at]), int(str(columns["lineno"][at])))
            self.problems.append(
                problem(code, place, "", id=columns["id"][at], **args(str(columns[name][at])))
            )
        return bad

    def foreign_amounts(self, raw: Columns, out: Columns) -> None:
        """Amounts in other currencies, by their own decimals."""
        amounts = out["amount"]
        for at, (currency, text) in enumerate(zip(raw["currency"], raw["amount"], strict=True)):
            if text:
                decimals = self.master.decimals_of(str(currency), self.company)
                amounts[at] = self.scale(decimals)[str(text)]

    def unsound(self, raw: Columns, out: Columns) -> set[int]:
        """Positions of rows whose numbers, currency, id, time or expiry are not right."""
        bad: set[int] = set()
        for name, code, is_bad in (
            ("price", "price-unclear", lambda t: t and self.prices[t] is None),
            ("id", "id-unclear", lambda t: not _is_id(t)),
            ("time", "time-unclear", lambda t: t and _TIME.fullmatch(t) is None),
            ("expiry", "expiry-unclear", lambda t: t and not is_date(t)),
        ):
            if self._may_be_bad((raw, out), name, is_bad):
                bad |= self.report(raw, name, is_bad, code)
        if out["amount"].count(None) != raw["amount"].count(""):
            pairs = zip(raw["amount"], out["amount"], strict=True)
            unclear = [text if number is None else "" for text, number in pairs]
            bad |= self.report({**raw, "amount": unclear}, "amount", bool, "amount-unclear")
        if set(raw["currency"]) - self.currencies:
            bad |= self.report(
                {**raw, "currency": self.unrated(raw)}, "currency", bool, "currency-foreign"
            )
        quantities = out["quantity"]
        if None in quantities or 0 in quantities:
            bad |= self.bad_quantities(raw, quantities)
        return bad

    def unrated(self, raw: Columns) -> list[str]:
        """The currency of each row that no rate is known of, and that states none; else ''."""
        return [
            currency
            if currency not in self.currencies and all(key != "rate" for key, _ in meta)
            else ""
            for currency, meta in zip(raw["currency"], raw["meta"], strict=True)
        ]

    @staticmethod
    def _may_be_bad(
        columns: tuple[Columns, Columns], name: str, is_bad: Callable[[str], object]
    ) -> bool:
        """A cheap look at a whole column, before any look at rows."""
        raw, out = columns
        column = raw[name]
        if name == "price":
            return out[name].count(None) != column.count("")
        if name == "id":
            joined = "\n".join(["", *column])
            is_plain = not joined.encode().translate(None, _ID_PLAIN)
            is_begun = not any(f"\n{sign}" in joined for sign in "._-\n")
            is_short = max(map(len, column), default=0) <= ID_LENGTH_MAX
            return not (is_plain and is_begun and is_short and all(column))
        return any(column) and any(map(is_bad, set(column)))

    def bad_quantities(self, raw: Columns, quantities: list[object]) -> set[int]:
        bad = set()
        for at, quantity in enumerate(quantities):
            item = str(raw["item"][at])
            if quantity or not item:
                continue
            bad.add(at)
            place = Place(str(raw["path"][at]), int(str(raw["lineno"][at])))
            known = self.master.items[item]
            self.problems.append(
                problem(
                    "quantity-unclear" if quantity is None else "quantity-zero", place,
                    id=raw["id"][at], item=item, quantity=raw["quantity"][at],
                    decimals=known.decimals, unit=known.unit,
                )
            )  # fmt: skip
        for at, code in enumerate(raw["item"]):
            if not code:
                quantities[at] = 0
        return bad


def _is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None and len(text) <= ID_LENGTH_MAX


def _joined(group: Sequence[RawTable]) -> Columns:
    """Columns of some tables one after the other, and the path of each row."""
    if len(group) == 1:
        columns = dict(group[0].columns)
    else:
        columns = {
            name: [value for raw in group for value in raw.columns[name]]
            for name in group[0].columns
        }
    columns["path"] = [raw.path for raw in group for _ in range(len(raw))]
    return columns


def _without(columns: Columns, bad: set[int]) -> Columns:
    count = len(columns["id"])
    keep = [at not in bad for at in range(count)]
    return {name: list(compress(column, keep)) for name, column in columns.items()}
