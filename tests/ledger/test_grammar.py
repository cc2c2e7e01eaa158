"""The regular language, sign by sign."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from invledger.ledger.grammar import is_account
from invledger.ledger.names import CODE_LETTERS, strange_in

LETTER = "A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff-"
ACCOUNT = re.compile(
    rf"(?:Assets|Liabilities|Equity|Income|Expenses):[A-Z0-9][{LETTER}]*"
    rf"(?::[A-Z0-9\u3400-\u4dbf\u4e00-\u9fff][{LETTER}]*)*"
)
SIGNS = "ASaz09-:_. \n\u33ff\u3400\u4dbf\u4dc0\u4e00\u9fff\ua000\u00c4"


@given(st.text(SIGNS, max_size=8), st.sampled_from(("Assets", "Equity:", "Assets:", "")))
def test_accounts_are_those_of_the_pattern(text: str, head: str) -> None:
    assert is_account(head + text) == (ACCOUNT.fullmatch(head + text) is not None)


@given(st.text(SIGNS + '"~\x7f', max_size=4))
def test_what_is_strange_in_a_code_is_what_the_pattern_finds(text: str) -> None:
    found = re.search(f"[^ -~{CODE_LETTERS}]|^ | $", text)
    assert bool(strange_in(text)) == (found is not None)
