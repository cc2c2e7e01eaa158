"""What the format of the cases knows and the published ones do not use, by hand calculation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cases.books import Desk
from tests.cases.judging import PASSED, judge
from tests.cases.offer import reason_to_skip
from tests.cases.reading import read_case

pytestmark = pytest.mark.req("CO-01", "CO-03", "CO-05", "CO-09", "CO-10")
Raw = dict[str, Any]
WAYS = {
    "purchase-receipt": ("SUPPLIER", "WH1"), "purchase-return": ("WH1", "SUPPLIER"),
    "sale-delivery": ("WH1", "CUSTOMER"), "sale-return": ("CUSTOMER", "WH1"),
    "production-issue": ("WH1", "PRODUCTION"), "production-receipt": ("PRODUCTION", "WH1"),
    "count-gain": ("ADJUSTMENT", "WH1"), "count-loss": ("WH1", "ADJUSTMENT"),
    "scrap": ("WH1", "SCRAP"), "transfer": ("WH1", "WH2"),
}  # fmt: skip


def _case(method: str, movements: list[Raw], expect: list[Raw], **more: object) -> Raw:
    """A case; dates run from day to day, items are P where none is named."""
    lines = []
    for n, movement in enumerate(movements, 1):
        come, go = WAYS.get(movement["type"], (None, None))
        usual = {"n": n, "date": f"2026-04-{n:02d}", "item": "P", "from": come, "to": go}
        lines.append({**usual, **movement})
    return {
        "id": "format", "method": method, "currency": {"code": "EUR", "decimals": 2},
        "pool": "company", "negative_stock": "forbid", "items": None, "uoms": None,
        "policy": {}, "movements": lines,
        "expect": [{"item": "P", "where": "company", **row} for row in expect], **more,
    }  # fmt: skip


def _m(type_: str, qty: str | None = None, price: str | None = None, **more: object) -> Raw:
    return {"type": type_, "qty": qty, "unit_cost": price, **more}


IN, OUT = "purchase-receipt", "sale-delivery"

CASES: dict[str, Raw] = {
    # 90.00 by weight: 2 x 5 kg and 4 x 20 kg are 10 and 80 of 90
    "landed by weight": _case(
        "fifo",
        [_m(IN, "2", "10.00"), _m(IN, "4", "10.00", item="Q"),
         _m("landed-cost", amount="90.00", ref="1,2", basis="weight")],
        [{"after": 3, "value": "30.00"}, {"after": 3, "item": "Q", "value": "120.00"}],
        items={"P": {"weight": "5"}, "Q": {"weight": "20"}},
    ),
    # 10.00 equally over three: 3.33, 3.33, 3.34
    "landed equally": _case(
        "moving-average",
        [_m(IN, "2", "10.00"), _m(IN, "4", "10.00", item="Q"), _m(IN, "1", "7.00", item="R"),
         _m("landed-cost", amount="10.00", ref="1,2,3", basis="equal")],
        [{"after": 4, "value": "23.33"}, {"after": 4, "item": "Q", "value": "43.33"},
         {"after": 4, "item": "R", "value": "10.34"}],
    ),
    # 12.00 by volume 1 : 3
    "landed by volume": _case(
        "fifo",
        [_m(IN, "1", "10.00"), _m(IN, "1", "10.00", item="Q"),
         _m("landed-cost", amount="12.00", ref="1,2", basis="volume")],
        [{"after": 3, "value": "13.00"}, {"after": 3, "item": "Q", "value": "19.00"}],
        items={"P": {"volume": "0.5"}, "Q": {"volume": "1.5"}},
    ),
    # all of a landed cost is expense: stock keeps 20.00
    "landed as expense": _case(
        "fifo",
        [_m(IN, "2", "10.00"), _m("landed-cost", amount="5.00", ref="1")],
        [{"after": 2, "value": "20.00", "expensed": "5.00", "value_change": "0.00"}],
        policy={"landed": "expense"},
    ),
    # min(6 on hand, 10 received) / 10 of 30.00 is capitalised
    "bill, share on hand": _case(
        "moving-average",
        [_m(IN, "10", "10.00"), _m(OUT, "4"),
         _m("invoice-price-difference", amount="30.00", ref="1")],
        [{"after": 3, "qty": "6", "value": "78.00", "expensed": "12.00"}],
        policy={"invoice_difference": "on-hand-share"},
    ),
    # nobody knows the delivery: it comes in at the cost that is stated
    "sale return at a stated cost": _case(
        "moving-average",
        [_m(IN, "4", "10.00"), _m("sale-return", "1", "8.00")],
        [{"after": 2, "qty": "5", "value": "48.00", "unit_cost": "9.60"}],
    ),
    # oldest first: 2 at 10 scrapped, then 1 at 10 and 1 at 14 lost, 1 found at 15
    "scrap and counts": _case(
        "fifo",
        [_m(IN, "3", "10.00"), _m(IN, "3", "14.00"), _m("scrap", "2"), _m("count-loss", "2"),
         _m("count-gain", "1", "15.00")],
        [{"after": 3, "issue_cost": "20.00"}, {"after": 4, "issue_cost": "24.00"},
         {"after": 5, "qty": "3", "value": "43.00", "lots": [["2", "14.00"], ["1", "15.00"]]}],
    ),
    # newest first: 2 at 14 and 1 at 10 move; the layers keep their cost in WH2
    "LIFO through a transfer": _case(
        "lifo",
        [_m(IN, "3", "10.00"), _m(IN, "2", "14.00"), _m("transfer", "3"),
         _m(OUT, "1", **{"from": "WH2"})],
        [{"after": 3, "where": "WH1", "qty": "2", "value": "20.00"},
         {"after": 3, "where": "WH2", "qty": "3", "value": "38.00"}],
        pool="warehouse",
    ),
    # the second receipt is picked: 2 at 14
    "FIFO with a pick": _case(
        "fifo",
        [_m(IN, "3", "10.00"), _m(IN, "2", "14.00"), _m(OUT, "2", pick="2")],
        [{"after": 3, "qty": "3", "value": "30.00", "issue_cost": "28.00"}],
    ),
    # serial numbers in two stores; each unit has its own cost wherever it goes
    "specific by lot and store": _case(
        "specific",
        [_m(IN, "1", "10.00", lot="S1"), _m(IN, "1", "20.00", lot="S2"),
         _m("transfer", "1", lot="S2"), _m(OUT, "1", lot="S2", **{"from": "WH2"})],
        [{"after": 3, "where": "WH2", "qty": "1", "value": "20.00"},
         {"after": 4, "qty": "1", "value": "10.00", "issue_cost": "20.00"}],
        pool="lot+warehouse",
    ),
    # the year's average: 10 at 1.00 in January and 10 at 3.00 in November: 2.00
    "average of a year": _case(
        "periodic-average",
        [_m(IN, "10", "1.00", date="2026-01-10"), _m(OUT, "5", date="2026-02-01"),
         _m(IN, "10", "3.00", date="2026-11-01")],
        [{"after": 3, "qty": "15", "value": "30.00", "issue_of": 2, "issue_cost": "10.00"}],
        policy={"period": "year"},
    ),
    # February knows nothing of March: 10 at 1.00; March: 5 left at 1.00 and 5 at 3.00
    "average of two months": _case(
        "periodic-average",
        [_m(IN, "10", "1.00", date="2026-02-10"), _m(OUT, "5", date="2026-02-11"),
         _m(IN, "5", "3.00", date="2026-03-01"), _m(OUT, "5", date="2026-03-02")],
        [{"after": 4, "issue_of": 2, "issue_cost": "5.00"},
         {"after": 4, "qty": "5", "value": "10.00", "issue_cost": "10.00"}],
        policy={"period": "month"},
    ),
    # rate (1,100 - 1,000) / 1,000 = 10 %; freight makes it 15 %
    "planned cost with freight": _case(
        "planned-cost",
        [_m(IN, amount="1100.00", plan_amount="1000.00"),
         _m("landed-cost", amount="50.00", ref="1"),
         _m("production-issue", plan_amount="400.00")],
        [{"after": 3, "value": "690.00", "issue_cost": "460.00", "ratio": "0.15"}],
    ),
    # standard 5.00; 10 received at 6.00 and 10 at 4.50: variance 10.00 - 5.00
    "standard cost both ways": _case(
        "standard",
        [_m(IN, "10", "6.00"), _m(IN, "10", "4.50"), _m(OUT, "4")],
        [{"after": 1, "variance": "10.00"}, {"after": 2, "variance": "5.00"},
         {"after": 3, "value": "80.00", "issue_cost": "20.00"}],
        items={"P": {"standard_cost": "5.00"}},
    ),
    # three quarters of 90.00, and one
    "output by share": _case(
        "moving-average",
        [_m(IN, "9", "10.00", item="C"), _m("production-issue", "9", item="C"),
         _m("production-receipt", "6", ref="2", share="0.75"),
         _m("production-receipt", "3", ref="2", share="0.25", item="Q")],
        [{"after": 4, "value": "67.50"}, {"after": 4, "item": "Q", "value": "22.50"}],
    ),
    # 40.00 of material and 10.00 of labour in one run
    "output with other inputs": _case(
        "fifo",
        [_m(IN, "4", "10.00", item="C"), _m("production-issue", "4", item="C"),
         _m("production-receipt", "2", ref="2", amount="10.00")],
        [{"after": 3, "qty": "2", "value": "50.00", "unit_cost": "25.00"}],
    ),
    # 3 at 10 USD, 1.1 EUR each dollar
    "foreign currency": _case(
        "fifo",
        [_m(IN, "3", "10.00", currency="USD", rate="1.1"), _m(OUT, "1")],
        [{"after": 2, "value": "22.00", "issue_cost": "11.00"}],
    ),
    # the layer of receipt 1 gets 3.00 more, that of receipt 2 none
    "a layer revalued by an amount": _case(
        "fifo",
        [_m(IN, "3", "10.00"), _m(IN, "3", "20.00"), _m("revaluation", amount="3.00", ref="1"),
         _m(OUT, "3")],
        [{"after": 3, "value": "93.00", "value_change": "3.00"},
         {"after": 4, "value": "60.00", "issue_cost": "33.00"}],
    ),
    # one store holds all there is
    "value added where the store is a pool": _case(
        "moving-average",
        [_m(IN, "3", "10.00"), _m("revaluation", amount="6.00"), _m("write-down", amount="4.00")],
        [{"after": 3, "where": "WH1", "value": "36.00", "unit_cost": "12.00",
          "allowance": "4.00"}],
        pool="warehouse",
    ),
    # the allowance is added up; goods keep their cost
    "write-down twice": _case(
        "moving-average",
        [_m(IN, "10", "5.00"), _m("write-down", amount="8.00"), _m("write-down", amount="2.00")],
        [{"after": 2, "value": "50.00", "allowance": "8.00",
          "vouchers": [["impairment-loss", "8.00", "0.00"],
                       ["inventory-allowance", "0.00", "8.00"]]},
         {"after": 3, "value": "50.00", "allowance": "10.00"}],
    ),
    # short by 2 at the last receipt's 12.00, not at the last layer's 10.00
    "shortage at the last receipt's cost": _case(
        "fifo",
        [_m(IN, "1", "10.00"), _m(IN, "1", "12.00"), _m(OUT, "4"), _m(IN, "3", "15.00")],
        [{"after": 3, "qty": "-2", "value": "-24.00", "issue_cost": "46.00"},
         {"after": 4, "qty": "1", "value": "15.00", "true_up": "6.00"}],
        negative_stock="allow", policy={"last_cost": "receipt"},
    ),
    # nothing is known of 6 of 8 until they come at 10.00, on another day: 60.00 of cost then
    "shortage under the average of a day": _case(
        "periodic-average",
        [_m(OUT, "8"), _m("sale-return", "2", ref="1"), _m(IN, "8", "10.00")],
        [{"after": 3, "qty": "2", "value": "20.00", "true_up": "60.00"}],
        negative_stock="allow", policy={"period": "day"},
    ),
    # 100.00 of planned value go out before 200.00 come for 220.00: half of that stays
    "shortage at a planned cost": _case(
        "planned-cost",
        [_m(OUT, plan_amount="100.00"), _m(IN, amount="220.00", plan_amount="200.00")],
        [{"after": 2, "value": "110.00"}],
        negative_stock="allow",
    ),
    # 100.00 of planned value go back to a supplier before any came; then they come for 110.00
    "return before the goods at a planned cost": _case(
        "planned-cost",
        [_m("purchase-return", plan_amount="100.00"),
         _m(IN, amount="220.00", plan_amount="200.00")],
        [{"after": 2, "value": "110.00", "true_up": "10.00"}],
        negative_stock="allow", policy={"period": "day", "fallback_cost": {"P": "1.00"}},
    ),
    # entered last for the second day, when the average was 15.00: 6.00 of its price are expense
    # more than there is, per lot
    "refused in one lot": _case(
        "moving-average",
        [_m(IN, "2", "10.00", lot="L1"), _m(IN, "2", "10.00", lot="L2"),
         _m(OUT, "3", lot="L1")],
        [{"after": 3, "error": "insufficient stock of lot L1"}],
        pool="lot",
    ),
    # 3 of 2 come back
    "refused return of more than was delivered": _case(
        "fifo",
        [_m(IN, "9", "10.00"), _m(OUT, "2"), _m("sale-return", "3", ref="2")],
        [{"after": 2, "qty": "7"}, {"after": 3, "error": "more than was delivered"}],
    ),
    # 2 dozen at 6.00 a dozen are 24 at 0.50; 3 leave
    "dozens": _case(
        "fifo",
        [_m(IN, "2", "6.00", uom="dozen"), _m(OUT, "3")],
        [{"after": 2, "qty": "21", "value": "10.50", "issue_cost": "1.50"}],
        uoms={"base": "piece", "dozen": "12"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("format"))


@pytest.mark.parametrize("name", CASES)
def test_by_hand(name: str, desk: Desk) -> None:
    case = read_case(name, json.dumps(CASES[name]).encode())
    assert judge(case, desk)[1:] == (PASSED, "", ())


def test_a_late_entry_at_todays_average_needs_a_method_that_has_one() -> None:
    late = {"backdated_receipt": "current-average"}
    assert reason_to_skip("moving-average", late) == ""
    assert "backdated_receipt" in reason_to_skip("periodic-average", late)
