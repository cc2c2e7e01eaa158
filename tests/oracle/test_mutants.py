"""Controls: kernels made wrong on purpose, each caught by the same judges as the real one.

A mutant is a copy of the room `costing` with one piece of text changed. If a judge lets it pass,
the judge is blind, and this test says which mutant lives.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from invledger.model import CostPolicy
from tests.oracle.exact import Line
from tests.oracle.judge import against_standard, disagreement
from tests.oracle.sequences import history, named_history
from tests.source_files import ROOT

ROOM = ROOT / "invledger" / "costing"


class Mutant(NamedTuple):
    """One change: in `file`, `old` becomes `new`; `share` replaces the rounding function."""

    name: str
    file: str
    old: str
    new: str
    share: str = ""


def mutants() -> list[Mutant]:
    """What `mutants.txt` lists."""
    found = []
    text = (Path(__file__).parent / "mutants.txt").read_text(encoding="utf-8")
    for block in text.split("\n= ")[1:]:
        head, *lines = block.rstrip().split("\n")
        name, file = head.split(" | ")
        old, new, share = (
            "\n".join(line.removeprefix(mark) for line in lines if line.startswith(mark))
            for mark in ("- ", "+ ", "share ")
        )
        found.append(Mutant(name, file, old, new, share))
    return found


MUTANTS = mutants()


def judge(kernel: ModuleType) -> str:
    """What the judges find wrong with a kernel, or ''."""
    record = kernel.CostLine
    try:
        wrong = _by_hand(kernel.cost, record) or _by_policy(kernel)  # the quickest first
        for seed in range(60):
            lines = history(seed)
            for method in ("fifo", "lifo", "moving-average"):
                wrong = wrong or disagreement(kernel.cost, record, lines, method)
            wrong = wrong or disagreement(kernel.cost, record, named_history(seed), "specific")
            wrong = wrong or against_standard(kernel.cost, record, lines, Fraction(71, 3))
            if wrong:
                break
    except (kernel.KernelError, ArithmeticError, LookupError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return wrong


def _by_hand(cost: Callable[..., Any], record: Callable[..., Any]) -> str:
    """Figures worked out by hand for what the oracle does not offer."""
    short = [
        Line(1, "P", 2, "", "A", 200, -1, ""), Line(2, "P", 3, "A", "", None, -1, ""),
        Line(2, "P", 2, "A", "", None, -1, ""), Line(1, "P", 2, "", "A", 260, -1, ""),
        Line(1, "P", 2, "", "A", 280, -1, ""),
    ]  # fmt: skip
    order = [
        Line(1, "P", 4, "", "A", 1000, -1, ""), Line(6, "P", 3, "A", "", None, -1, "W"),
        Line(10, "P", 0, "", "", 400, 0, ""), Line(8, "Q", 1, "", "Q", 200, -1, "W"),
        Line(8, "Q", 1, "", "Q", 900, -1, "W"), Line(9, "", 0, "", "", 75, -1, "W"),
        Line(8, "Q", 1, "", "Q", None, -1, "W"),
    ]  # fmt: skip
    expected: tuple[tuple[list[Line], list[int], list[tuple[int, int, int, int]]], ...] = (
        (short, [200, 300, 200, 260, 280], [(3, 1, 1, 30), (3, 2, 1, 30), (4, 2, 1, 40)]),
        # late: 1.00 stays, 3.00 follow into the order: 7.50 + 3.00 - 2.00
        (order, [1000, 750, 100, 200, 850, 75, 75], []),
    )
    for method in ("fifo", "moving-average"):
        policy = {item: CostPolicy(method, negative="provisional") for item in ("P", "Q", "")}
        for lines, costs, true_ups in expected:
            for provenance in (False, True):
                rows = [record(*line) for line in lines]
                got = cost(rows, policy, provenance=provenance)
                ups = [tuple(true_up[:4]) for true_up in got.true_ups]
                if got.costs != costs or ups != true_ups:
                    return f"{method}: {got.costs} {ups}, by hand {costs} {true_ups}"
    return ""


class ByHand(NamedTuple):
    """A story under a policy, and what it comes to: costs, true-ups, what is left in A."""

    policy: CostPolicy
    lines: list[Line]
    costs: list[int]
    true_ups: list[int]
    left: tuple[int, int]
    more: dict[str, Any] = {}  # noqa: RUF012  a record's default
    codes: list[str] = []  # noqa: RUF012  a record's default


def _by_policy(kernel: ModuleType) -> str:
    """The same for every setting of a policy."""
    for story in STORIES:
        rows = [kernel.CostLine(*line) for line in story.lines]
        more = dict(story.more)
        if "switches" in more:
            more["switches"] = [kernel.Switch(*change) for change in more["switches"]]
        for provenance in (False, True):
            setting = kernel.Setting(**more)
            got = kernel.cost(rows, {"P": story.policy}, provenance=provenance, setting=setting)
            ups = [true_up.amount for true_up in got.true_ups]
            left = got.pools["A"].quantity, got.pools["A"].value
            codes = [trouble.code for trouble in got.troubles]
            found = (got.costs, ups, left, codes)
            if found != (story.costs, story.true_ups, story.left, story.codes):
                return f"{story.policy}: {found}"
    return ""


def _in(quantity: int, value: int) -> Line:
    return Line(1, "P", quantity, "", "A", value, -1, "")


def _out(quantity: int, kind: int = 2, cites: int = -1) -> Line:
    return Line(kind, "P", quantity, "A", "", None, cites, "")


def _short(estimate: str = "last-used", true_up: str = "shortage") -> CostPolicy:
    return CostPolicy("fifo", "company", "provisional", estimate, true_up)


#: One at 2.00, one at 5.00; then one is named, or three leave, one on credit.
TWO = [_in(1, 200), _in(1, 500)]
#: Two at 1.00, two at 3.00; one leaves; the policy changes; one leaves.
CHANGED = [_in(2, 200), _in(2, 600), _out(1), _out(1)]
AVERAGE = CostPolicy("moving-average")
STORIES = (
    ByHand(_short(), [*TWO, _out(1), _out(2)], [200, 500, 200, 1000], [], (-1, -500)),
    ByHand(
        _short(estimate="zero"), [*TWO, _out(3), _in(1, 90)], [200, 500, 700, 90], [90], (0, 0)
    ),
    ByHand(
        _short(estimate="last-receipt"),
        [_in(2, 200), _in(1, 500), _out(1, cites=1), _out(3)],
        [200, 500, 500, 700],
        [],
        (-1, -500),
    ),
    ByHand(
        _short(true_up="balance"),
        [_in(1, 200), _out(4), _in(1, 300), _in(3, 600)],
        [200, 800, 300, 600],
        [100, 200, -200],
        (1, 200),
    ),
    ByHand(
        CostPolicy("fifo", purchase_return="method"),
        [*TWO, _out(1, 5, 1)],
        [200, 500, 200],
        [],
        (1, 500),
    ),
    ByHand(
        CostPolicy("moving-average", backdated="current-average"),
        [_in(2, 200), _in(2, 900), _in(1, 100)],
        [200, 200, 100],
        [],
        (5, 500),
        {"backdated": frozenset({1})},
    ),
    ByHand(
        CostPolicy("moving-average", stated_issue="cost"),
        [_in(4, 400), _out(1), _out(3)],
        [400, 70, 330],
        [],
        (0, 0),
        {"stated": {1: 70, 2: 70}},
    ),
    ByHand(
        CostPolicy("specific"),
        [*TWO, _out(1)],
        [200, 500, 200],
        [],
        (1, 500),
        {},
        ["goods-not-named"],
    ),
    ByHand(
        CostPolicy("fifo"),
        [*TWO, _in(1, 800), _out(2, 5, 0)],
        [200, 500, 800, 1000],
        [],
        (1, 500),
        {"citations": {3: ((0, 1), (2, 1))}},
    ),
    ByHand(
        AVERAGE,
        [_in(2, 200), _in(2, 200), _out(3), Line(10, "P", 0, "", "", 60, 0, "")],
        [200, 200, 300, 0],
        [],
        (1, 100),
        {"treats": {3: "remaining-share"}},
    ),
    ByHand(
        AVERAGE,
        [_in(2, 200), _in(2, 200), _out(3), Line(10, "P", 0, "", "", 60, 0, "")],
        [200, 200, 300, 30],
        [],
        (1, 130),
        {"treats": {3: "on-hand-share"}},
    ),
    ByHand(
        CostPolicy("fifo"),
        CHANGED,
        [200, 600, 100, 233],
        [],
        (2, 467),
        {"switches": [(3, "P", AVERAGE)]},
    ),
    ByHand(
        CostPolicy("fifo"),
        CHANGED,
        [200, 600, 100, 200],
        [],
        (2, 400),
        {"switches": [(3, "P", AVERAGE, True)]},
    ),
    ByHand(
        AVERAGE,
        CHANGED,
        [200, 600, 200, 200],
        [],
        (2, 400),
        {"switches": [(3, "P", CostPolicy("fifo"))]},
    ),
)


PACKAGE = "costing_mutant"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The room under another name, for all mutants: what they do not change is compiled once."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copytree(ROOM, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / PACKAGE).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("invledger.costing", PACKAGE), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder / PACKAGE


@contextmanager
def changed(mutant: Mutant, room: Path) -> Iterator[ModuleType]:
    """The kernel with one file changed, until it is changed back."""
    path = room / mutant.file
    before = path.read_text(encoding="utf-8")
    assert mutant.old in before, f"{mutant.name}: the text to change is gone"
    text = before.replace(mutant.old, mutant.new)
    if mutant.share:
        head, future, rest = text.partition("from __future__ import annotations\n")
        text = f"{head}{future}\ndef share(t, p, w):\n    {mutant.share}\n{rest}"
    write(path, text)
    try:
        yield importlib.import_module(PACKAGE)
    finally:
        write(path, before)


def write(path: Path, text: str) -> None:
    """A module's text; nobody remembers what it was."""
    path.write_text(text, encoding="utf-8")
    for kept in path.parent.glob(f"__pycache__/{path.stem}.*"):
        kept.unlink()
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.mark.req("CO-01", "CO-02", "CO-08", "CO-09")
@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.name for m in MUTANTS])
def test_the_mutant_is_caught(mutant: Mutant, room: Path) -> None:
    with changed(mutant, room) as kernel:
        assert judge(kernel) != ""


def test_the_room_under_another_name_is_the_kernel(room: Path) -> None:
    with changed(MUTANTS[0]._replace(new=MUTANTS[0].old, share=""), room) as kernel:
        assert judge(kernel) == ""


#: The controls that RELIABILITY D3 names, as mutants are called here. Sorted by line: layers stand
#: in the order in which lines brought them to the pool, not in that of their receipts.
CONTROLS = ("unit cost rounded", "residue dropped", "arrival order", "half-even", "float mean",
            "merged equal lots", "tie on price", "sign of return")  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
def test_every_named_control_is_there(control: str) -> None:
    assert [mutant for mutant in MUTANTS if control in mutant.name]


def test_all_mutants_are_read() -> None:
    assert len(MUTANTS) == 47
    assert all(mutant.old and (mutant.new or mutant.share) for mutant in MUTANTS)


def test_the_real_kernel_is_not() -> None:
    assert judge(importlib.import_module("invledger.costing")) == ""
