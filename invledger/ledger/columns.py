"""Reading by column (polars): the bytes of plain movement files -> one frame, in total order.

The core's fast way for large books. A file is cut at line ends and quotes; a block's lines follow
one another, so each field of all movements is one gather. What is plain is what `compiled_read`
says; anything else gives None, and the plain path reads everything and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import polars as pl

from invledger.ledger.grammar import is_date
from invledger.ledger.prescan import LINE_BYTES_MAX
from invledger.ledger.sums import DIGITS, MARK
from invledger.model import Item, Party

Frame = pl.DataFrame

_MARK = b"\n" + MARK.encode()
_SKIP = DIGITS + len("\n\n")
_LINES = dict.fromkeys("abcde", pl.String)
_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
_NUMBER = r"^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?$"
_BAD = r"[\x00-\x1f\x7f\\]"
_BAD_IN_REPR = r"[\x00-\x1f\x7f\\']"
_NET_MAX = 2**60
_DECIMALS = 10  # of quantities while they are read
_METAS_MAX = 8


class Vocabulary:
    """What movements may name, as types of columns and as tables of what belongs to it."""

    def __init__(  # noqa: PLR0913, PLR0917  all that rows may name
        self, types: Sequence[str], ranks: Sequence[int], items: Sequence[Item],
        classes: Sequence[int], locations: Sequence[str], parties: Sequence[Party],
        currency: str, reasons: Sequence[str], silent: Iterable[str],
    ) -> None:  # fmt: skip
        self.types, self.parties = pl.Enum(types), pl.Enum([party.code for party in parties])
        self.names = pl.Series([party.name for party in parties], dtype=pl.String)
        self.reasons = {reason: at for at, reason in enumerate(reasons, 2)} | {"": 0}
        self.locations, self.items = pl.Enum(locations), pl.Enum([item.code for item in items])
        self.ranks = pl.Series(ranks, dtype=pl.Int64)
        self.decimals = pl.Series([item.decimals for item in items], dtype=pl.Int64)
        self.classes = pl.Series(classes, dtype=pl.Int64)
        self.currency = currency
        quoted = [f"  {key}: " for key in silent if key != "rank"]
        self.metas = pl.Series(quoted, dtype=pl.String)


def proved(data: bytes) -> int:
    """How many blocks a file has whose every block bears a good checksum; -1 for any other."""
    chunks = data.split(_MARK)
    if len(chunks) < 2 or len(chunks[-1]) != DIGITS + 1:
        return -1
    texts = [chunks[0], *[chunk[_SKIP:] for chunk in chunks[1:-1]]]
    made = "".join([sha256(text).hexdigest()[:DIGITS] for text in texts])
    said = b"".join([chunk[:DIGITS] for chunk in chunks[1:]])
    return len(texts) if made.encode() == said else -1


def read_columns(
    days: Sequence[tuple[str, Sequence[bytes]]], vocabulary: Vocabulary, money: int
) -> pl.DataFrame | None:
    """The movements of some days in total order; None where one is not plain.

    Columns: date, time, id, payee, narration, reason, lot, expiry, currency (texts, empty where
    absent), own (rank of the row itself, as text), meta (pairs as `repr` writes them, each with a
    comma behind), type, party, item, source, target (enumerations), rank, quantity, price (null,
    or of `places` decimals), net (minor units), like (which stencil the row needs).
    """
    counts = [proved(data) for _, files in days for data in files]
    if min(counts) < 0:
        return None
    dates = [date for date, files in days for _ in files]
    # The first line tells polars how many columns there are.
    text = b'""""\n' + b"\n".join([data for _, files in days for data in files])
    try:
        lines = pl.read_csv(
            text, separator='"', quote_char=None, has_header=False, schema=_LINES,
            encoding="utf8",
        ).rechunk()  # fmt: skip  # gathers are many, and slow over chunks
        dated = pl.Series(dates).gather(_repeated(counts))
        return _Reader(lines[1:], vocabulary).frame(dated, money)
    except (pl.exceptions.PolarsError, Unusual):
        return None


class Unusual(Exception):
    """Something that the plain path shall look at."""


def _repeated(counts: Sequence[int]) -> pl.Series:
    frame = pl.DataFrame({"n": counts}).with_row_index("file")
    return frame.select(pl.col("file").repeat_by("n").explode()).to_series()


