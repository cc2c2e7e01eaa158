"""The bench's own tools: the adapter writes what the printer writes, and costs agree."""

from __future__ import annotations

import csv
import resource
import sys
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from invledger.books import derive, load
from invledger.costing import cost
from invledger.ledger import print_movement
from invledger.model import CostPolicy
from invledger.store import FolderTree
from tests.bench.child import measure
from tests.bench.cluster import order_lines, plain_lines
from tests.bench.company import add_one, make_company, set_method
from tests.bench.daily import ENTRY, record

ROWS = """seq,date,doc,type,item,from,to,qty,unit_price,lot
1,2026-01-01,GR1,receipt,I1,SUP001,WH1,10,3.50,L1
2,2026-01-01,GR2,receipt,I2,SUP002,WH2,7.125,4.1306,L2
3,2026-01-01,SI3,issue,I1,WH1,CUS001,4,,
4,2026-01-02,GR4,receipt,I1,SUP003,WH1,5,3.833,L4
5,2026-01-02,TR5,transfer,I1,WH1,WH2,8,,
6,2026-01-02,SC6,scrap,I2,WH2,SCRAP,1.005,,
7,2026-01-03,CT7,count,I1,COUNT,WH2,1,3.50,L7
8,2026-01-03,CT8,count,I2,WH2,COUNT,2,,
9,2026-01-03,SI9,issue,I1,WH2,CUS002,9,,
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    (folder / "movements.csv").write_text(ROWS, "utf-8")
    make_company(folder / "movements.csv", folder / "company", "fifo")
    return folder / "company"


def blocks(company: Path) -> Iterator[str]:
    for path in sorted((company / "ledgers" / "movements" / "2026").rglob("*.beancount")):
        yield from path.read_text("utf-8").rstrip("\n").split("\n\n")


def test_what_the_adapter_writes_is_what_the_printer_prints(company: Path) -> None:
    sources = load(FolderTree(company))
    assert [found.text() for found in sources.problems if found.severity == "error"] == []
    printed = {
        print_movement([row], sources.master.items).rstrip("\n") for row in sources.table.rows()
    }
    assert printed == set(blocks(company))


def fifo_by_location() -> dict[tuple[str, str], Fraction]:
    """Value left by item and warehouse: layers of exact value, rounded half up a line."""
    layers: dict[tuple[str, str], deque[list[Fraction]]] = {}
    rows = list(csv.DictReader(ROWS.splitlines()))
    for row in rows:
        quantity = Fraction(row["qty"])
        out: list[list[Fraction]] = []
        if row["from"].startswith("WH"):
            pool = layers[row["item"], row["from"]]
            while quantity:
                take = min(quantity, pool[0][0])
                value = cents(pool[0][1] * take / pool[0][0])
                out.append([take, value])
                pool[0][0] -= take
                pool[0][1] -= value
                quantity -= take
                if not pool[0][0]:
                    pool.popleft()
        else:
            out.append([quantity, cents(quantity * Fraction(row["unit_price"]))])
        if row["to"].startswith("WH"):
            layers.setdefault((row["item"], row["to"]), deque()).extend(out)
    return {key: sum((layer[1] for layer in pool), Fraction()) for key, pool in layers.items()}


def cents(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def test_the_costs_of_the_adapted_movements(company: Path) -> None:
    """The rows are written so that our order within a day is the file's order."""
    set_method(company, "fifo")
    sources = load(FolderTree(company))
    derivation = derive(sources)
    assert [found.text() for found in derivation.problems if found.severity == "error"] == []
    want: dict[str, Fraction] = {}
    for (item, _), value in fifo_by_location().items():
        want[item] = want.get(item, Fraction()) + value
    have: dict[str, Fraction] = {}
    for pool in derivation.costed.pools.values():
        have[pool.item] = have.get(pool.item, Fraction()) + Fraction(pool.value, 100)
    assert {k: v for k, v in have.items() if v} == {k: v for k, v in want.items() if v}


def test_a_child_is_measured_from_outside(tmp_path: Path) -> None:
    code = "import time; x = bytearray(60 * 2**20); time.sleep(0.05); print(len(x))"
    run = measure([sys.executable, "-c", code], tmp_path)
    assert (run.code, run.output) == (0, f"{60 * 2**20}\n")
    assert run.seconds >= 0.05
    # Linux counts for a child what the process held that made it, until it ran its program.
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert 60 < run.peak < max(200, mine + 60)
    assert measure([sys.executable, "-c", "import sys; sys.exit(3)"], tmp_path).code == 3


def test_one_more_movement_is_a_sound_file(company: Path) -> None:
    path = add_one(company.parent / "movements.csv", company)
    try:
        sources = load(FolderTree(company))
        assert [found.text() for found in sources.problems if found.severity == "error"] == []
        assert [row.path.rpartition("/")[2] for row in sources.table.rows()].count(path.name) == 1
    finally:
        path.unlink()


def test_lines_for_the_cluster_cost_without_a_finding() -> None:
    """Both kinds of lines are sound books: nothing short, every order empty or open at cost."""
    for make, method in ((plain_lines, "fifo"), (order_lines, "periodic-average")):
        lines = make(4_000)
        costed = cost(lines, {line.item: CostPolicy(method) for line in lines})
        assert costed.troubles == []
        assert sum(costed.costs) > 0


def test_lines_recorded_for_the_bench_are_in_the_books(tmp_path: Path) -> None:
    (tmp_path / "movements.csv").write_text(ROWS, "utf-8")
    root = tmp_path / "company"
    make_company(tmp_path / "movements.csv", root, "fifo")
    more = {"XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONDONTWRITEBYTECODE": "1"}
    answered = record(root, more, ENTRY | {"item": "I1"}, (2, 3))
    assert (len(answered.waits), answered.rate > 0) == (2, True)
    table = load(FolderTree(root)).table
    last = [at for at, date in enumerate(table.date) if date == ENTRY["date"]]
    assert [(table.item[at], table.quantity[at]) for at in last] == [("I1", 10)] * 6
    with pytest.raises(SystemExit, match="not recorded"):
        record(root, more, ENTRY | {"item": "NONE"}, (0, 0))
