"""Codes of the outside world become legal names, and no two become one."""

from __future__ import annotations

import re
from itertools import product

from beancount.core import account, amount
from hypothesis import given
from hypothesis import strategies as st

from invledger.ledger import account_component_of, commodity_of, is_like_currency, link_of

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
NASTY = ["", "A", "AB", "a", "'", "''", "0", "-", "--", "_", ".", "SKU.", "Z-", "_.", "可", "可0",
         " ", "20", "X", "F"]  # fmt: skip


def test_legal_codes_stay() -> None:
    assert commodity_of("SKU-COLA330") == "SKU-COLA330"
    assert account_component_of("W01-华东仓") == "W01-华东仓"
    assert account_component_of("1405-库存商品") == "1405-库存商品"
    assert link_of("PO-2601-0007") == "PO-2601-0007"


def test_other_codes_are_spelled() -> None:
    assert commodity_of("6901234567890") == "SKU.6901234567890"
    assert account_component_of("银行") == "Z-银行"
    assert account_component_of("a b") == "Z-a-20-b"
    assert link_of("记-001") == "_._E8AEB0_-001"


def test_no_item_is_named_like_a_currency_or_a_word_of_the_language() -> None:
    for code in ("CNY", "USD", "TRUE", "FALSE", "NULL"):
        assert commodity_of(code) == f"SKU.{code}"
    assert is_like_currency("EUR")
    assert not is_like_currency("SKU-EUR")


@given(TEXTS)
def test_names_are_legal_in_beancount(text: str) -> None:
    assert re.fullmatch(amount.CURRENCY_RE, commodity_of(text))
    assert len(commodity_of(text)) > 1
    assert account.is_valid_leaf(account_component_of(text))
    assert re.fullmatch(r"[A-Za-z0-9\-_/.]+", link_of(text))


@given(TEXTS, TEXTS)
def test_two_codes_never_meet(one: str, other: str) -> None:
    for name in (commodity_of, account_component_of, link_of):
        assert (name(one) == name(other)) is (one == other)


def test_no_two_of_all_short_nasty_codes_meet() -> None:
    codes = {"".join(parts) for parts in product(NASTY, repeat=3)}
    for name in (commodity_of, account_component_of, link_of):
        assert len({name(code) for code in codes}) == len(codes)
        assert {name(name(code)) for code in codes} >= {name(c) for c in codes if name(c) == c}
