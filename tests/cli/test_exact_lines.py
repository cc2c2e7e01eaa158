"""Every command tells a Problem of the books at the very line that it speaks of."""

from __future__ import annotations

import re

import pytest

from invledger.ledger import pinpoint
from invledger.model import MemoryTree
from invledger.model.problem import Place, problem
from tests.cli.company import Desk
from tests.cli.months import recorded

GOODS = "--item SKU-COLA330 --qty 80 --price 2.35"
UNSOUND = f"""
purchase-invoice --date 2026-01-20 --party V0001 --ref T1-260101-0009 {GOODS}
sale-delivery --date 2026-01-22 --party C0001 --from Main --to Equity:Stock:Customer {GOODS}
"""
BLOCK = b"""2026-01-20 * "A"
  id: "I1"
  ref: "R1 R2"
  Equity:Invoice:Purchase  1 A
    ref: "R2"
"""


def places(told: str) -> list[str]:
    """The places of Problems, in their order."""
    return re.findall(r"^(\S+:\d+): \S", told, re.MULTILINE)


@pytest.mark.req("TE-07")
@pytest.mark.parametrize("command", ["post", "check", "stock", "book --period 2026-01"])
def test_a_command_names_the_line(desk: Desk, command: str) -> None:
    recorded(desk, UNSOUND)
    said = desk(*command.split())
    assert said.code == 3
    assert places(said.out + said.err) == [
        "ledgers/documents/2026/01/2026-01-20.T1.beancount:5",  # its `ref:`
        "ledgers/movements/2026/01/2026-01-22.T1.beancount:5",  # its first posting
    ]


def test_a_line_that_is_known_stays() -> None:
    path = "ledgers/documents/2026/01/2026-01-20.beancount"
    tree = MemoryTree({path: BLOCK})
    found = [problem("citation-unknown", Place(path, 1), ref="R2", id="I1")]
    told = pinpoint(tree, found)
    assert [one.place.line for one in told] == [3]
    assert pinpoint(tree, told) == told
    beyond = [problem("citation-unknown", Place(path, 9), ref="R2", id="I1")]
    assert pinpoint(tree, beyond) == beyond
