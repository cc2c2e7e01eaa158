"""数量金额明细账: the card of an item (schema `invledger.card/1`).

One row a movement with what came in, what went out and what is left, each as quantity, unit cost
and value, and value without goods in a column of its own: before + in + adjusted - out = balance.
Every item begins with its opening balance 期初余额 (all that lies before the span, and
the movements that set the books up), and every month ends with its totals 本月合计 and those of
the year to date 本年累计. Returns and reversals stand in red on the side of the original. Moves
between places of one scope do not appear: `--location` or `--site` show them.

`kind` of a row: opening, line, month, year. Where the scope is narrower than the cost pool the
value columns stay empty and a note says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from invledger.model import Cell, Column, Item, Table
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import NO_VALUE, Figures, Side
from invledger.reports.flow import ADJUST, CHANGE, Flow, flows
from invledger.reports.numbering import VoucherNames
from invledger.reports.query import Query
from invledger.reports.scope import of_item

COLUMNS = (
    Column("item", ("Item", "存货编码")),
    Column("date", ("Date", "日期"), "date"),
    Column("voucher", ("Voucher", "凭证字号")),
    Column("id", ("Document", "单据号")),
    Column("summary", ("Summary", "摘要"), "term"),
    Column("in_quantity", ("In", "收入数量"), "quantity"),
    Column("in_unit_cost", ("Unit cost", "收入单价"), "price"),
    Column("in_value", ("Value in", "收入金额"), "money"),
    Column("out_quantity", ("Out", "发出数量"), "quantity"),
    Column("out_unit_cost", ("Unit cost", "发出单价"), "price"),
    Column("out_value", ("Value out", "发出金额"), "money"),
    Column("adjust_value", ("Adjusted", "金额调整"), "money"),
    Column("balance_quantity", ("Balance", "结存数量"), "quantity"),
    Column("balance_unit_cost", ("Unit cost", "结存单价"), "price"),
    Column("balance_value", ("Value", "结存金额"), "money"),
)
TITLE = ("Stock card", "数量金额明细账")
SUMMARIES = {"opening": "opening-balance", "month": "month-total", "year": "year-total"}


class _Turnover(NamedTuple):
    """What came in, went out and was adjusted; None where a row has nothing of the kind."""

    come: Side | None = None
    gone: Side | None = None
    adjusted: Side | None = None

    @classmethod
    def none_yet(cls) -> _Turnover:
        return cls(Side(), Side(), Side())

    @classmethod
    def of(cls, flow: Flow) -> _Turnover:
        side = Side(flow.quantity, flow.value)
        if flow.receipt == ADJUST:
            return cls(adjusted=side)
        return cls(come=side) if flow.receipt else cls(gone=side)

    def add(self, other: _Turnover) -> None:
        for mine, more in zip(self, other, strict=True):
            if mine is not None and more is not None:
                mine.add(more.quantity, more.value)


@dataclass(slots=True)
class _Card:
    """The running state of one item."""

    item: Item | None
    balance: Side = field(default_factory=Side)
    of_month: _Turnover = field(default_factory=_Turnover.none_yet)
    of_year: _Turnover = field(default_factory=_Turnover.none_yet)
    month: str = ""
    rows: list[dict[str, Cell]] = field(default_factory=list)


def card(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """The cards of all items that the query lets through and that have a row in its span."""
    writer = _Writer(sources, query)
    for flow in flows(sources, derivation, query):
        writer.enter(flow)
    rows = writer.finish()
    notes = (NO_VALUE,) if any(row["balance_value"] is None for row in rows) else ()
    codes = {str(row["item"]) for row in rows}
    about = of_item(sources, codes.pop(), query.last) if len(codes) == 1 else []
    return Table("card", TITLE, COLUMNS, rows, notes=notes, about=about)


class _Writer:
    """Turns flows in total order into the rows of the cards."""

    def __init__(self, sources: Sources, query: Query) -> None:
        self._sources = sources
        self._first = query.first
        self._figures = Figures.of(sources)
        self._names = VoucherNames.of(sources)
        self._cards: dict[str, _Card] = {}

    def enter(self, flow: Flow) -> None:
        card = self._cards.get(flow.item)
        if card is None:
            card = self._cards[flow.item] = _Card(self._sources.master.items.get(flow.item))
        date = flow.change or self._sources.table.date[flow.row]
        self._turn(card, date)
        sign = 1 if flow.receipt else -1
        value = None if flow.value is None else sign * flow.value
        card.balance.add(sign * flow.quantity, value)
        if flow.receipt == "opening" and not card.rows:
            return
        card.of_month.add(_Turnover.of(flow))
        card.of_year.add(_Turnover.of(flow))
        if date >= self._first:
            self._open(card, before=flow)
            card.rows.append(self._line(card, flow, date))

    def finish(self) -> list[dict[str, Cell]]:
        rows: list[dict[str, Cell]] = []
        for code in sorted(self._cards):
            card = self._cards[code]
            self._close_month(card)
            if not card.rows and (card.balance.quantity or card.balance.value):
                card.rows.append(self._sums(card, "opening", "", _Turnover()))
            rows += card.rows
        return rows

    def _turn(self, card: _Card, date: str) -> None:
        """Close the month, and the year, that a new date leaves behind."""
        if card.month == date[:7]:
            return
        self._close_month(card)
        if card.month[:4] != date[:4]:
            card.of_year = _Turnover.none_yet()
        card.month, card.of_month = date[:7], _Turnover.none_yet()

    def _close_month(self, card: _Card) -> None:
        if not card.rows or card.rows[-1]["kind"] != "line":
            return
        card.rows.append(self._sums(card, "month", card.month, card.of_month))
        card.rows.append(self._sums(card, "year", card.month, card.of_year))

    def _open(self, card: _Card, before: Flow) -> None:
        """The opening row, from the balance before the first line of the span."""
        if card.rows:
            return
        sign = 1 if before.receipt else -1
        value = None if before.value is None else -sign * before.value
        earlier = _Card(card.item, Side(card.balance.quantity, card.balance.value))
        earlier.balance.add(-sign * before.quantity, value)
        card.rows.append(self._sums(earlier, "opening", "", _Turnover()))

    def _line(self, card: _Card, flow: Flow, date: str) -> dict[str, Cell]:
        table = self._sources.table
        sums = self._sums(card, "line", date, _Turnover.of(flow))
        if flow.change:
            name = self._names.of_identity(f"{CHANGE}/{date}/main")
            return {**sums, "voucher": name, "summary": CHANGE, "type": CHANGE}
        id_ = table.id[flow.row]
        return {
            **sums,
            "voucher": self._names.of_movement(id_),
            "id": id_,
            "summary": table.narration[flow.row] or table.type[flow.row],
            "type": table.type[flow.row],
            "party": table.party[flow.row],
        }

    def _sums(self, card: _Card, kind: str, date: str, turnover: _Turnover) -> dict[str, Cell]:
        row: dict[str, Cell] = {
            "kind": kind,
            "item": card.item.code if card.item is not None else "",
            "date": date,
            "voucher": "",
            "id": "",
            "summary": SUMMARIES.get(kind, ""),
        }
        for name, side in (("in", turnover.come), ("out", turnover.gone)):
            row |= self._side(name, side, card.item)
            if kind != "line":  # returns among receipts would make an average that says nothing
                row[f"{name}_unit_cost"] = None
        adjusted = turnover.adjusted
        is_told = adjusted is not None and (kind == "line" or adjusted.is_used())
        row["adjust_value"] = self._money(adjusted) if is_told else None
        return row | self._side("balance", card.balance, card.item)

    def _money(self, side: Side | None) -> str | None:
        return None if side is None or side.value is None else self._figures.money(side.value)

    def _side(self, name: str, side: Side | None, item: Item | None) -> dict[str, Cell]:
        figures = self._figures
        quantity = None if side is None else figures.quantity(side.quantity, item)
        value = self._money(side)
        unit = (
            None
            if side is None or side.value is None
            else figures.unit_cost(side.value, side.quantity, item)
        )
        return {f"{name}_quantity": quantity, f"{name}_unit_cost": unit, f"{name}_value": value}
