"""Printing in bulk: rows, costs and forms of vouchers -> text of days, column by column.

All vouchers of one form are one list of pieces, joined by one call: those that stay, and the
columns of what differs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

from invledger.ledger.bulk import Rows, Stretch
from invledger.ledger.bulk_shape import Unusual

#: A piece of text, or what differs: name, then sign, decimals or width as it needs.
Step = bytes | tuple[str, int, int]
COST, NET, QUANTITY = "cost", "net", "quantity"
_TOGETHER = 128  # vouchers that are joined by one call
_END = b"\0"  # of a voucher, until they are cut apart


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
    """The vouchers of a date, each after an empty line; how many; sums by slot of a line."""

    date: str
    text: bytes
    vouchers: int
    sums: dict[int, int]


class Printer:
    """Prints the rows of one stretch."""

    def __init__(
        self, stretch: Stretch, costs: Sequence[int], parties: Mapping[bytes, bytes], money: int
    ) -> None:
        rows = stretch.rows
        self.stretch, self.money = stretch, money
        shown = rows.payee
        if b"" in shown:
            names = {**parties, b"": b""}
            shown = [one or names[party] for one, party in zip(shown, rows.party, strict=True)]
        dates: list[bytes] = []
        for date, end in zip(stretch.dates, stretch.ends, strict=True):
            dates += [date.encode()] * (end - len(dates))
        self.columns: dict[str, Sequence[Any]] = {
            "shown": shown, "id": rows.id, "item": rows.item, "party": rows.party,
            "date": dates, "number": rows.number, QUANTITY: rows.quantity, COST: costs,
            NET: rows.net,
        }  # fmt: skip
        self.texts = [b""] * len(costs)
        self.counts = [0] * len(stretch.dates)
        self.sums: list[dict[int, int]] = [{} for _ in stretch.dates]

    def days(self, forms: Mapping[int, tuple[Form, ...]]) -> Iterator[DayText]:
        """Each day's vouchers; `forms` are those of rows by number (`Rows.like`), in turn."""
        for some, rows in _by_form(self.stretch.rows, forms):
            for form in some:
                self._print(form, rows, is_only=len(some) == 1)
        start = 0
        for day, (date, end) in enumerate(zip(self.stretch.dates, self.stretch.ends, strict=True)):
            text = b"".join(self.texts[start:end])
            yield DayText(date, text, self.counts[day], self.sums[day])
            start = end

    def _print(self, form: Form, rows: Sequence[int], *, is_only: bool) -> None:
        """Add the vouchers of a form; `is_only`: these rows have no other."""
        pick = _picker(rows)
        kinds = {line.amount for line in form.lines}
        amounts = {kind: pick(self.columns[kind]) for kind in sorted(kinds)}
        some = [0 in amount for amount in amounts.values()]
        if any(some):
            zeros = [[not one for one in amount] for amount in amounts.values()]
            if zeros[0] != zeros[-1]:
                raise Unusual
            rows = [row for row, is_zero in zip(rows, zeros[0], strict=True) if not is_zero]
            if rows:
                self._print(form, rows, is_only=is_only)
            return
        if not amounts:
            return
        shown = pick(self.columns["shown"])
        if b"" in shown and set(shown) != {b""}:
            for is_named in (True, False):
                self._print(
                    form, [row for row, name in zip(rows, shown, strict=True) if
                           bool(name) is is_named], is_only=is_only,
                )  # fmt: skip
            return
        days = self._add_up(form, rows, amounts)
        steps = list(form.with_payee if shown[0] else form.without_payee)
        for line in form.lines:
            steps += line.steps
        whole = _joined(_merged(steps), self._filled(pick, amounts), len(rows))
        if is_only and days == 1 and rows[-1] - rows[0] == len(rows) - 1:
            self.texts[rows[0]] = whole.replace(_END, b"")
            return
        texts = self.texts
        for row, text in zip(rows, whole.split(_END), strict=False):
            texts[row] += text

    def _add_up(
        self, form: Form, rows: Sequence[int], amounts: Mapping[str, Sequence[int]]
    ) -> int:
        """Count and add up by day; gives the number of days."""
        start, days = 0, 0
        for day, end in enumerate(self.stretch.ends):
            stop = bisect_left(rows, end, start)
            if stop > start:
                days += 1
                self.counts[day] += stop - start
                sums = self.sums[day]
                totals = {kind: sum(amount[start:stop]) for kind, amount in amounts.items()}
                for line in form.lines:
                    sums[line.slot] = sums.get(line.slot, 0) + totals[line.amount]
            start = stop
        return days

    def _filled(
        self, pick: Callable[[Sequence[Any]], Sequence[Any]],
        amounts: Mapping[str, Sequence[int]],
    ) -> Callable[[tuple[str, int, int]], Sequence[bytes]]:  # fmt: skip
        """What stands at a place that differs, for all rows."""
        texts = {kind: _decimal(amount, self.money) for kind, amount in amounts.items()}

        def filled(step: tuple[str, int, int]) -> Sequence[bytes]:
            name, sign, size = step
            if name in texts:
                if sign > 0:
                    return [text.rjust(size) for text in texts[name]]
                return [(b"-" + text).rjust(size) for text in texts[name]]
            if name == QUANTITY:
                numbers = pick(self.columns["number"])
                if size or b"." in b"".join(numbers):
                    numbers = _decimal(pick(self.columns[QUANTITY]), size)
                return numbers if sign > 0 else [b"-" + number for number in numbers]
            return pick(self.columns[name])

        return filled


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
    form = b"%%d.%%0%dd" % decimals
    return [form % pair for pair in map(divmod, amounts, repeat(10**decimals))]


def _merged(steps: Sequence[Step]) -> list[Step]:
    """Texts that follow one another as one; a mark at the end."""
    found: list[Step] = [b"\n"]
    for step in (*steps, _END):
        last = found[-1]
        if isinstance(step, bytes) and isinstance(last, bytes):
            found[-1] = last + step
        else:
            found.append(step)
    return found


def _joined(
    steps: Sequence[Step], filled: Callable[[tuple[str, int, int]], Sequence[bytes]], count: int
) -> bytes:
    columns = [step if isinstance(step, bytes) else filled(step) for step in steps]
    width, found = len(columns), []
    pieces: list[bytes] = []
    for start in range(0, count, _TOGETHER):
        end = min(start + _TOGETHER, count)
        if len(pieces) != (end - start) * width:
            pieces = [one for one in columns if isinstance(one, bytes)][:1] * (end - start) * width
            for at, column in enumerate(columns):
                if isinstance(column, bytes):
                    pieces[at::width] = [column] * (end - start)
        for at, column in enumerate(columns):
            if not isinstance(column, bytes):
                pieces[at::width] = column[start:end]
        found.append(b"".join(pieces))
    return b"".join(found)
