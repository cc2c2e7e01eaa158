"""The runner itself: what it prints, what it refuses, on what it decides."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cases.__main__ import main
from tests.cases.books import Desk
from tests.cases.judging import SKIPPED, judge
from tests.cases.offer import reason_to_skip, settings_of
from tests.cases.reading import CaseError, read_case

pytestmark = pytest.mark.req("CO-01")

#: 4 received at 2.50, 1 delivered: 3 are left at 7.50.
GOOD: dict[str, Any] = {
    "id": "good", "method": "fifo", "currency": {"code": "EUR", "decimals": 2},
    "price_decimals": 2, "qty_decimals": None, "pool": "company", "negative_stock": "forbid",
    "items": None, "uoms": None, "policy": {}, "tags": [], "title": "", "semantics": "",
    "confidence": "high", "source": {},
    "movements": [
        {"n": 1, "date": "2026-05-01", "type": "purchase-receipt", "item": "NUT",
         "from": "SUPPLIER", "to": "WH1", "qty": "4", "uom": None, "unit_cost": "2.50",
         "amount": None, "lot": None, "ref": None, "note": None},
        {"n": 2, "date": "2026-05-02", "type": "sale-delivery", "item": "NUT",
         "from": "WH1", "to": "CUSTOMER", "qty": "1", "uom": None, "unit_cost": None,
         "amount": None, "lot": None, "ref": None, "note": None},
    ],
    "expect": [
        {"after": 2, "item": "NUT", "where": "company", "qty": "3", "value": "7.50",
         "issue_cost": "2.50", "vouchers": [["cogs", "2.50", "0.00"],
                                            ["inventory", "0.00", "2.50"]]},
    ],
}  # fmt: skip

INDENT = "        after 2, "
TORN = "Expecting property name enclosed in double quotes: line 1 column 16 (char 15)"


def _write(folder: Path, name: str, case: object) -> None:
    text = case if isinstance(case, str) else json.dumps(case)
    (folder / f"{name}.json").write_text(text, "utf-8")


def _run(folder: Path, *more: str) -> tuple[int, list[str]]:
    out = io.StringIO()
    code = main([str(folder), *more], out)
    return code, out.getvalue().splitlines()


def _with(**changes: object) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(json.dumps({**GOOD, **changes}))
    return case


def test_every_case_is_said_and_the_counts_close(tmp_path: Path) -> None:
    wrong = _with()
    wrong["expect"][0] |= {"value": "7.51", "vouchers": [["cogs", "2.50", "0.00"]]}
    _write(tmp_path, "a-good", GOOD)
    _write(tmp_path, "b-wrong", wrong)
    _write(tmp_path, "c-strange", _with(policy={"order": "as-entered", "rounding": "down"}))
    _write(tmp_path, "d-torn", '{"id": "torn", ')
    assert _run(tmp_path) == (
        1,
        [
            "passed  a-good",
            "failed  b-wrong",
            f"{INDENT}value (NUT company): expected 7.51, got 7.50",
            f"{INDENT}vouchers (NUT company): expected inventory 0.00, got inventory -2.50",
            'skipped c-strange: policy rounding: "down"',
            f"failed  d-torn: d-torn.json is no JSON: {TORN}",
            "1 passed, 2 failed, 1 skipped",
        ],
    )


def test_without_failures_the_runner_ends_well(tmp_path: Path) -> None:
    _write(tmp_path, "good", GOOD)
    assert _run(tmp_path) == (0, ["passed  good", "1 passed, 0 failed, 0 skipped"])
    assert _run(tmp_path, "--only", "bad") == (2, [f"no cases (*.json) in {tmp_path}"])


def test_the_books_can_be_kept(tmp_path: Path) -> None:
    cases, kept = tmp_path / "cases", tmp_path / "kept"
    cases.mkdir()
    _write(cases, "good", GOOD)
    _run(cases, "--keep", str(kept))
    text = (kept / "EUR/ledgers/movements/2026/05/2026-05-01.K.beancount").read_text("utf-8")
    assert "4 NUT @ 2.50 EUR" in text
    assert list((kept / "EUR/ledgers/vouchers/2026/05").iterdir())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": ""}, "the case has no method"),
        ({"movements": 7}, "the case has no list of movements"),
        ({"movements": [7]}, "movement 1 is no JSON object"),
        ({"expect": [{"qty": "1"}]}, "expectation 1 does not say after which movement"),
        ({"expect": [{"after": 2, "qty": 3}]}, "expectation 1, qty: 3 is no decimal number"),
        ({"expect": [{"after": 2, "lots": [["3"]]}]}, "lots: \\['3'\\] has not 2 parts"),
        ({"expect": [{"after": 9}]}, "an expectation speaks of movement 9, which is not there"),
        ({"currency": {"code": "EUR"}}, "the currency has no number of decimals"),
        (
            {"pool": "shelf"},
            "the pool 'shelf' is none of company, warehouse, lot, lot\\+warehouse",
        ),
        ({"policy": []}, "policy is no JSON object"),
    ],
)
def test_what_is_malformed_is_said(change: dict[str, object], said: str) -> None:
    with pytest.raises(CaseError, match=said):
        read_case("x", json.dumps(_with(**change)).encode())


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("qty", 4, "movement 1, qty: 4 is no decimal number in a string"),
        ("unit_cost", "2,5", "movement 1, unit_cost: '2,5' is no decimal number in a string"),
        ("date", "1.5.2026", "movement 1: the date '1.5.2026' is none"),
        ("ref", "7", "movement 1 refers to 7, which is not there"),
        ("ref", "a", "movement 1: ref 'a' is no list of movements"),
        ("uom", "g", "movement 1: the unit 'g' has no factor"),
        ("type", None, "movement 1 has no type"),
        ("n", 2, "two movements have one number n"),
    ],
)
def test_a_malformed_movement_is_said(key: str, value: object, said: str) -> None:
    case = _with()
    case["movements"][0][key] = value
    with pytest.raises(CaseError, match=said):
        read_case("x", json.dumps(case).encode())


def test_what_nobody_knows_fails_and_is_named(tmp_path: Path) -> None:
    odd = _with()
    odd["movements"][1]["type"] = "teleport"
    new = _with()
    new["expect"][0]["mood"] = "good"
    _write(tmp_path, "odd", odd)
    _write(tmp_path, "new", new)
    assert _run(tmp_path) == (
        1,
        [
            "failed  new",
            f"{INDENT}mood: expected good, got a figure that this runner does not know",
            "failed  odd: unknown type of movement: teleport",
            "0 passed, 2 failed, 0 skipped",
        ],
    )


def test_a_skip_is_decided_before_anything_runs(tmp_path: Path) -> None:
    """From method and policy alone: neither movements nor figures are looked at."""
    nothing = _with(method="hifo", movements=[], expect=[])
    verdict = judge(read_case("x", json.dumps(nothing).encode()), Desk(tmp_path / "none"))
    assert (verdict.state, verdict.reason) == (SKIPPED, "method hifo")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({"landed": "by-weather"}, 'policy landed: "by-weather"'),
        ({"landed": {"a": 1}}, 'policy landed: {"a": 1}'),
        ({"negative": {"estimate": "guess"}}, 'policy negative: {"estimate": "guess"}'),
        ({"ratio_decimals": "4"}, 'policy ratio_decimals: "4"'),
        ({"fallback_cost": {"P": "1.00"}, "order": "as-entered"}, ""),
    ],
)
def test_policies_that_are_not_offered(policy: dict[str, object], reason: str) -> None:
    assert reason_to_skip("fifo", policy) == reason


def test_policies_in_our_words() -> None:
    said = settings_of(
        "lifo",
        "warehouse",
        {
            "period_receipts_first": True,
            "negative": {"estimate": "zero", "true_up": "reprice-balance"},
            "landed": "on-hand-share",
            "unit_cost_decimals": 2,
        },
    )
    assert said == {
        "method": "periodic-lifo",
        "pool": "site",
        "purchase-return": "method",
        "receipts-first": "true",
        "estimate": "zero",
        "true-up": "balance",
        "landed-cost": "on-hand-share",
        "unit-decimals": "2",
    }
