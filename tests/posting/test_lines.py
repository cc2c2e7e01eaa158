"""What each cost method makes of a rule's lines: sides, amounts, aspects, what is noted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from invledger.posting import Rule, RuleLine
from invledger.posting.methods import lines_of
from tests.posting.small import rules


def said(lines: list[RuleLine]) -> list[str]:
    """`debit inventory cost`, then what is special of the line."""
    found = []
    for one in lines:
        words = [one.side, one.role, one.amount]
        words += [one.aspect] * (one.aspect != "main") + ["red"] * one.red
        words += ["qty"] * one.quantity + ["item"] * one.item + ["closing"] * one.closing
        words += [f"at-{one.at}"] * bool(one.at)
        found.append(" ".join(words))
    return found


def made(rule: Rule, method: str, **facts: str) -> list[str]:
    return said(lines_of(rule, {"method": method, **facts}))


RECEIPT = Rule("x", "X", "X", lines=(
    RuleLine("debit", "inventory", "value", quantity=True),
    RuleLine("credit", "accrual", "accrued"),
))  # fmt: skip
ISSUE = Rule("x", "X", "X", lines=(
    RuleLine("debit", "expense", "cost", aspect="cost"),
    RuleLine("credit", "inventory", "cost", aspect="cost", quantity=True, at="from"),
))  # fmt: skip
OVERAGE = Rule("x", "X", "X", lines=(
    RuleLine("debit", "inventory", "cost", quantity=True, at="to"),
    RuleLine("credit", "gain", "cost"),
))  # fmt: skip
BACK = Rule("x", "X", "X", lines=(
    RuleLine("debit", "inventory", "cost", red=True, quantity=True),
    RuleLine("credit", "payable", "value", red=True),
    RuleLine("debit", "expense", "variance"),
))  # fmt: skip


@pytest.mark.req("CO-03", "CO-05")
@pytest.mark.parametrize("method", ["fifo", "moving-average", "specific", "lifo", ""])
@pytest.mark.parametrize("rule", [RECEIPT, ISSUE, OVERAGE, BACK])
def test_perpetual_methods_take_the_lines_as_they_are(rule: Rule, method: str) -> None:
    for kind in ("receive", "issue", "return-out"):
        assert lines_of(rule, {"method": method, "kind": kind}) == list(rule.lines)


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("kind", ["receive", "return-in", "hand-back", "produce"])
def test_at_standard_what_comes_in_parts_with_its_variance(kind: str) -> None:
    """Inventory at standard (the kernel's cost), the rest to the price variance at once; who gives
    the goods bears both: the actual amount.
    """
    assert made(RECEIPT, "standard", kind=kind) == [
        "debit inventory cost qty",
        "debit purchase-price-variance variance",
        "credit accrual accrued",
    ]
    assert made(OVERAGE, "standard", kind=kind) == [
        "debit inventory cost qty at-to",
        "debit purchase-price-variance variance",
        "credit gain actual",
    ]


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("kind", ["issue", "move", "consume", "return-out", "skip"])
def test_at_standard_what_leaves_leaves_at_standard(kind: str) -> None:
    assert lines_of(ISSUE, {"method": "standard", "kind": kind}) == list(ISSUE.lines)


def test_a_back_dated_receipt_at_the_current_average_is_parted_like_a_standard() -> None:
    facts = {"method": "moving-average", "backdated": "current-average"}
    assert said(lines_of(RECEIPT, {**facts, "kind": "receive"}))[1] == (
        "debit purchase-price-variance variance"
    )
    assert lines_of(ISSUE, {**facts, "kind": "issue"}) == list(ISSUE.lines)


@pytest.mark.req("CO-03", "CO-05")
@pytest.mark.parametrize(
    ("method", "account", "side"),
    [("planned", "materials-variance", "debit"), ("retail", "retail-margin", "credit")],
)
def test_goods_at_a_price_have_their_difference_beside_them(
    method: str, account: str, side: str
) -> None:
    """1404 stands on the debit side; 1407 on the credit side, in black where it is as usual."""
    red = " red" if side == "credit" else ""
    assert made(RECEIPT, method, kind="receive") == [
        "debit inventory standard qty",
        f"{side} {account} variance{red} item",
        "credit accrual accrued",
    ]


@pytest.mark.req("CO-03", "CO-05")
def test_what_leaves_at_a_planned_price_takes_its_share_at_the_end_of_the_period() -> None:
    """结转材料成本差异: cost is debited, 1404 credited, in black where dearer than planned."""
    assert made(ISSUE, "planned", kind="issue") == [
        "debit expense standard cost",
        "debit expense cost-variance period-cost item closing",
        "credit inventory standard cost qty at-from",
        "credit materials-variance cost-variance period-cost item closing at-from",
    ]


@pytest.mark.req("CO-03", "CO-05")
def test_what_leaves_at_a_selling_price_takes_its_margin_along() -> None:
    """结转进销差价: 1407 is debited and cost credited: the difference is below zero, told in red
    from the other side, so in black.
    """
    assert made(ISSUE, "retail", kind="issue") == [
        "debit expense standard cost",
        "credit expense cost-variance period-cost red item closing",
        "credit inventory standard cost qty at-from",
        "debit retail-margin cost-variance period-cost red item closing at-from",
    ]


@pytest.mark.req("CO-05")
@pytest.mark.parametrize(
    ("method", "lines"),
    [
        ("planned", ["debit inventory standard red qty",
                     "debit materials-variance cost-variance red item",
                     "credit payable value red", "debit expense variance"]),
        ("retail", ["debit inventory standard red qty",
                    "credit retail-margin cost-variance item",
                    "credit payable value red", "debit expense variance"]),
    ],
)  # fmt: skip
def test_goods_that_go_back_take_their_difference_at_once(method: str, lines: list[str]) -> None:
    """Of a return by its receipt's cost; one that is an ordinary issue does not balance by cost
    alone either.
    """
    for kind in ("return-out", "issue"):
        assert made(BACK, method, kind=kind) == lines


def test_a_return_whose_cost_balances_by_itself_waits_for_nothing() -> None:
    assert made(OVERAGE, "planned", kind="return-out") == [
        "debit inventory standard qty at-to",
        "debit materials-variance cost-variance item at-to",
        "credit gain standard",
        "credit gain cost-variance",
    ]


@pytest.mark.req("CO-04")
@pytest.mark.parametrize("method", ["periodic-average", "periodic-lifo"])
def test_periodic_methods_carry_cost_over_once_a_period(method: str) -> None:
    assert made(ISSUE, method, kind="issue") == [
        "debit expense cost period-cost item closing",
        "credit inventory cost period-cost qty item closing at-from",
    ]
    assert lines_of(RECEIPT, {"method": method, "kind": "receive"}) == list(RECEIPT.lines)
    # cost that other amounts balance cannot wait
    assert lines_of(BACK, {"method": method, "kind": "return-out"}) == list(BACK.lines)


@pytest.mark.req("CO-07")
@pytest.mark.parametrize("method", ["fifo", "standard", "planned", "retail", "periodic-average"])
def test_late_value_meets_every_method_alike(method: str) -> None:
    """What stays in stock is cost; what a standard does not take is variance."""
    assert made(OVERAGE, method, kind="revalue") == [
        "debit inventory cost qty at-to",
        "debit purchase-price-variance variance",
        "credit gain actual",
    ]
    assert lines_of(OVERAGE, {"method": method, "kind": "settle"}) == list(OVERAGE.lines)


@pytest.mark.parametrize(
    ("facts", "roles"),
    [
        ({"to": "customer"}, ["receivable", "customer-advances", "revenue", "output-tax",
                              "cost-of-sales", "inventory"]),
        ({"to": "dispatched"}, ["inventory", "inventory"]),
    ],
)  # fmt: skip
def test_only_lines_that_apply(facts: Mapping[str, str], roles: list[str]) -> None:
    assert [line.role for line in lines_of(rules()["sale-delivery"][0], facts)] == roles


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("method", ["planned", "retail", "periodic-average", "periodic-lifo"])
def test_a_settlement_of_losses_clears_actual_cost_whatever_the_company_keeps(method: str) -> None:
    """It names no goods, so that no price of theirs, no share of a difference and no end of their
    period concerns it: its cost and the VAT on it stand in one voucher of its own date.
    """
    lines = (*ISSUE.lines[:1], RuleLine("credit", "pending-loss", "cost"))
    rule = Rule("x", "X", "X", ledger="value", lines=lines)
    assert lines_of(rule, {"method": method, "kind": "skip"}) == list(lines)
