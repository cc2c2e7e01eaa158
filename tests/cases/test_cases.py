"""Published cases through the whole program: books written as text, posted, read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from invledger.ledger import commodity_of
from tests.cases.books import Desk
from tests.cases.company import fill, found
from tests.cases.judging import PASSED, SKIPPED, Trial, Verdict, judge
from tests.cases.offer import reason_to_skip
from tests.cases.reading import Case, read_case
from tests.cases.variants import VARIANTS, falsified
from tests.cases.writer import Writer
from tests.source_files import ROOT

FOLDER = ROOT.parent / "shared" / "cases"
SKIPPED_MAX = 0.05

pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the published cases are not beside us"),
    pytest.mark.req("CO-01", "CO-02", "CO-03", "CO-04", "CO-05", "CO-08", "CO-09"),
]
RAW: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
}


def _sample() -> list[str]:
    """One case of each method and set of policies, and every case that must be refused."""
    chosen: dict[str, str] = {}
    for name, raw in RAW.items():
        kind = json.dumps([raw["method"], sorted(raw["policy"])])
        chosen.setdefault(kind, name)
        if any("error" in row for row in raw["expect"]):
            chosen[name] = name
    return sorted(chosen.values())


SAMPLE = _sample()
PLAIN: dict[str, list[object]] = {}  # what is said of a case as it stands
REST = [name for name in RAW if name not in SAMPLE]


def _slowly(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("cases"))


def _case(raw: dict[str, Any]) -> Case:
    return read_case("case", json.dumps(raw).encode())


def _verdict(raw: dict[str, Any], desk: Desk) -> Verdict:
    return judge(_case(raw), desk)


@pytest.mark.parametrize("name", [*SAMPLE, *_slowly(REST)])
def test_a_case(name: str, desk: Desk) -> None:
    """It passes; and with one figure changed it fails, whichever figure it is."""
    raw = RAW[name]
    if _skip(raw)[0] == SKIPPED:
        assert _verdict(raw, desk)[1:] == _skip(raw)
        return
    trial = Trial(_case(raw), desk)
    assert list(trial.run()) == []
    blind = [
        what for what, changed in falsified(raw) if not list(trial.again(_case(changed)).run())
    ]
    assert blind == []


def _skip(raw: dict[str, Any]) -> tuple[str, str, tuple[()]]:
    reason = reason_to_skip(raw["method"], raw["policy"])
    return (SKIPPED, reason, ()) if reason else (PASSED, "", ())


def test_hardly_any_case_is_skipped_and_decisions_name_the_reason() -> None:
    decisions = (ROOT / "DECISIONS.md").read_text("utf-8")
    reasons = [_skip(raw)[1] for raw in RAW.values() if _skip(raw)[0] == SKIPPED]
    assert len(reasons) <= SKIPPED_MAX * len(RAW)
    assert [reason for reason in reasons if reason not in decisions] == []


def _varied() -> Iterator[Any]:
    for number, name in enumerate(RAW):
        is_quick = name in SAMPLE and number % 4 == 0 and len(RAW[name]["expect"]) < 3
        for variant in VARIANTS:
            marks = () if is_quick else (pytest.mark.slow,)
            yield pytest.param(name, variant, marks=marks, id=f"{name} {variant}")


@pytest.mark.parametrize(("name", "variant"), list(_varied()))
def test_what_has_nothing_to_do_with_cost_changes_no_verdict(
    name: str, variant: str, desk: Desk
) -> None:
    altered = VARIANTS[variant](RAW[name])
    assert altered != RAW[name]
    if name not in PLAIN:
        PLAIN[name] = _said(_verdict(RAW[name], desk))
    assert _said(_verdict(altered, desk)) == PLAIN[name]


def _said(verdict: Verdict) -> list[object]:
    """State and wrong figures, without what names the item."""
    figures = [(w.after, w.figure.split()[0], w.expected) for w in verdict.wrong]
    return [verdict.state, verdict.reason, figures]


def _by_process(root: Path, *words: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "INVLEDGER_CACHE": "off"}
    done = subprocess.run(
        [sys.executable, "-m", "invledger", "--root", str(root), *words],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "odoo-avco-02",
        *_slowly(("erpnext-repost-03", "zh-text-03-per", "odoo-lot-02", "text-std-02")),
    ],
)
def test_the_command_line_says_the_same(name: str, tmp_path: Path) -> None:
    """Posted, checked and asked by processes of their own: quantity and value of the last row."""
    case = _case(RAW[name])
    last = max(case.expect, key=lambda row: int(row["after"]))
    root = tmp_path / "company"
    found(root, case.currency)
    fill(root, case, Writer(case), last["after"])
    _by_process(root, "post")
    _by_process(root, "reconcile", "stock-gl")
    rows = json.loads(_by_process(root, "stock", "--format", "json"))["rows"]
    wanted = [
        row
        for row in rows
        if row["item"] == commodity_of(last["item"]) and last.get("lot") in (None, row["lot"])
    ]
    for key, column in (("qty", "quantity"), ("value", "value")):
        if key in last:
            assert sum(Fraction(row[column]) for row in wanted) == Fraction(last[key])
