"""Published cases of other systems and textbooks, straight against the kernel."""

from __future__ import annotations

import copy

import pytest

from tests.oracle.case_runner import Case, check_case, load_cases, skip_reason

CASES = load_cases()
OFFERED = [case for case in CASES if not skip_reason(case)]

pytestmark = pytest.mark.skipif(not CASES, reason="the folder shared/cases is not here")


@pytest.mark.req("CO-01", "CO-02", "CO-08", "CO-09")
@pytest.mark.parametrize("case", OFFERED, ids=lambda case: str(case["id"]))
def test_case(case: Case) -> None:
    assert check_case(case) == []


def test_every_case_runs() -> None:
    """The kernel offers every method and every policy of the cases."""
    assert len(OFFERED) == len(CASES) >= 140


#: Facts that a valuation kernel does not know: they belong to vouchers and to other documents.
OUTSIDE = {"after", "item", "where", "lot", "issue_of", "vouchers", "check_voucher", "allowance"}


def test_every_figure_is_compared() -> None:
    """A case with one figure changed fails, whichever figure it is (save quantity by place)."""
    blind: list[str] = []
    for case in OFFERED:
        for n, row in enumerate(case["expect"]):
            for key in row.keys() - OUTSIDE:
                changed = copy.deepcopy(case)
                changed["expect"][n][key] = _other(row[key])
                if key == "error":
                    del changed["expect"][n][key]
                if not check_case(changed):
                    blind.append(f"{case['id']} {key} after {row['after']}")
    assert blind == []


def _other(figure: object) -> object:
    if isinstance(figure, list):
        return [[quantity, _other(unit)] for quantity, unit in figure] or [["1", "1.00"]]
    text = str(figure)
    return text[:-1] + ("1" if text[-1] != "1" else "2")