def _need(mask: pl.Series) -> None:
    """Every value of a column of truths is true."""
    if mask.null_count() or not mask.all():
        raise Unusual


class _Reader:
    """Walks down all blocks at once: `at` is the line where each of them is being read."""

    def __init__(self, lines: pl.DataFrame, vocabulary: Vocabulary) -> None:
        self.lines, self.vocabulary = lines, vocabulary
        self.first, self.text, self.more = lines["a"], lines["b"], lines["c"]
        blank = self.first.is_null()
        starts = blank.arg_true() + 1
        longest = sum(_most(lines[name].str.len_bytes()) for name in _LINES)
        if longest + len(_LINES) > LINE_BYTES_MAX:
            raise Unusual
        self.start = pl.concat([pl.Series([0], dtype=starts.dtype), starts]).rename("at")
        self.at = self.start
        self.count = len(self.at)
        self.empty = pl.Series([""], dtype=pl.String).new_from_index(0, self.count)

    def frame(self, dates: pl.Series, money: int) -> pl.DataFrame:
        """All columns; raises Unusual."""
        if len(dates) != self.count:
            raise Unusual
        columns = {"date": dates, **self._head(dates)}
        columns["id"] = self._quoted("  id: ")
        columns["type"] = self._quoted("  type: ").cast(self.vocabulary.types)
        columns["time"] = self._perhaps("  time: ")
        party = self._perhaps("  party: ")
        columns["party"] = party.replace("", None).cast(self.vocabulary.parties)
        columns |= self._metadata()
        columns |= self._line()
        if not self._is(";", ends=True).all():
            raise Unusual
        ends = pl.concat([self.start[1:], pl.Series([len(self.first) + 1], dtype=self.at.dtype)])
        _need(self.at + 2 == ends)
        frame = self._ordered(pl.DataFrame(columns))
        return frame.with_columns(net=_net(frame, money), like=self._like(frame))

    def _is(self, sign: str, *, ends: bool = False) -> pl.Series:
        """Which blocks' line begins so; without a string on it where it `ends` so."""
        found = self.first.gather(self.at).str.starts_with(sign)
        return found & self.text.gather(self.at).is_null() if ends else found

    def _step(self, by: pl.Series | int = 1) -> None:
        self.at = self.at + (by.cast(self.at.dtype) if isinstance(by, pl.Series) else by)

    def _head(self, dates: pl.Series) -> dict[str, pl.Series]:
        _need(self.first.gather(self.at) == dates + " * ")
        one, gap = self.text.gather(self.at), self.more.gather(self.at)
        two, rest = self.lines["d"].gather(self.at), self.lines["e"].gather(self.at)
        is_two = gap.is_not_null()
        _need((gap.fill_null(" ") == " ") & rest.is_null() & (two.is_not_null() == is_two))
        payee = one.zip_with(is_two, self.empty)
        narration = two.zip_with(is_two, one)
        for name in (payee.unique(), narration.unique()):
            _need(~name.str.contains(_BAD))
        _need(~payee.unique().str.contains("^ |  | $"))
        self._step()
        return {"payee": payee, "narration": narration}

    def _quoted(self, key: str) -> pl.Series:
        """The strings of lines that every block has."""
        _need(self.first.gather(self.at) == key)
        _need(self.more.gather(self.at).is_null())
        found = self.text.gather(self.at)
        _need(found.is_not_null())
        self._step()
        return found

    def _perhaps(self, key: str) -> pl.Series:
        """The strings of lines that a block may have; empty where it has none."""
        here = self.first.gather(self.at) == key
        _need(self.more.gather(self.at).is_null() | ~here)
        found = self.text.gather(self.at)
        _need(found.is_not_null() | ~here)
        self._step(here)
        return found.zip_with(here, self.empty)

    def _metadata(self) -> dict[str, pl.Series]:
        """Reason, rank and what else stands before the first posting, as `repr` writes it."""
        reason = own = meta = self.empty
        before: list[pl.Series] = []
        metas = self.vocabulary.metas.implode()
        for _ in range(_METAS_MAX):
            line, value = self.first.gather(self.at), self.text.gather(self.at)
            is_rank = line.str.starts_with("  rank: ")
            is_quoted = line.is_in(metas)
            here = is_quoted | is_rank
            if not here.any():
                break
            for other in before:
                _need((line != other) | ~here)
            before.append(line)
            _need(self.more.gather(self.at).is_null() | ~here)
            if is_rank.any():
                _need(~is_rank | (line.str.contains("^  rank: [0-9]{1,3}$") & value.is_null()))
                _need(~is_rank | (own == ""))
                own = line.str.slice(8).zip_with(is_rank, own)
            is_reason = line == "  reason: "
            if is_reason.any():
                reason = value.zip_with(is_reason, reason)
            is_other = is_quoted & ~is_reason
            _need(~here | is_rank | value.is_not_null())
            if is_other.any():
                _need(~is_other | ~value.str.contains(_BAD_IN_REPR))
                said = pl.select(
                    pl.concat_str(
                        pl.lit(meta), pl.lit("('"), pl.lit(line).str.slice(2).str.head(-2),
                        pl.lit("', '"), pl.lit(value), pl.lit("'), "),
                    )
                ).to_series()  # fmt: skip
                meta = said.zip_with(is_other, meta)
            self._step(here)
        return {"reason": reason, "own": own, "meta": meta}

    def _line(self) -> dict[str, pl.Series]:
        """Both postings, and the lot between them."""
        vocabulary = self.vocabulary
        first, account, said = self._posting()
        whole, part, item, price, cents = self._goods(said)
        self._step()
        lot, expiry = self._perhaps("    lot: "), self._expiry()
        second, other, again = self._posting()
        _need(again == "-" + said)
        _need(first & second)
        self._step()
        items = item.cast(vocabulary.items)
        _need(items.is_not_null())
        decimals = vocabulary.decimals.gather(items.to_physical())
        places = _places(cents)
        return {
            "target": account.cast(vocabulary.locations),
            "source": other.cast(vocabulary.locations),
            "item": items, "lot": lot, "expiry": expiry,
            "quantity": _exact(_scaled(whole, part, _DECIMALS), _DECIMALS - decimals),
            "price": _scaled(price, cents, places),
            "item_decimals": decimals,
            "currency": price.is_not_null().replace_strict(
                {True: vocabulary.currency, False: ""}, return_dtype=pl.String
            ),
            "places": pl.Series([places], dtype=pl.Int64).new_from_index(0, self.count),
        }  # fmt: skip

    def _posting(self) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Whether all is in order so far, the location, and what follows the blanks."""
        line = self.first.gather(self.at)
        is_sound = self.text.gather(self.at).is_null() & line.str.starts_with("  ")
        parts = line.str.slice(2).str.splitn(" ", 2).struct.unnest()
        account, rest = parts.get_columns()
        return is_sound & rest.is_not_null(), account, rest.str.strip_chars_start(" ")

    def _expiry(self) -> pl.Series:
        """The day after which goods are no good, where a line says it."""
        line = self.first.gather(self.at)
        here = line.str.starts_with("    expiry: ")
        if not here.any():
            return self.empty
        found = line.str.slice(12).zip_with(here, self.empty)
        _need(self.text.gather(self.at).is_null() | ~here)
        if not all(map(is_date, set(found.unique().to_list()) - {""})):
            raise Unusual
        self._step(here)
        return found

    def _goods(self, said: pl.Series) -> Sequence[pl.Series]:
        """Whole and part of the quantity, item, whole and part of the price."""
        number, rest = said.str.splitn(" ", 2).struct.unnest().get_columns()
        item, priced = rest.str.splitn(" @ ", 2).struct.unnest().get_columns()
        end = f" {self.vocabulary.currency}"
        _need(priced.str.ends_with(end) | priced.is_null())
        price = priced.str.strip_suffix(end)
        _need(number.str.contains(_NUMBER))
        _need(price.str.contains(_NUMBER) | price.is_null())
        whole, part = number.str.splitn(".", 2).struct.unnest().get_columns()
        return whole, part, item, *price.str.splitn(".", 2).struct.unnest().get_columns()

    def _like(self, frame: pl.DataFrame) -> pl.Series:
        """The number that says which stencil a row needs; as `compiled_order.value` makes it."""
        codes = {name: frame[name].to_physical().cast(pl.Int64) for name in (
            "type", "source", "target", "item"
        )}  # fmt: skip
        ends = (codes["type"] * 2**15 + codes["source"]) * 2**15 + codes["target"]
        ends = ends * 2**12 + self.vocabulary.classes.gather(codes["item"])
        reason = frame["reason"].replace_strict(
            self.vocabulary.reasons, default=1, return_dtype=pl.Int64
        )
        priced = frame["price"].is_not_null().cast(pl.Int64)
        partied = frame["party"].is_not_null().cast(pl.Int64)
        return ends * 256 + priced * 128 + partied * 64 + reason

    def _ordered(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows in total order (`order.total_order`), each column looked at."""
        _need(frame["id"].str.contains(_ID))
        for name in ("lot", "reason"):
            _need(~frame[name].str.contains(_BAD))
        for name in ("type", "source", "target", "quantity"):
            _need(frame[name].is_not_null())
        _need((frame["quantity"] > 0) & ((frame["price"] > 0) | frame["price"].is_null()))
        ranks = self.vocabulary.ranks.gather(frame["type"].to_physical())
        own = frame["own"]
        if (own != "").any():
            ranks = own.replace("", None).cast(pl.Int64).fill_null(ranks)
        frame = frame.with_columns(rank=ranks)
        day = frame["date"].str.replace_all("-", "", literal=True).cast(pl.Int64)
        key = (day * 1000 + ranks) * 10_000_000 + _clock(frame["time"])
        if key.n_unique() == len(key):
            return frame[key.arg_sort()]
        ids = frame["id"]
        _need(~ids.str.contains("-[0-9]{18,}$"))
        parts = ids.str.extract_groups("^(.*)-([0-9]{1,17})$").struct.unnest()
        head, counter = parts.get_columns()
        keys = pl.DataFrame(
            {"key": key, "head": head.fill_null(ids),
             "counter": counter.cast(pl.Int64).fill_null(-1), "id": ids}
        )  # fmt: skip
        order = keys.with_row_index("row").sort("key", "head", "counter", "id")["row"]
        return frame[order]


