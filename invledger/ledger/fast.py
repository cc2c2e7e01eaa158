"""The fast way: one pattern over a whole file of one-line movements, columns out.

This is the product's main cost, so it makes no object a row: `findall` gives the fields of all
blocks, `zip` turns them into columns, whatever repeats is looked at once. Files that hold other
blocks too are matched block by block (`match_block`). The file is taken as
Latin-1 (one byte a character, no widening); fields that hold other bytes are decoded afterwards.
The answer is None wherever anything is unusual; the block-wise way then reads the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate, repeat

from invledger.ledger.directive import Meta
from invledger.ledger.grammar import is_account, is_currency, is_date
from invledger.ledger.plain import plain_meta
from invledger.ledger.shape import OF_MOVEMENT, SHARED, Extras, try_extras
from invledger.ledger.sums import DIGITS, MARK
from invledger.model import RawRow, RawTable

# Possessive repeats of single characters keep the matcher from noting where it could go back.
_TEXT = r'"([^"\\\n\t]*+)"'
_SOME = r'"([^"\\\n\t]++)"'
_CODE = r'"([ !#-\[\]-~]++)"'
_NUMBER = r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?"
_ACCOUNT = r'([A-Z][^ \t"\n]*+)'
_HEAD = (
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}) \* (?:{_TEXT} )?{_TEXT}"
    r"((?: \^[A-Za-z0-9/._-]++)*)\n"
    rf"  id: {_CODE}\n  type: {_SOME}\n"
    rf"(?:  time: {_CODE}\n)?(?:  party: {_SOME}\n)?(?:  ref: {_CODE}\n)?"
    # Document numbers hardly repeat, what stands beside them does: so they are found apart.
    rf'((?:  (?!doc: ")[a-z][^\n]*+\n)*+)(?:  doc: {_SOME}\n)?'
    r"((?:  [a-z][^\n]*+\n)*+)"
)
_LINE = (
    rf"  {_ACCOUNT} ++({_NUMBER}) ([A-Z][A-Z0-9'._-]*+)((?: @ ({_NUMBER}) ([A-Z]{{3}}))?)\n"
    rf"(?:    lot: {_SOME}\n)?(?:    expiry: ([0-9-]++)\n)?"
    r"((?:    [a-z][^\n]*+\n)*)"
    rf"  {_ACCOUNT} ++-"
)
_BLOCK = rf"{_HEAD}{_LINE}\14 \15\16"
_MARK = re.escape(MARK)
_FILE = re.compile(rf"{_BLOCK}\n{_MARK}([0-9a-f]{{{DIGITS}}})(?:\n\n|\n?\Z)|([^\n]*\n|[^\n]+\Z)")
_ONE_HEAD = re.compile(_HEAD)
_ONE_LINE = re.compile(rf"{_LINE}\2 \3\4(?:\n|\Z)")

_FIELDS = (
    "date", "payee", "narration", "links", "id", "type", "time", "party", "ref", "over", "doc",
    "after", "target", "quantity", "item", "at", "price", "currency", "lot", "expiry", "under",
    "source",
)  # fmt: skip
_REPEATED = frozenset(
    {"date", "type", "party", "item", "target", "source", "currency", "expiry"}
)
_OWN = tuple(name for name in _FIELDS if name in RawRow._fields)
#: Fields that the pattern lets hold nothing but ASCII.
_ASCII = frozenset(
    {"date", "links", "id", "time", "ref", "quantity", "item", "at", "price", "currency", "expiry"}
)
#: Keys with a column of their own; any other is metadata and nothing more.
_MEANT = frozenset({*OF_MOVEMENT, *SHARED, "line", "amount"})
_LINE_KEY = "\n    line: "
_ID_KEY = "\n  id: "
_GAP = len("\n\n")
_BYTES_MARK = b"\n" + MARK.encode()


def read_fast(path: str, data: bytes) -> RawTable | None:
    """All movements of a file whose every block is of one line and bears a good checksum."""
    text = data.decode("latin-1")
    if _LINE_KEY in text or text.count(MARK) != text.count(_ID_KEY):
        return None  # a cheap look, so that other files do not pay for the pattern
    fields = _FILE.findall(text)
    head = 0
    while head < len(fields) and fields[head][-1]:
        head += 1
    lines = [field[-1] for field in fields[:head]]
    if any(line[:1] not in {";", "\n"} or line.startswith(MARK) for line in lines):
        return None
    *columns, sums, other = zip(*fields[head:], strict=True) if len(fields) > head else _NOTHING
    if any(other):
        return None
    linenos = _proved(data[sum(map(len, lines)) :], sums, len(lines) + 1)
    if linenos is None:
        return None
    return _table(path, columns, linenos, is_ascii=data.isascii())


_NOTHING: tuple[tuple[str, ...], ...] = ((),) * (len(_FIELDS) + 2)


def match_block(block: str) -> list[tuple[str, ...]] | None:
    """The fields of each line of one block (as `table_of` wants them); None if not this form."""
    head = _ONE_HEAD.match(block)
    if head is None:
        return None
    above, at, found = head.groups(""), head.end(), []
    while at < len(block):
        line = _ONE_LINE.match(block, at)
        if line is None:
            return None
        found.append(above + line.groups(""))
        at = line.end()
    return found


def table_of(
    path: str, fields: Sequence[tuple[str, ...]], linenos: Sequence[int]
) -> RawTable | None:
    """A table from what `match_block` gave; None when something is unusual."""
    columns = list(zip(*fields, strict=True)) if fields else list(_NOTHING[:-2])
    table = _table(path, columns, linenos, is_ascii=True)
    if table is None or len(set(linenos)) == len(linenos):
        return table
    several = {lineno for lineno, count in Counter(linenos).items() if count > 1}
    numbers = [
        (lineno, line)
        for lineno, line in zip(linenos, table.columns["line"], strict=True)
        if lineno in several
    ]
    is_numbered = all(line for _, line in numbers) and len(set(numbers)) == len(numbers)
    return table if is_numbered else None


def _proved(data: bytes, sums: Sequence[str], first: int) -> list[int] | None:
    """The line of each block's head; None when a checksum does not fit its block."""
    chunks = data.split(_BYTES_MARK)
    if len(chunks) != len(sums) + 1:
        return None
    skip = DIGITS + _GAP
    stated = iter(sums)
    if sums and sha256(chunks[0]).hexdigest()[:DIGITS] != next(stated):
        return None
    made = [sha256(chunk[skip:]).hexdigest()[:DIGITS] for chunk in chunks[1:-1]]
    if made != list(stated):
        return None
    counts = [chunk.count(b"\n") + 1 for chunk in chunks[:-1]]
    if counts:
        counts[0] += _GAP
    return list(accumulate(counts, initial=first))[:-1] if counts else []


