"""Controls: kernels made wrong on purpose, each caught by the same judges as the real one.

A mutant is a copy of the room `costing` with one piece of text changed. If a judge lets it pass,
the judge is blind, and this test says which mutant lives.
"""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from invledger.model import CostPolicy
from tests.oracle.exact import Line
from tests.oracle.judge import disagreement
from tests.oracle.sequences import history
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
        for method in ("fifo", "moving-average"):
            for seed in range(60):
                wrong = disagreement(kernel.cost, record, history(seed), method)
                if wrong:
                    return wrong
        return _by_hand(kernel.cost, record)
    except (kernel.KernelError, ArithmeticError, LookupError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


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
        (order, [1000, 750, 100, 200, 550, 75, 75], []),
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


def make(mutant: Mutant, folder: Path, number: int) -> str:
    """Write the changed copy of the room; comes back with its package name."""
    package = f"costing_mutant_{number}"
    shutil.copytree(ROOM, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / package).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name == mutant.file:
            assert mutant.old in text, f"{mutant.name}: the text to change is gone"
            text = text.replace(mutant.old, mutant.new)
            if mutant.share:
                head, future, rest = text.partition("from __future__ import annotations\n")
                text = f"{head}{future}\ndef share(t, p, w):\n    {mutant.share}\n{rest}"
        path.write_text(text.replace("invledger.costing", package), encoding="utf-8")
    return package


@pytest.mark.req("CO-01", "CO-02", "CO-08", "CO-09")
@pytest.mark.parametrize("number", range(len(MUTANTS)), ids=[m.name for m in MUTANTS])
def test_the_mutant_is_caught(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make(MUTANTS[number], tmp_path, number)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert judge(importlib.import_module(package)) != ""


def test_all_mutants_are_read() -> None:
    assert len(MUTANTS) == 30
    assert all(mutant.old and (mutant.new or mutant.share) for mutant in MUTANTS)


def test_the_real_kernel_is_not() -> None:
    assert judge(importlib.import_module("invledger.costing")) == ""
