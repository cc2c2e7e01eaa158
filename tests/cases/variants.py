"""Cases altered in ways that must change no verdict, and in ways that must change it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Raw = dict[str, Any]
OTHER = "ZZ-ELSE"  # an item of which no case knows


def renamed(raw: Raw) -> Raw:
    """Every item under another name."""
    names = {m["item"] for m in raw["movements"] if m.get("item")}
    new = {name: f"RENAMED-{number}" for number, name in enumerate(sorted(names, reverse=True))}
    case = _copy(raw)
    for place in (*case["movements"], *case["expect"]):
        if place.get("item"):
            place["item"] = new[place["item"]]
    if case.get("items"):
        case["items"] = {new.get(name, name): facts for name, facts in case["items"].items()}
    estimates = case["policy"].get("fallback_cost")
    if estimates:
        case["policy"]["fallback_cost"] = {new[name]: text for name, text in estimates.items()}
    return case


def shifted(raw: Raw) -> Raw:
    """Every date three years and, where its days exist, two months later."""
    case = _copy(raw)
    days = [int(m["date"][8:]) for m in case["movements"]]
    months = 38 if max(days) <= 28 else 48  # four years keep leap days
    for movement in case["movements"]:
        year, month, day = movement["date"].split("-")
        count = int(year) * 12 + int(month) - 1 + months
        movement["date"] = f"{count // 12:04d}-{count % 12 + 1:02d}-{day}"
    return case


def with_other_item(raw: Raw) -> Raw:
    """An item that has nothing to do with the case comes in first and goes out last."""
    case = _copy(raw)
    dates = [m["date"] for m in case["movements"]]
    number = max(m["n"] for m in case["movements"])
    counted = {"planned-cost": "plan_amount", "retail": "retail_amount"}.get(case["method"])
    came: Raw = {"n": number + 1, "date": min(dates), "type": "purchase-receipt", "item": OTHER,
                 "from": "SUPPLIER", "to": "WH1", "lot": "ELSE"}  # fmt: skip
    went: Raw = {**came, "n": number + 2, "date": max(dates), "type": "sale-delivery",
                 "from": "WH1", "to": "CUSTOMER"}  # fmt: skip
    if counted:
        came |= {"amount": "70", counted: "70"}
        went |= {counted: "30"}
    else:
        came |= {"qty": "7", "amount": "70"}
        went |= {"qty": "3"}
    case["movements"] = [came, *case["movements"], went]
    case["items"] = {**(case.get("items") or {}), OTHER: {"standard_cost": "10"}}
    return case


VARIANTS: dict[str, Callable[[Raw], Raw]] = {
    "renamed": renamed,
    "shifted": shifted,
    "another item": with_other_item,
}

#: What a row says beside figures.
CONTEXT = frozenset({"after", "item", "where", "lot", "issue_of", "check_voucher"})


def falsified(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """The case with one figure of its expectations wrong, one after the other."""
    for number, row in enumerate(raw["expect"]):
        for key in sorted(row.keys() - CONTEXT):
            if row[key] is None or (key == "vouchers" and row.get("check_voucher") is False):
                continue
            case = _copy(raw)
            changed = case["expect"][number]
            if key == "error":
                del changed["error"]
            else:
                changed[key] = _other(row[key])
            yield f"after {row['after']}: {key}", case


def _other(figure: object) -> object:
    if isinstance(figure, list) and figure and isinstance(figure[0], list):
        *head, last = figure[0]
        return [[*head, _other(last)], *figure[1:]]
    if isinstance(figure, list):
        return [["1", "1.00"]]
    text = str(figure)
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def _copy(raw: Raw) -> Raw:
    copied: Raw = json.loads(json.dumps(raw))
    return copied