def _places(part: pl.Series) -> int:
    """The most decimals that some number has."""
    return _most(part.str.len_bytes())


def _most(numbers: pl.Series) -> int:
    """The largest of some whole numbers; 0 where there is none."""
    found = numbers.max()
    return found if isinstance(found, int) else 0


def _scaled(whole: pl.Series, part: pl.Series, places: int) -> pl.Series:
    """Numbers as integers of so many decimals; null stays null."""
    if not places:
        return whole.cast(pl.Int64)
    return (whole + part.fill_null("").str.pad_end(places, "0")).cast(pl.Int64)


def _exact(numbers: pl.Series, less: pl.Series) -> pl.Series:
    """Numbers with so many decimals less, which must be zeros."""
    scale = pl.Series([10**n for n in range(_DECIMALS + 1)], dtype=pl.Int64).gather(less)
    _need(numbers % scale == 0)
    return numbers // scale


def _clock(time: pl.Series) -> pl.Series:
    """Times of day as numbers that sort like the texts; the absent last."""
    is_absent = time == ""
    _need(is_absent | time.str.contains(_CLOCK))
    digits = time.str.replace_all(":", "", literal=True)
    is_short = digits.str.len_bytes() == 4
    seconds = digits.str.pad_end(6, "0").cast(pl.Int64) * 2 + 1 - is_short.cast(pl.Int64)
    last = pl.Series([9_999_999], dtype=pl.Int64).new_from_index(0, len(time))
    return seconds.zip_with(~is_absent, last)


def _net(frame: pl.DataFrame, money: int) -> pl.Series:
    """Quantity times price in minor units, rounded half up; 0 where there is no price."""
    price = frame["price"].fill_null(0)
    shift = frame["item_decimals"] + (int(frame["places"][0]) - money)
    powers = pl.Series([10**n for n in range(19)], dtype=pl.Int64)
    down, up = powers.gather(shift.clip(0, 18)), powers.gather((-shift).clip(0, 18))
    if _most(frame["quantity"]) * _most(price) * _most(up) > _NET_MAX:
        raise Unusual
    return (frame["quantity"] * price * up * 2 + down) // (down * 2)


def keyed(frame: pl.DataFrame, numbers: Mapping[int, int]) -> pl.DataFrame:
    """The frame with the number of each row's stencil, by what makes rows alike."""
    return frame.with_columns(
        stencil=pl.col("like").replace_strict(numbers, return_dtype=pl.Int64)
    )
