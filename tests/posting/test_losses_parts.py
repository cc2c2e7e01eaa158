"""Losses of several goods, at several rates, of nothing: what a settlement clears of them.

Input VAT goes out with what was lost by bad management (进项税额转出), each at its own rate.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, Row
from tests.posting.small import Books, books, company, derive, row, rules, sources_of

COLA = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.00", tax="0")
SUGAR = row("2026-01-05", "purchase-receipt", "R2", "10.000", item="SUGAR", price="4.00", tax="0")
LOST = row("2026-01-09", "count-shortage", "X1", "10")  # 20.00
LOST_SUGAR = row("2026-01-09", "count-shortage", "X2", "5.000", item="SUGAR")  # 20.00, at 9 %
REDUCED = replace(
    company(), categories={**company().categories,
                           "raw": replace(company().categories["raw"], tax="reduced")},
)  # fmt: skip


def settled(id_: str, reason: str, ref: str = "X1", **given: str) -> Row:
    return row("2026-01-10", "loss-settlement", id_, item="", reason=reason, ref=ref, party="",
               **given)  # fmt: skip


def cleared(made: Books, id_: str) -> list[tuple[str, str]]:
    assert made.costed.troubles == []
    return made.lines(f"loss-settlement/{id_}/main")


@pytest.mark.req("INV-11", "OUT-03")
def test_parts_go_line_by_line_each_with_its_own_vat() -> None:
    """Of 40.00 first 25.00: all the cola and 5.00 of the sugar, 2.60 + 0.45; then 15.00, 1.35."""
    both = (COLA, SUGAR, LOST, LOST_SUGAR)
    first = settled("L1", "abnormal", "X1 X2", amount="25.00")
    made = books(*both, first, settled("L2", "abnormal", "X1 X2"), mine=REDUCED)
    assert made.codes() == []
    assert cleared(made, "L1") == [
        ("6711", "28.05"), ("1901:待处理流动资产损溢", "-25.00"),
        ("2221:应交增值税:进项税额转出", "-3.05"),
    ]  # fmt: skip
    assert cleared(made, "L2") == [
        ("6711", "16.35"), ("1901:待处理流动资产损溢", "-15.00"),
        ("2221:应交增值税:进项税额转出", "-1.35"),
    ]  # fmt: skip
    over = books(*both, first, settled("L2", "abnormal", "X1 X2", amount="15.01"), mine=REDUCED)
    assert over.codes() == ["settlement-exceeds"]
    assert dict(over.problems[0].args)["left"] == "15.00"


@pytest.mark.req("OUT-03")
@pytest.mark.parametrize(
    ("lost", "mine", "tax"),
    [
        (LOST, company(), -260),
        (LOST._replace(tax="9"), company(), -180),  # bought at 9 %, as the count says
        (LOST, replace(company(), taxpayer="small-scale"), 0),  # nothing had been deducted
        (LOST_SUGAR._replace(id="X1"), REDUCED, -180),
    ],
)
def test_the_rate_that_was_deducted_goes_out(lost: Row, mine: Company, tax: int) -> None:
    made = books(COLA, SUGAR, lost, settled("L1", "abnormal"), mine=mine)
    assert made.codes() == []
    assert made.balance("1901") == 0
    assert (made.balance("2221"), made.balance("6711")) == (tax, 2000 - tax)


@pytest.mark.req("OUT-03", "CO-08")
@pytest.mark.parametrize(("stated", "tax"), [({}, 0), ({"tax": "13"}, 65)])
def test_of_a_loss_in_production_the_document_says_the_vat(
    stated: dict[str, str], tax: int
) -> None:
    """5.00 of an order are lost: what of it was bought with tax nobody knows but who writes it."""
    used = row("2026-01-06", "production-issue", "P1", "5", order="WO-1")
    lost = row("2026-01-09", "production-loss", "X1", item="", amount="5.00", order="WO-1",
               reason="spoilt", party="", **stated)  # fmt: skip
    made = books(COLA, used, lost, settled("L1", "abnormal"))
    assert made.codes() == []
    assert (made.balance("5001"), made.balance("1901")) == (500, 0)
    assert (made.balance("2221"), made.balance("6711")) == (-tax, 500 + tax)


@pytest.mark.req("OUT-03")
def test_gifts_that_were_lost_have_nothing_to_clear() -> None:
    """20.00 and goods that cost nothing: 20.00. The gifts alone: there is nothing to settle."""
    gift = row("2026-01-05", "purchase-receipt", "R2", "10.000", item="SUGAR", price="0", tax="0",
               reason="gift")  # fmt: skip
    lost = (COLA, gift, LOST, LOST_SUGAR)
    made = books(*lost, settled("L1", "abnormal", "X2 X1"))
    assert made.codes() == []
    assert cleared(made, "L1")[0] == ("6711", "22.60")
    alone = books(*lost, settled("L1", "abnormal", "X2"))
    assert [(one.code, dict(one.args)["left"]) for one in alone.problems] == [
        ("settlement-exceeds", "0.00")
    ]


@pytest.mark.req("OUT-03", "FIN-18")
def test_a_loss_undone_after_it_was_settled_is_told() -> None:
    """What was found again had been cleared as lost: the settlement has to be undone first."""
    found = LOST._replace(
        date="2026-01-12", id="Z1", source=LOST.target, target=LOST.source,
        meta=(("reverses", "X1"),),
    )  # fmt: skip
    for amount in ("", "5.00"):
        made = books(COLA, LOST, settled("L1", "normal", amount=amount), found)
        assert [(one.code, dict(one.args)["left"]) for one in made.problems] == [
            ("settlement-exceeds", "0.00")
        ]


@pytest.mark.req("OUT-06", "TE-07")
def test_goods_given_away_at_no_known_rate_are_told() -> None:
    """A gift is deemed sold: without a rate nobody can say what VAT it bears."""
    gift = row("2026-01-09", "other-out", "G1", "5", reason="sample")
    back = gift._replace(date="2026-01-10", id="Z1", source=gift.target, target=gift.source,
                         meta=(("reverses", "G1"),))  # fmt: skip
    for rows in ([COLA, gift], [COLA, gift, back]):
        sources = sources_of(rows)
        sources.master.items["COLA"] = replace(sources.master.items["COLA"], tax="unheard-of")
        made = derive(sources)
        assert [(one.code, dict(one.args)) for one in made.problems] == [
            ("tax-rate-unknown", {"id": "G1", "tax": "unheard-of"})
        ]
    assert rules()["other-out"][-1].uses("deemed-tax")