def _table(
    path: str, columns: Sequence[Sequence[str]], linenos: Sequence[int], *, is_ascii: bool
) -> RawTable | None:
    """Columns as found, decoded and proved value by value; what repeats is looked at once.

    Columns that are empty throughout are one and the same list: callers do not append.
    """
    if not is_ascii:
        columns = [
            column if name in _ASCII else _decoded(column)
            for name, column in zip(_FIELDS, columns, strict=True)
        ]
    named = dict(zip(_FIELDS, columns, strict=True))
    known = {name: _known(named[name]) for name in _REPEATED}
    if not _is_sound(known):
        return None
    count = len(linenos)
    table = RawTable(path)
    empty: list[object] = [""] * count
    out: dict[str, list[object]] = dict.fromkeys(RawRow._fields, empty)
    for name in _OWN:
        if name in known:
            # One object a value: less memory, and every later look-up finds its hash made.
            out[name] = list(map(known[name].__getitem__, named[name]))
        elif any(named[name]):
            out[name] = list(named[name])
    if any(named["links"]):
        out["links"] = [
            _links(text) if text.count("^") > 1 else text[2:] for text in named["links"]
        ]
    out["flag"] = ["*"] * count
    out["lineno"] = list(linenos)
    if not _lay_extras(out, named, count):
        return None
    table.columns.update(out)
    return table


