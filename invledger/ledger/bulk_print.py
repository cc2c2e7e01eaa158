"""Printing in bulk: rows, costs and forms of vouchers -> text of days, column by column.

All vouchers of one form are one list of pieces, joined by one call: those that stay, and the
columns of what differs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

from invledger.ledger.bulk import Stretch
from invledger.ledger.bulk_columns import Rows
from invledger.ledger.bulk_shape import Unusual

#: A piece of text, or what differs: name, then sign, decimals or width as it needs.
Place = tuple[str, int, int]
Step = bytes | Place
COST, NET, QUANTITY = "cost", "net", "quantity"
DATE: Place = ("date", 0, 0)
_PARTS_MAX = 3  # decimals whose texts are kept


class FormLine(NamedTuple):
    """One line of a voucher, left out where its amount (cost or net) is zero."""

    steps: tuple[Step, ...]
    amount: str
    slot: int


class Form(NamedTuple):
    """A voucher as rows with and without a name have it."""

    with_payee: tuple[Step, ...]
    without_payee: tuple[Step, ...]
    lines: tuple[FormLine, ...]


class DayText(NamedTuple):
    """The voucher file of a date, how many there are, sums by slot of a line."""

    date: str
    text: bytes
    vouchers: int
    sums: dict[int, int]


class Printer:
    """Prints the rows of one stretch."""

    def __init__(self, stretch: Stretch, costs: Sequence[int], money: int) -> None:
        rows = stretch.rows
        self.stretch, self.money = stretch, money
        dates: list[bytes] = []
        for date, end in zip(stretch.dates, stretch.ends, strict=True):
            dates += [date.encode()] * (end - len(dates))
        self.columns: dict[str, Sequence[Any]] = {
            "shown": rows.payee, "id": rows.id, "item": rows.item, "party": rows.party,
            "date": dates, "number": rows.number, QUANTITY: rows.quantity, COST: costs,
            NET: rows.net,
        }  # fmt: skip
        self.texts = [b""] * len(costs)
        self.counts = [0] * len(stretch.dates)
        self.sums: list[dict[int, int]] = [{} for _ in stretch.dates]

    def days(
        self, forms: Mapping[int, tuple[Form, ...]], heads: Iterable[bytes]
    ) -> Iterator[DayText]:
        """Each day's vouchers; `forms` are those of rows by number (`Rows.like`), in turn.
        `heads`: how each day's file begins.
        """
        for some, rows in _by_form(self.stretch.rows, forms):
            for form in some:
                self._print(form, rows)
        start = 0
        days = zip(self.stretch.dates, self.stretch.ends, heads, strict=True)
        for day, (date, end, head) in enumerate(days):
            text = b"".join([head, *self.texts[start:end]])
            yield DayText(date, text, self.counts[day], self.sums[day])
            start = end

    def _print(self, form: Form, rows: Sequence[int]) -> None:
        """Add the vouchers of a form."""
        pick = _picker(rows)
        kinds = {line.amount for line in form.lines}
        amounts = {kind: pick(self.columns[kind]) for kind in sorted(kinds)}
        if not all(map(all, amounts.values())):
            zeros = [[not one for one in amount] for amount in amounts.values()]
            if zeros[0] != zeros[-1]:
                raise Unusual
            rows = [row for row, is_zero in zip(rows, zeros[0], strict=True) if not is_zero]
            if rows:
                self._print(form, rows)
            return
        if not amounts:
            return
        shown = pick(self.columns["shown"])
        if not all(shown) and any(shown):
            for is_named in (True, False):
                self._print(
                    form,
                    [row for row, name in zip(rows, shown, strict=True) if bool(name) is is_named],
                )
            return
        self._add_up(form, rows, amounts)
        steps = [*(form.with_payee if shown[0] else form.without_payee)]
        for line in form.lines:
            steps += line.steps
        if len(self.stretch.dates) == 1:
            date = self.stretch.dates[0].encode()
            steps = [date if step == DATE else step for step in steps]
        filled = self._filled(pick, amounts)
        columns = [filled(step) for step in steps if not isinstance(step, bytes)]
        template = b"\n" + b"".join(map(_place, steps))
        made = map(template.__mod__, zip(*columns, strict=True))
        texts = self.texts
        for row, text in zip(rows, made, strict=True):
            texts[row] += text

    def _add_up(
        self, form: Form, rows: Sequence[int], amounts: Mapping[str, Sequence[int]]
    ) -> None:
        """Count and add up by day."""
        start = 0
        for day, end in enumerate(self.stretch.ends):
            stop = bisect_left(rows, end, start)
            if stop > start:
                self.counts[day] += stop - start
                sums = self.sums[day]
                totals = {kind: sum(amount[start:stop]) for kind, amount in amounts.items()}
                for line in form.lines:
                    sums[line.slot] = sums.get(line.slot, 0) + totals[line.amount]
            start = stop

    def _filled(
        self, pick: Callable[[Sequence[Any]], Sequence[Any]],
        amounts: Mapping[str, Sequence[int]],
    ) -> Callable[[Place], Sequence[bytes]]:  # fmt: skip
        """What stands at a place that differs, for all rows."""
        columns: dict[str, Sequence[Any]] = {
            kind: _decimal(amount, self.money) for kind, amount in amounts.items()
        }

        def filled(step: Place) -> Sequence[bytes]:
            name, sign, decimals = step
            if name == QUANTITY:
                numbers = pick(self.columns["number"])
                if decimals or b"." in b"".join(numbers):
                    return _decimal(pick(self.columns[QUANTITY]), decimals)
                return numbers
            if name not in columns:
                columns[name] = pick(self.columns[name])
            if name in amounts and sign < 0:
                return [b"-" + text for text in columns[name]]
            return columns[name]

        return filled


def _place(step: Step) -> bytes:
    """A step in the form of all vouchers: amounts end at some width."""
    if isinstance(step, bytes):
        return step.replace(b"%", b"%%")
    name, sign, size = step
    if name == QUANTITY:
        return b"-%b" if sign < 0 else b"%b"
    return b"%%%db" % size if size else b"%b"


def _by_form(
    rows: Rows, forms: Mapping[int, tuple[Form, ...]]
) -> Iterator[tuple[tuple[Form, ...], Sequence[int]]]:
    """Rows that have the same forms, in order."""
    found: dict[int, tuple[tuple[Form, ...], list[int]]] = {}
    into = {}
    for like in set(rows.like):
        some = forms[like]
        into[like] = found.setdefault(id(some), (some, []))[1].append
    for row, like in enumerate(rows.like):
        into[like](row)
    yield from found.values()


def _picker(rows: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """What takes some rows out of a column."""
    first, last = rows[0], rows[-1] + 1
    if last - first == len(rows):
        return lambda column: column[first:last]
    return itemgetter(*rows)


def _decimal(amounts: Sequence[int], decimals: int) -> list[bytes]:
    """Amounts that are not below zero, with all their decimals."""
    if not decimals:
        return [b"%d" % amount for amount in amounts]
    unit = 10**decimals
    if decimals > _PARTS_MAX:
        form = b"%%d.%%0%dd" % decimals
        return [form % pair for pair in map(divmod, amounts, repeat(unit))]
    parts = _parts(decimals)
    return [b"%d%b" % (amount // unit, parts[amount % unit]) for amount in amounts]


@cache
def _parts(decimals: int) -> list[bytes]:
    """All that may stand behind a whole number."""
    form = b".%%0%dd" % decimals
    return [form % part for part in range(10**decimals)]
