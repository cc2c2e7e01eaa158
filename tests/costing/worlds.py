"""Any lines under any policy with any setting: what hypothesis draws for the perpetual methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hypothesis import strategies as st

from invledger.costing import CostLine, Kind, Setting, Switch
from invledger.model import CostPolicy
from tests.costing.test_properties import any_line

PERPETUAL = ("fifo", "lifo", "moving-average", "specific", "standard")
CITING = {Kind.ISSUE, Kind.RETURN_OUT, Kind.RETURN_IN, Kind.CONSUME, Kind.MOVE, Kind.REVALUE}


class World(NamedTuple):
    """What `cost` is given."""

    lines: list[CostLine]
    policies: Mapping[str, CostPolicy]
    setting: Setting


@st.composite
def any_policy(draw: st.DrawFn) -> CostPolicy:
    """A policy with every setting that the perpetual methods know."""
    return CostPolicy(
        draw(st.sampled_from(PERPETUAL)),
        draw(st.sampled_from(["company", "lot"])),
        draw(st.sampled_from(["refuse", "provisional"])),
        draw(st.sampled_from(["last-used", "last-receipt", "zero"])),
        draw(st.sampled_from(["shortage", "balance"])),
        draw(st.sampled_from(["receipt-cost", "method"])),
        draw(st.sampled_from(["recost", "current-average"])),
        draw(st.sampled_from(["ignore", "cost"])),
    )


@st.composite
def any_switch(draw: st.DrawFn, size: int) -> Switch:
    """A change of policy, perhaps of scope: pool 0 joined to 1, or divided over 1 and 9."""
    item = draw(st.sampled_from("PQ"))
    before = draw(st.integers(0, size))
    scope = draw(st.sampled_from(["", "", "", "joined", "divided"]))
    quantity = draw(st.integers(1, 9))
    return Switch(
        before,
        item,
        draw(any_policy()),
        draw(st.booleans()),
        {f"{item}0": f"{item}1"} if scope == "joined" else None,
        {f"{item}0": ((f"{item}1", quantity), (f"{item}9", 1))} if scope == "divided" else None,
    )


@st.composite
def any_world(draw: st.DrawFn, *, switches: int = 0) -> World:
    """Lines, two items under policies of their own, and facts about some of the lines."""
    lines = draw(st.lists(any_line(), max_size=30))
    standards, citations, stated, treats = {}, {}, {}, {}
    portions, backdated = {}, set()
    units = {item: draw(st.integers(0, 400)) for item in "PQ"}
    for at, line in enumerate(lines):
        fact = draw(st.integers(0, 5))
        if fact or not draw(st.booleans()):
            standards[at] = units[line.item] * line.quantity + fact % 3
        if line.kind in CITING and fact == 1 and line.cites >= 0 and at:
            other = draw(st.integers(0, at - 1))
            parts = (line.value or 0, 7) if line.kind == Kind.REVALUE else (1, line.quantity)
            citations[at] = ((line.cites, parts[0]), (other, parts[1]))
        if fact == 2:
            stated[at] = draw(st.integers(0, 4000))
        if line.kind == Kind.REVALUE:
            treats[at] = draw(st.sampled_from(["", "remaining-share", "on-hand-share"]))
        if line.kind == Kind.RECEIVE and fact == 3:
            backdated.add(at)
        if line.kind == Kind.PRODUCE and fact == 4:
            portions[at] = (draw(st.integers(1, 3)), 3)
    changes = draw(st.lists(any_switch(len(lines)), max_size=switches))
    setting = Setting(
        standards=standards, citations=citations, stated=stated, treats=treats,
        backdated=frozenset(backdated), portions=portions, switches=changes,
    )  # fmt: skip
    return World(lines, {item: draw(any_policy()) for item in "PQ"}, setting)