def _known(column: Sequence[str]) -> dict[str, str]:
    """Each value of a column once, as key and as the object that stands for it."""
    values = set(column)
    return dict(zip(values, values, strict=True))


def _decoded(column: Sequence[str]) -> Sequence[str]:
    if "".join(column).isascii():
        return column
    return list(map(_utf8, column))


@lru_cache(maxsize=65536)
def _utf8(text: str) -> str:
    return text.encode("latin-1").decode()


def _is_sound(known: dict[str, dict[str, str]]) -> bool:
    """Whether every date, account and item is of the regular language (numbers are already)."""
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("date", is_date),
        ("target", is_account),
        ("source", is_account),
        ("item", is_currency),
        ("expiry", is_date),
    )
    return all(all(map(test, known[name].keys() - {""})) for name, test in tests)


def _links(text: str) -> str:
    return " ".join(sorted({link[1:] for link in text.split()}))


@lru_cache(maxsize=65536)
def _parse_extras(over: str, under: str) -> Extras | None:
    """The metadata lines above and below the first posting that the pattern does not name."""
    movement, line = plain_meta(over), plain_meta(under)
    if movement is None or line is None:
        return None
    keys = dict(movement).keys()
    if not line and len(keys) == len(movement) and keys.isdisjoint(_MEANT):
        return Extras("", "", "", "", "", "", "", "", "", "", "", movement)
    named = {key for key, _ in movement} & {"id", "type", "time", "party", "ref"}
    named |= {key for key, _ in line} & {"id", "type", "time", "party", "rank", "lot", "expiry"}
    return None if named else try_extras(movement, line)


#: Stands for any document number while metadata are parsed; no text holds it.
_ANY = "\0"
_DOC = f'  doc: "{_ANY}"\n'


def _lay_extras(
    out: dict[str, list[object]], named: dict[str, Sequence[str]], count: int
) -> bool:
    """Spread metadata over their columns; the pattern's own finds stay. False if unusual."""
    docs = named["doc"]
    if not (any(docs) or any(named["over"]) or any(named["after"]) or any(named["under"])):
        out["meta"] = list(repeat((), count))
        return True
    kinds = list(zip(named["over"], map(bool, docs), named["after"], named["under"], strict=True))
    known = {
        kind: _parse_extras(f"{kind[0]}{_DOC if kind[1] else ''}{kind[2]}", kind[3])
        for kind in set(kinds)
    }
    extras = {kind: found for kind, found in known.items() if found is not None}
    if len(extras) < len(known):
        return False
    for name in Extras._fields:
        values = {kind: getattr(found, name) for kind, found in extras.items()}
        if name == "meta":
            ends = {kind: _around(meta) for kind, meta in values.items()}
            out[name] = [
                before if after is None else (*before, ("doc", doc), *after)
                for (before, after), doc in zip(map(ends.__getitem__, kinds), docs, strict=True)
            ]
        elif any(values.values()):
            news = map(values.__getitem__, kinds)
            if name == "amount" and any(map(_both, out["price"], map(values.get, kinds))):
                return False  # which the block-wise way reports
            out[name] = [new or old for new, old in zip(news, out[name], strict=True)]
    return True


def _around(meta: Meta) -> tuple[Meta, Meta | None]:
    """What stands before and after the document number; None after it where there is none."""
    at = next((at for at, (_, value) in enumerate(meta) if value == _ANY), None)
    return (meta, None) if at is None else (meta[:at], meta[at + 1 :])


def _both(price: object, amount: object) -> bool:
    return bool(price and amount)
