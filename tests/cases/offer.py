"""Which methods and policies of the cases our program offers, and how company.yaml says them.

Whether a case is skipped follows from its method and its policy alone, from these tables, before
it runs. A policy that is in no table is not offered; its name is the reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

#: method of a case -> method of ours
METHODS = {
    "fifo": "fifo",
    "lifo": "lifo",
    "moving-average": "moving-average",
    "periodic-average": "periodic-average",
    "specific": "specific",
    "standard": "standard",
    "planned-cost": "planned",
    "retail": "retail",
}
POOLS = {"company": "company", "warehouse": "site", "lot": "lot", "lot+warehouse": "lot+site"}
#: Under specific identification a lot or serial number names the goods: each is its own pool.
NAMED = {"company": "lot", "warehouse": "lot+site"}
#: They know no average of the moment at which an entry could come in late.
BY_PERIOD = frozenset({"periodic-average", "planned-cost", "retail"})
MANAGEMENT = frozenset({"lifo", "periodic-lifo"})  # no statutory book may use them

LATE = {
    "recost-receipt": "recost",
    "remaining-share": "remaining-share",
    "on-hand-share": "on-hand-share",
    "expense": "expense",
}
BASES = ("value", "quantity", "weight", "volume", "equal")
#: key of a case's policy -> (setting of ours, value -> ours). Settings are those of a `cost:`
#: mapping of company.yaml.
SETTINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "purchase_return": (
        "purchase-return",
        {
            "method-order": "method",
            "current-average": "method",
            "original-receipt-cost": "receipt-cost",
        },
    ),
    "landed": ("landed-cost", LATE),
    "invoice_difference": ("invoice-difference", LATE),
    "last_cost": ("estimate", {"receipt": "last-receipt"}),
    "backdated_receipt": ("backdated", {"current-average": "current-average"}),
    "period": ("period", {"day": "day", "month": "month", "year": "year"}),
    "ratio": ("rate", {"opening-rate": "opening", "period-rate": "period"}),
    "ending": ("ending", {"ratio": "rate", "rest": "rest"}),
}
NEGATIVE = {
    ("estimate", "zero"): ("estimate", "zero"),
    ("true_up", "reprice-balance"): ("true-up", "balance"),
}
FLAGS = {
    "issue_at_stated_cost": ("stated-issue", "cost"),
    "period_receipts_first": ("receipts-first", "true"),
}
COUNTS = {"unit_cost_decimals": "unit-decimals", "ratio_decimals": "rate-decimals"}
ORDERS = {"by-date-recost": "by-date", "as-entered": "as-entered"}
#: Said in prices, in documents, or only when layers are shown.
ELSEWHERE = frozenset({"fallback_cost", "merge_equal_layers"})


def reason_to_skip(method: str, policy: Mapping[str, Any]) -> str:
    """The method or policy that we do not offer; empty where we offer all."""
    if method not in METHODS:
        return f"method {method}"
    for key, value in policy.items():
        if not _is_offered(key, value):
            return f"policy {key}: {json.dumps(value, ensure_ascii=False)}"
    if method in BY_PERIOD and "backdated_receipt" in policy:
        return "policy backdated_receipt under a method that costs a period as a whole"
    return ""


def _is_offered(key: str, value: object) -> bool:
    if key == "negative":
        return isinstance(value, dict) and all(
            isinstance(word, str) and (name, word) in NEGATIVE for name, word in value.items()
        )
    if key in SETTINGS:
        return isinstance(value, str) and value in SETTINGS[key][1]
    if key in FLAGS:
        return isinstance(value, bool)
    if key in COUNTS:
        return isinstance(value, int)
    if key == "order":
        return value in ORDERS
    if key == "sale_return":
        return value == "original-issue-cost"
    if key == "landed_basis":
        return value in BASES
    return key in ELSEWHERE


def settings_of(method: str, pool: str, policy: Mapping[str, Any]) -> dict[str, str]:
    """The `cost:` mapping of company.yaml for a case that we offer."""
    settings = {"method": METHODS[method], "pool": POOLS[pool], "purchase-return": "method"}
    for key, value in policy.items():
        if key == "negative":
            settings.update(NEGATIVE[pair] for pair in value.items())
        elif key in SETTINGS:
            name, words = SETTINGS[key]
            settings[name] = words[value]
        elif key in FLAGS and value:
            name, word = FLAGS[key]
            settings[name] = word
        elif key in COUNTS:
            settings[COUNTS[key]] = str(value)
    if method == "lifo" and policy.get("period_receipts_first"):
        settings["method"] = "periodic-lifo"
    return settings
