from __future__ import annotations

import pytest

from invledger.model import Posting, Voucher
from invledger.render import amount_in_words, render_change, render_voucher, width_of

VOUCHER = Voucher(
    "2026-01-05",
    "purchase-receipt/SH1-260105-0001/main",
    "华东电子",
    "采购入库",
    (
        Posting("Assets:1405-库存商品", 123500, "CNY", meta=(("item", "SKU-1"), ("qty", "100"))),
        Posting("Liabilities:2202-应付账款:暂估", -123500, "CNY", meta=(("party", "V0001"),)),
    ),
)


@pytest.mark.req("RP-20")
def test_a_voucher_reads_like_one() -> None:
    lines = render_voucher(VOUCHER, "zh", number="记-12").splitlines()
    assert lines[0] == "记账凭证  2026-01-05  记-12  purchase-receipt/SH1-260105-0001/main"
    assert lines[1] == "  华东电子 采购入库"
    assert lines[2].split() == ["科目", "借方金额", "贷方金额"]
    assert lines[3].split() == ["1405-库存商品", "1,235.00", "SKU-1", "×", "100"]
    assert lines[4].split() == ["2202-应付账款:暂估", "1,235.00", "party", "V0001"]
    assert lines[5].split() == ["合计", "壹仟贰佰叁拾伍元整", "1,235.00", "1,235.00"]
    debit_ends = width_of(lines[3][: lines[3].index("1,235.00") + 8])
    assert width_of(lines[2][: lines[2].index("借方金额") + 4]) == debit_ends
    assert "not booked" in render_voucher(VOUCHER, "en")


def test_red_letter_stays_on_its_side() -> None:
    red = VOUCHER._replace(
        postings=tuple(p._replace(amount=-p.amount, red=True) for p in VOUCHER.postings)
    )
    lines = render_voucher(red, "en").splitlines()
    assert lines[3].split()[1] == "-1,235.00"
    assert lines[5].split() == ["Total", "-1,235.00", "-1,235.00"]


def test_a_change_shows_what_goes_and_what_comes() -> None:
    after = VOUCHER._replace(narration="采购入库 SH1")
    made = render_change("changed", VOUCHER, after, "zh").splitlines()
    assert made[0] == "~ 变更: 2026-01-05 purchase-receipt/SH1-260105-0001/main"
    assert "-   华东电子 采购入库" in made
    assert "+   华东电子 采购入库 SH1" in made
    assert render_change("gone", VOUCHER, None, "en").startswith("- gone: ")
    assert render_change("new", None, VOUCHER, "en").startswith("+ new: ")
    with pytest.raises(ValueError, match="before or after"):
        render_change("new", None, None, "en")


@pytest.mark.req("RP-20")
@pytest.mark.parametrize(
    ("minor", "words"),
    [
        # 支付结算办法 附件一: 正确填写票据和结算凭证的基本规定
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        # by hand
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (10000000, "壹拾万元整"),
        (1000001, "壹万元零壹分"),
        (10203040506, "壹亿零贰佰零叁万零肆佰零伍元零陆分"),
        (-12345, "负壹佰贰拾叁元肆角伍分"),
    ],
)
def test_amounts_in_words(minor: int, words: str) -> None:
    assert amount_in_words(minor) == words
