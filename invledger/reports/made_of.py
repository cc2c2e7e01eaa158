"""What the value of a receipt is made of: its own price, or the documents that brought it.

An invoice that re-costed the receipt stands for its quantity, an earlier invoice for what it
covered, landed cost for its part; what no document took up is the receipt's own price. An amount
is given to a document only where rows and citations tell it exactly; the parts always add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from invledger.costing import Kind
from invledger.model import share
from invledger.posting.sources import Sources, Valued


class Part(NamedTuple):
    """Part of a receipt's value, and the row of the document that brought it (None: its own)."""

    document: int | None
    value: int
    why: str


class MadeOf:
    """What the value of a receipt is made of, as far as rows and citations tell."""

    def __init__(self, sources: Sources, valued: Valued) -> None:
        self._table, self._valued = sources.table, valued
        self._recosts = sources.company.invoice_difference == "recost"
        self._reversed = {*valued.reverses, *valued.reverses.values()}
        self._citing: dict[int, list[int]] | None = None

    def parts(self, line: int, value: int) -> list[Part]:
        """Parts that add up to `value`, what the receipt cost; none where nothing is known."""
        kind, amounts = self._valued.lines[line].kind, self._valued.amounts[line]
        if kind not in (Kind.RECEIVE, Kind.ADD_TO_ORDER) or not amounts:
            return []
        landed, before = amounts.get("landed", 0), amounts.get("invoiced", 0)
        parts = self._priced(line, amounts, value - landed - before)
        parts += self._named(self._earlier(line), before, "invoiced")
        parts += self._named(self._landed(line), landed, "landed")
        return [part for part in parts if part.value]

    def _priced(self, line: int, amounts: Mapping[str, int], rest: int) -> list[Part]:
        """The price: of the invoices that came for it in time, else its own."""
        invoices = self._invoices(line)
        if invoices:
            left = rest - sum(part.value for part in invoices)
            if left == self._uninvoiced(line, amounts):
                return [*invoices, Part(None, left, "accrued")]
        if amounts.get("invoiced"):
            return [Part(None, rest, "accrued")]
        net = amounts.get("net", rest)
        if net != rest:  # tax that is not deducted, or what invoices changed that cannot be told
            kinds = ("tax", "difference")
            return [Part(None, net, "net"), Part(None, rest - net, kinds[bool(invoices)])]
        return [Part(None, net, "net")]

    def _invoices(self, line: int) -> list[Part]:
        """What each invoice brought that re-costed the line: its value for that quantity."""
        found = []
        for at in self._citations_of(line) if self._recosts else ():
            amounts = self._valued.amounts[at]
            counts = self._valued.lines[at].kind == Kind.SKIP and at not in self._reversed
            if counts and "matched" in amounts:
                start, part = self._span(at, line)
                whole, value = self._table.quantity[at], amounts.get("value", 0)
                if whole:
                    mine = share(value, start + part, whole) - share(value, start, whole)
                    found.append(Part(at, mine, "value"))
        return found

    def _span(self, at: int, line: int) -> tuple[int, int]:
        """Where in the invoice's quantity the cited line stands, and how much of it it takes."""
        start, whole = 0, self._table.quantity[at]
        for cited, wanted in self._valued.cited[at]:
            part = self._table.quantity[cited] if wanted is None else wanted
            part = min(part, whole - start)
            if cited == line:
                return start, part
            start += part
        return start, 0

    def _uninvoiced(self, line: int, amounts: Mapping[str, int]) -> int:
        """What the receipt's own price says of the quantity that no invoice took up."""
        taken = sum(self._span(part.document or 0, line)[1] for part in self._invoices(line))
        net, quantity = amounts.get("net", 0), self._table.quantity[line]
        return net - share(net, min(taken, quantity), quantity) if quantity else 0

    def _earlier(self, line: int) -> list[Part]:
        """Invoices that came before the goods."""
        cited = self._valued.cited.get(line, ())
        rows = [one.at for one in cited if "in-transit" in self._valued.amounts[one.at]]
        return [Part(at, 0, "invoiced") for at in rows]

    def _landed(self, line: int) -> list[Part]:
        """Landed costs: all of one that names this line only, else what is yet to be told."""
        found = []
        for at in self._citations_of(line):
            amount = self._valued.amounts[at].get("landed", 0)
            if amount:
                only = {one.at for one in self._valued.cited[at]} == {line}
                found.append(Part(at, amount if only else 0, "landed"))
        return found

    def _named(self, parts: list[Part], value: int, why: str) -> list[Part]:
        """The parts that are known; what one document is left for is its own, else nobody's."""
        known = [part for part in parts if part.value]
        open_ = [part for part in parts if not part.value]
        left = value - sum(part.value for part in known)
        return [*known, Part(open_[0].document if len(open_) == 1 else None, left, why)]

    def _citations_of(self, line: int) -> list[int]:
        """Rows that cite a line."""
        if self._citing is None:
            self._citing = {}
            for at, citations in self._valued.cited.items():
                for cited in dict.fromkeys(one.at for one in citations):
                    self._citing.setdefault(cited, []).append(at)
        return self._citing.get(line, [])
