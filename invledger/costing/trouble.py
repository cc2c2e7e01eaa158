"""From a Trouble of the kernel to a Problem that people read: integers become plain numbers."""

from __future__ import annotations

from collections.abc import Mapping

from invledger.costing.interface import Trouble
from invledger.model import Place, Problem, format_scaled, problem

_MONEY_ALWAYS = frozenset({"value"})
_QUANTITIES = frozenset({"on_hand", "wanted", "left", "quantity"})
_SEVERAL = frozenset({"items", "pools"})  # keys, one a line
_ABOUT_MONEY = frozenset({"order-overdrawn"})


def problem_of(
    trouble: Trouble,
    place: Place,
    *,
    quantity_decimals: int,
    money_decimals: int,
    names: Mapping[str, str] | None = None,
) -> Problem:
    """The Problem that says what the Trouble means.

    Args:
        trouble: as `cost` found it; its numbers are integers of the item's or money's decimals.
        place: where line `trouble.at` stands.
        quantity_decimals: of the item.
        money_decimals: of the functional currency.
        names: what people call a key: pool keys, items, order keys.
    """
    known = names or {}
    args: dict[str, str] = {}
    for key, value in trouble.args:
        if key in _MONEY_ALWAYS or (key in _QUANTITIES and trouble.code in _ABOUT_MONEY):
            args[key] = format_scaled(int(value), money_decimals)
        elif key in _QUANTITIES:
            args[key] = format_scaled(int(value), quantity_decimals, 0)
        elif key in _SEVERAL:
            args[key] = " ".join(known.get(one, one) for one in value.split("\n"))
        else:
            args[key] = known.get(value, value)
    return problem(trouble.code, place, **args)
