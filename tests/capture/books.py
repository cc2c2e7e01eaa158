"""Small books in memory, a map as YAML text, and a plan from both."""

from __future__ import annotations

from collections.abc import Mapping

from invledger.capture import ImportPlan, MapDocument, plan_import
from invledger.ledger import read_raw, resolve
from invledger.model import Company, Item, Location, Master, MovementTable, Party
from invledger.posting import Chart, Rule, Sources, TaxTable
from invledger.store import parse_yaml

MAIN, SUPPLIER = "Assets:Stock:SH:Main", "Equity:Stock:Supplier"
RANKS = {"purchase-receipt": 10}


def sources(table: MovementTable | None = None, **items: Item) -> Sources:
    """Books with two locations, one party, the item COLA and the type purchase-receipt."""
    cola = Item("COLA", "可乐", "EA", 0)
    master = Master(
        items={"COLA": cola, **items},
        locations={
            MAIN: Location(MAIN, "available", "SH"),
            SUPPLIER: Location(SUPPLIER, "supplier"),
        },
        parties={"V1": Party("V1", "供应商一")},
    )
    rules = {kind: (Rule(kind, kind, kind, rank=rank),) for kind, rank in RANKS.items()}
    rules["payment"] = (Rule("payment", "付款", "Payment", ledger="money"),)
    return Sources(
        company=Company("测试公司"),
        master=master,
        rules=rules,
        chart=Chart(),
        tax=TaxTable(),
        table=table if table is not None else MovementTable(),
        money=[],
        posted=[],
        register=[],
        problems=[],
    )


def with_movements(books: Sources, plan: ImportPlan) -> Sources:
    """The books after a plan was written: its text read back by the ledger's own reader."""
    raws = []
    for path, blocks in plan.blocks.items():
        text = "\n".join(block for block, _ in blocks)
        raw, problems = read_raw(path, text.encode())
        assert problems == []
        raws.append(raw)
    table, problems = resolve(raws, books.master, RANKS, books.company)
    assert problems == []
    books.table = table
    return books


def document(text: str) -> MapDocument:
    data, marks, problems = parse_yaml("map.yaml", text.encode())
    assert problems == []
    return MapDocument("map.yaml", data, marks)


def planned(map_text: str, files: Mapping[str, str], books: Sources | None = None) -> ImportPlan:
    """A plan from texts; the books are `sources()` where none are given."""
    data = {name: text.encode() for name, text in files.items()}
    return plan_import(document(map_text), data, books or sources())


def found(plan: ImportPlan) -> list[tuple[str, str]]:
    """Codes and places of a plan's Problems."""
    return [(one.code, str(one.place)) for one in plan.problems]
