"""`explain` on the sample company, by hand: to the cents posted, every tree adding up."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from invledger.books import derive, load
from invledger.costing import Kind
from invledger.model import Table
from invledger.posting import Derivation, Sources
from invledger.reports import Query, explain
from invledger.store import FolderTree
from tests.source_files import ROOT

pytestmark = pytest.mark.req("CO-11")


@cache
def sample() -> tuple[Sources, Derivation]:
    sources = load(FolderTree(ROOT))
    return sources, derive(sources)


Told = tuple[int, str, str, str]  # depth, id, quantity, value


def rows(table: Table) -> list[Told]:
    return [
        (int(str(row["depth"])), str(row["id"]), str(row["quantity"]), str(row["value"]))
        for row in table.rows
    ]


def told(subject: str, *, reverse: bool = False) -> list[Told]:
    return rows(explain(*sample(), Query(subject=subject, reverse=reverse)))


def test_a_receipt_with_a_late_invoice_out_to_where_it_went() -> None:
    """30 tents at 330.00; invoiced in February at 332.00, January being closed: 60.00 late."""
    assert told("SH1-260105-0001", reverse=True) == [
        (0, "SH1-260105-0001/1", "30", "9900.00"),
        (1, "FIN-260203-0001/1", "", "60.00"),
        (1, "SH1-260216-0001/1", "3", "996.00"),
        (1, "SH1-260330-0001/1", "5", "1660.00"),
        (1, "", "27", "8964.00"),
    ]


def test_a_transfer_back_to_receipt_and_late_invoice() -> None:
    assert told("SH1-260330-0001") == [
        (0, "SH1-260330-0001/1", "5", "1660.00"),
        (1, "SH1-260105-0001/1", "5", "1650.00"),
        (1, "FIN-260203-0001/1", "", "10.00"),
    ]


def test_a_receipt_with_freight() -> None:
    """20 tents at 335.00, and 300.00 of freight without the tax on it."""
    assert told("SH1-260325-0001") == [
        (0, "SH1-260325-0001/1", "20", "7000.00"),
        (1, "", "", "6700.00"),
        (1, "FIN-260326-0001/1", "", "300.00"),
    ]


def test_a_receipt_at_the_price_of_its_invoice() -> None:
    """300 m entered at 12.60, invoiced in the same month at 12.65."""
    assert told("SZ1-260309-0001") == [
        (0, "SZ1-260309-0001/1", "300.00", "3795.00"),
        (1, "FIN-260312-0001/1", "", "3795.00"),
    ]


def test_a_receipt_of_goods_invoiced_before() -> None:
    assert told("SH1-260209-0001") == [
        (0, "SH1-260209-0001/1", "480", "1584.00"),
        (1, "FIN-260204-0001/1", "", "1584.00"),
    ]


def test_every_movement_of_the_sample_adds_up() -> None:
    """Children add up to their line at every level; and subject + flows to what is on hand."""
    sources, derivation = sample()
    for id_ in dict.fromkeys(sources.table.id):
        _adds_up(rows(explain(sources, derivation, Query(subject=id_))))
    for at, line in enumerate(derivation.valued.lines):
        if line.kind == Kind.RECEIVE:
            subject = f"{sources.table.id[at]}/{sources.table.line[at]}"
            _balances(explain(sources, derivation, Query(subject=subject, reverse=True)))


def _adds_up(lines: list[Told]) -> None:
    for n, (depth, id_, _, value) in enumerate(lines):
        parts: list[Decimal] = []
        for deeper, _, _, part in lines[n + 1 :]:
            if deeper <= depth:
                break
            if deeper == depth + 1:
                parts.append(Decimal(part))
        assert not parts or sum(parts) == Decimal(value), (id_, lines)


def _balances(table: Table) -> None:
    signs = {"revalue": 1, "return-in": 1, "hand-back": 1, "produce": 1, "move": 0, "in-orders": 0}
    values = [Decimal(str(row["value"])) for row in table.rows]
    words = [str(row["why"]) for row in table.rows]
    balance = values[0] + sum(
        signs.get(word, -1) * value for word, value in zip(words[1:], values[1:], strict=True)
    )
    assert balance == 0, table.rows
