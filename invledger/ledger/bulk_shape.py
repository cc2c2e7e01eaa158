"""Blocks of one shape as columns: where each field stands, and that each is as it ought to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from invledger.ledger.grammar import is_date
from invledger.model import PRICE_DECIMALS, Item, Party

_RANK = re.compile(rb"\n  rank: (0|[1-9][0-9]{0,2})(?=\n)")
_KEY = re.compile(rb"\n  ([a-z]+): ")
_NUMBERS = re.compile(rb"(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?\n)+")
_WHOLE = re.compile(rb"(?:[1-9][0-9]{0,14}\n)+")
_CENTS = re.compile(rb"(?:(?:0|[1-9][0-9]{0,14})\.[0-9]{2}\n)+")
_IDS = re.compile(rb"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,63}\n)+")
_CLOCKS = re.compile(rb"(?:(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?\n)+")
_CONTROLS = bytes([*range(32), 127])
_RANK_DIGITS = 3
_POSTING_MIN = 64  # bytes; what stands between other fields is shorter

#: What blocks give: lists of equal length, in the order of `bulk.Rows`.
Columns = tuple[Sequence[Any], ...]
Block = Sequence[bytes]


class Unusual(Exception):
    """Something that the plain path shall look at."""


class Known(NamedTuple):
    """What rows share that one stencil serves: numbers of what they name (see `swift.Plain`)."""

    type: int
    source: int
    target: int
    class_: int
    has_price: bool
    has_party: bool
    reason: int


class Names:
    """What movements may name, by its bytes; learns what rows are like as it meets them."""

    def __init__(  # noqa: PLR0913, PLR0917  all that rows may name
        self, types: Sequence[str], ranks: Sequence[int], items: Sequence[Item],
        classes: Sequence[int], locations: Sequence[str], parties: Sequence[Party],
        currency: str, money: int, reasons: Sequence[str], silent: Iterable[str],
    ) -> None:  # fmt: skip
        self.types = {name.encode(): at for at, name in enumerate(types)}
        self.ranks = [b"%d" % rank for rank in ranks]
        self.codes = [item.code.encode() for item in items]
        self.items = {code: at for at, code in enumerate(self.codes)}
        self.classes, self.decimals = classes, [item.decimals for item in items]
        self.locations = {name.encode(): at for at, name in enumerate(locations)}
        self.parties = {party.code.encode(): party.name.encode() for party in parties}
        self.currency = currency.encode()
        # What quantity times price has to be divided by to be of minor units; even, but for 1.
        self.downs = [10 ** (places + PRICE_DECIMALS - money) for places in self.decimals]
        self.reasons = {reason.encode(): at for at, reason in enumerate(reasons, 2)}
        self.metas = frozenset(key.encode() for key in silent)
        self.likes: list[Known] = []
        self._known: dict[Known, int] = {}
        self.numbers: dict[tuple[int, bool, bool], dict[tuple[Any, ...], int]] = {}

    def number(self, shape: tuple[int, bool, bool], key: tuple[Any, ...]) -> int:
        """The number of a kind of row that was not met before; raises Unusual."""
        type_, has_price, has_party = shape
        target, source, class_, reason = key
        try:
            ends = self.locations[source], self.locations[target]
        except KeyError:
            raise Unusual from None
        named = self.reasons.get(reason, 1 if reason else 0)
        found = self.number_of(Known(type_, *ends, class_, has_price, has_party, named))
        self.numbers[shape][key] = found
        return found

    def number_of(self, known: Known) -> int:
        """The number of a kind of row."""
        found = self._known.setdefault(known, len(self.likes))
        if found == len(self.likes):
            self.likes.append(known)
        return found


class _Shape(NamedTuple):
    """Which pieces of a block hold what; 0 where it has none of it."""

    at: Mapping[bytes, int]
    same: Sequence[int]  # pieces that are the same in all blocks of this shape
    metas: Sequence[tuple[bytes, int]]
    rank: bytes  # of the row itself
    cut: int  # bytes of the first posting's piece before the posting
    first: int
    lot: int


def columns_of(blocks: Sequence[Block], names: Names) -> Iterator[Columns]:
    """The columns of blocks with equally many pieces, shape by shape; raises Unusual."""
    pieces = list(zip(*blocks, strict=True))
    shape = _shape_of(blocks[0], names)
    mixed = [at for at in shape.same if pieces[at].count(pieces[at][0]) != len(blocks)]
    if not mixed:
        found = _columns(shape, pieces, names)
        if found is not None:
            yield found
            return
        mixed = [shape.first, -1]
    parts: dict[tuple[object, ...], list[Block]] = {}
    keys = zip(*[map(_form, pieces[at]) for at in mixed], strict=True)
    for key, block in zip(keys, blocks, strict=True):
        parts.setdefault(key, []).append(block)
    if len(parts) == 1:
        raise Unusual
    for part in parts.values():
        yield from columns_of(part, names)


def _form(piece: bytes) -> object:
    """What tells pieces apart that do not read alike: of postings their lines, prices and rank."""
    if len(piece) < _POSTING_MIN:
        return piece
    rank = _RANK.match(piece)
    return piece.count(b"\n"), b" @ " in piece, piece.endswith(b": "), rank[0] if rank else b""


def _shape_of(block: Block, names: Names) -> _Shape:
    """The shape of a block by its keys; raises Unusual."""
    at = {b"payee": 0, b"narration": 1, b"lot": 0}
    same: list[int] = []
    metas: list[tuple[bytes, int]] = []
    rank, cut = b"", 0
    next_ = 2
    if len(block) > 4 and block[2] == b" ":
        at |= {b"payee": 1, b"narration": 3}
        same, next_ = [2], 4
    wanted = [b"id", b"type", b"time", b"party"]
    last = len(block) - 1
    while next_ <= last:
        piece = block[next_]
        own = _RANK.match(piece)
        if own is not None:
            if rank or wanted[:1] in ([b"id"], [b"type"]):
                raise Unusual
            rank, cut = own[1], own.end()
        found = _KEY.fullmatch(piece, cut if own else 0)
        if found is None or next_ == last:
            break
        key = found[1]
        if key in wanted and not metas and not rank:
            del wanted[: wanted.index(key) + 1]
            at[key] = next_ + 1
            same += [next_, next_ + 1] if key == b"type" else [next_]
        elif key in names.metas and key not in at:
            metas.append((key, next_ + 1))
            at[key] = next_ + 1
            same.append(next_)
        else:
            raise Unusual
        cut = 0
        next_ += 2
    lot = next_ + 1 if next_ == last - 2 else 0
    if not (next_ == last or lot) or b"id" not in at or b"type" not in at:
        raise Unusual
    metas = [pair for pair in metas if pair[0] != b"reason"]
    return _Shape(at, same, metas, rank, cut, next_, lot)


def _columns(shape: _Shape, pieces: Sequence[Block], names: Names) -> Columns | None:
    """The columns of blocks of one shape; None where their postings differ in form."""
    at, count = shape.at, len(pieces[0])
    posted = _postings(shape, pieces, names)
    if posted is None:
        return None
    target, source, item, number, price, expiry = posted
    nothing = [b""] * count

    def column(key: bytes) -> Sequence[bytes]:
        where = at.get(key, 0)
        return pieces[where] if where else nothing

    type_, ids = names.types.get(column(b"type")[0]), column(b"id")
    if type_ is None or _IDS.fullmatch(b"\n".join(ids) + b"\n") is None:
        raise Unusual
    rank = shape.rank or names.ranks[type_]
    times, party, payee = column(b"time"), column(b"party"), column(b"payee")
    narration, reason = column(b"narration"), column(b"reason")
    lot = pieces[shape.lot] if shape.lot else nothing
    _look_at_texts(payee, (narration, lot, reason), [pieces[where] for _, where in shape.metas])
    if at.get(b"party") and not names.parties.keys() >= set(party):
        raise Unusual
    try:
        index = [names.items[one] for one in item]
    except KeyError:
        raise Unusual from None
    classes, decimals = names.classes, names.decimals
    quantity = _scaled(number, [decimals[one] for one in index])
    prices: Sequence[int | None] = [None] * count
    nets = [0] * count
    if price:
        prices, nets = _priced(price, quantity, index, names)
    if min(quantity) <= 0:
        raise Unusual
    like = (type_, bool(price), bool(at.get(b"party")))
    numbers = names.numbers.setdefault(like, {})
    keys = list(zip(target, source, [classes[one] for one in index], reason, strict=True))
    try:
        likes = [numbers[key] for key in keys]
    except KeyError:
        for key in set(keys) - numbers.keys():
            names.number(like, key)
        likes = [numbers[key] for key in keys]
    return (
        _sort_keys(pieces[0], rank, times), ids, column(b"type"), [rank] * count, times,
        party, payee, narration, reason, lot, expiry or nothing, _metas(shape, pieces, count),
        item, target, source, number, quantity, prices, nets, likes, index,
    )  # fmt: skip


def _postings(
    shape: _Shape, pieces: Sequence[Block], names: Names
) -> tuple[Sequence[bytes], ...] | None:
    """Target, source, item, quantity, price and expiry; no prices and no expiries are empty.

    The words of all blocks are one list. A sign stands where a line begins, one for the first line
    of a piece, another for the others: what stands at its place in the list is of the right line.
    """
    count = len(pieces[0])
    first = pieces[shape.first]
    if shape.cut:
        head = first[0][: shape.cut]
        if not all(one.startswith(head) for one in first):
            return None
        first = [one[shape.cut :] for one in first]
    words = _words(first)
    is_priced = words[4:5] == [b"@"]
    size = 7 if is_priced else 4  # words of a line, its sign among them
    width = wide = len(_words(first[:1]))
    rest, want, sign = size, {0: b"\x02"}, b"\x01"
    if is_priced:
        want |= {4: b"@", 6: names.currency}
    other, wanted = words, want
    if shape.lot:
        want |= {size: b"\x01", size + 1: b"lot:"}
        if wide != size + 2 or not _is_even(words, wide, count, want):
            return None
        other = _words(pieces[-1])
        width, rest, wanted, sign = len(_words(pieces[-1][:1])), 0, {}, b"\x02"
    expiry: Sequence[bytes] = ()
    if other[rest + 1 : rest + 2] == [b"expiry:"]:
        wanted |= {rest: sign, rest + 1: b"expiry:"}
        expiry = other[rest + 2 :: width]
        rest, sign = rest + 3, b"\x01"
    wanted[rest] = sign
    if is_priced:
        wanted |= {rest + 4: b"@", rest + 6: names.currency}
    if width != rest + size or not _is_even(other, width, count, wanted):
        return None
    if not all(is_date(one.decode()) for one in set(expiry)):
        raise Unusual
    number, item = words[2::wide], words[3::wide]
    price = words[5::wide] if is_priced else ()
    minus = b"-" + b"\n-".join(number)
    if b"\n".join(other[rest + 2 :: width]) != minus or other[rest + 3 :: width] != item:
        raise Unusual
    if price and other[rest + 5 :: width] != price:
        raise Unusual
    return words[1::wide], other[rest + 1 :: width], item, number, price, expiry


def _words(pieces: Sequence[bytes]) -> list[bytes]:
    """The words of all pieces, with a sign before those of each line."""
    text = b"\x02" + b"\x02".join(pieces)
    return text.replace(b"\x02\n", b" \x02").replace(b"\n", b" \x01").split()


def _is_even(words: Sequence[bytes], width: int, count: int, want: Mapping[int, bytes]) -> bool:
    """Whether there are so many words a block, and some of them are the same in all."""
    return len(words) == width * count and all(
        words[at::width].count(word) == count for at, word in want.items()
    )


def _scaled(texts: Sequence[bytes], places: Sequence[int]) -> list[int]:
    """Numbers as integers of so many decimals each; raises Unusual."""
    lines = b"\n".join(texts) + b"\n"
    if _WHOLE.fullmatch(lines) is not None:
        if not any(places):
            return list(map(int, texts))
        return [int(text) * 10**place for text, place in zip(texts, places, strict=True)]
    if _NUMBERS.fullmatch(lines) is None:
        raise Unusual
    return [
        _exact(text, place) if b"." in text else int(text) * 10**place
        for text, place in zip(texts, places, strict=True)
    ]


def _exact(text: bytes, places: int) -> int:
    whole, _, part = text.partition(b".")
    if part[places:].strip(b"0"):
        raise Unusual
    return int(whole + part[:places].ljust(places, b"0"))


def _priced(
    price: Sequence[bytes], quantity: Sequence[int], index: Sequence[int], names: Names
) -> tuple[list[int], list[int]]:
    """Prices, and what the rows are worth in minor units, rounded half up."""
    lines = b"\n".join(price) + b"\n"
    if _CENTS.fullmatch(lines) is None:
        prices = _scaled(price, [PRICE_DECIMALS] * len(price))
    else:
        more = 10 ** (PRICE_DECIMALS - 2)
        prices = [cents * more for cents in map(int, lines.replace(b".", b"").split())]
    if min(prices) <= 0:
        raise Unusual
    downs = names.downs
    return prices, [
        (one * each + (downs[item] >> 1)) // downs[item]
        for one, each, item in zip(quantity, prices, index, strict=True)
    ]


def _look_at_texts(
    payee: Sequence[bytes], texts: Iterable[Sequence[bytes]], metas: Iterable[Sequence[bytes]]
) -> None:
    """No signs that print nothing; no quotes in what `repr` writes; no idle blanks in names."""
    names = set(payee)
    if any(b"  " in name or name.strip(b" ") != name for name in names):
        raise Unusual
    whole = b"".join([*names, *[b"".join(column) for column in texts]])
    quoted = b"".join([b"".join(column) for column in metas])
    if len(whole.translate(None, _CONTROLS)) < len(whole) or b"'" in quoted:
        raise Unusual
    if len(quoted.translate(None, _CONTROLS)) < len(quoted):
        raise Unusual


def _sort_keys(dates: Sequence[bytes], rank: bytes, times: Sequence[bytes]) -> list[bytes]:
    """Date, rank and time as one text that sorts like them; the absent time last."""
    if _CLOCKS.fullmatch(b"\n".join(times) + b"\n") is None:
        raise Unusual
    padded = rank.rjust(_RANK_DIGITS, b"0")
    if b"" in times:
        times = [time or b"~" for time in times]
    if dates[0] == dates[-1]:
        start = dates[0] + padded
        return [start + time for time in times]
    return [date + padded + time for date, time in zip(dates, times, strict=True)]


def _metas(shape: _Shape, pieces: Sequence[Block], count: int) -> Sequence[bytes]:
    """What else a row says, as `repr` writes a tuple of pairs."""
    metas = shape.metas
    own = b"('rank', '%b'), " % shape.rank if shape.rank else b""
    if not metas:
        return [b"(%b)" % own[:-1]] * count
    if len(metas) == 1 and not own:
        start = b"(('%b', '" % metas[0][0]
        return [b"%b%b'),)" % (start, value) for value in pieces[metas[0][1]]]
    form = b"(" + own + b", ".join([b"('%b', '%%b')" % key for key, _ in metas]) + b")"
    return [form % values for values in zip(*[pieces[at] for _, at in metas], strict=True)]
