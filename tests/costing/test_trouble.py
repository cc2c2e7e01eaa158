"""Every finding has words in both languages, with the numbers as people write them."""

from __future__ import annotations

import re

from invledger.costing import Trouble, problem_of
from invledger.model import Place
from invledger.model.wording.for_costing import COSTING
from tests.costing.lines import add, issue, produce, receive, return_in, run

HERE = Place("movements/2026/01/a.beancount", 7)


def test_a_shortage_in_words() -> None:
    trouble = run([receive(2500, 100), issue(3000)]).troubles[0]
    found = problem_of(
        trouble, HERE, quantity_decimals=3, money_decimals=2, names={"A": "上海 SH", "P": "COLA"}
    )
    assert (found.place, found.exit_code, found.severity) == (HERE, 1, "error")
    assert found.text() == "3 of COLA are to leave cost pool 上海 SH, but only 2.5 are there"
    assert found.text("zh") == "COLA 要从成本池 上海 SH 出库 3，但只结存 2.5"


def test_money_is_shown_as_money() -> None:
    trouble = run([add(12345), produce(1, 99999)]).troubles[0]
    found = problem_of(trouble, HERE, quantity_decimals=0, money_decimals=2)
    assert found.text() == "999.99 are taken from work order W1, which holds only 123.45"
    trouble = run([receive(1, -5)]).troubles[0]
    found = problem_of(trouble, HERE, quantity_decimals=0, money_decimals=2)
    assert found.text() == "the cost -0.05 of P is below zero; nothing is posted"


def test_every_placeholder_is_filled() -> None:
    """Whatever the kernel reports, no brace is left in any sentence."""
    lines = [receive(1, 100), return_in(5, 3), return_in(1, -1), issue(9), return_in(10, 3)]
    for trouble in run(lines).troubles:
        found = problem_of(trouble, HERE, quantity_decimals=0, money_decimals=2)
        for language in ("en", "zh"):
            assert "{" not in found.text(language) + found.remedy(language)


def test_every_code_is_raised_somewhere_and_worded() -> None:
    """The catalogue and the kernel's source name the same codes."""
    from tests.source_files import sources

    used: set[str] = set()
    for source in sources():
        if source.room == "costing":
            used |= set(re.findall(r'\.trouble\(\s*"([a-z-]+)"', source.text))
    assert used == set(COSTING)
    for code, wording in COSTING.items():
        assert re.search("[\u4e00-\u9fff]", wording.zh + wording.remedy_zh), code
        assert wording.about, code
    assert Trouble("stock-short", 0).args == ()
