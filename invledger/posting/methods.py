"""What a cost method makes of the lines of a rule: how goods stand in the accounts.

A rule speaks of goods (`inventory`) and of what they cost (`value`, `cost`). Methods keep them in
the accounts in different ways; so no rule needs lines for each of them:

- standard cost: inventory at standard; what a receipt cost more or less goes to
  `purchase-price-variance` at once.
- planned cost 计划成本法, retail method 售价金额核算法: inventory at planned or selling price; the
  difference to actual cost beside it, in `materials-variance` (1404 材料成本差异) or
  `retail-margin` (1407 商品进销差价). What leaves takes its share at the end of the period.
- periodic average, periodic LIFO: goods leave as quantities; one voucher a period carries their
  cost over (结转成本), item by item on both sides. An order's value on an account of goods
  (委托加工物资) is no item's.

Lines of their own, chosen with `when: {method: …}`, stay as they are where they post neither.
Sources: CAS chart of accounts and its use (2006, appendix), 1404 and 1407; CO-03, CO-05.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace

from invledger.costing.interface import INTO_POOL
from invledger.posting.pools import APART
from invledger.posting.rule import Rule, RuleLine

#: Where the difference between goods at a price and their actual cost stands, by method.
DIFFERENCE = {"planned": "materials-variance", "retail": "retail-margin"}
#: Of these, those that stand on the credit side: selling prices are above cost.
ON_CREDIT = frozenset({"retail-margin"})
#: Methods whose cost is known at the end of a period only, with inventory at actual cost.
AT_END = frozenset({"periodic-average", "periodic-lifo"})
VARIANCE = "purchase-price-variance"
SPANS = {"day": 10, "month": 7, "year": 4}  # characters of a date that name its period
CLOSING = "period-cost"  # the aspect of what is posted once a period
CLOSING_SUMMARY = "结转成本 {title} {id}"
_INTO = frozenset(kind.name.lower().replace("_", "-") for kind in INTO_POOL if kind.name != "MOVE")


def lines_of(rule: Rule, facts: Mapping[str, str]) -> list[RuleLine]:
    """The lines of a rule that apply to some facts, as the method of the goods wants them."""
    lines = [line for line in rule.lines if line.applies(facts)]
    method, kind = facts.get("method", ""), facts.get("kind", "")
    if kind == "settle":  # its rule says what variance is; see `late_value`
        return lines
    if kind == "revalue":  # late value may meet goods of several methods: see `late_value`
        return _at_standard(lines, kind)
    if rule.ledger == "value":  # no goods, so no method: what a settlement clears is actual cost
        return lines
    if method in DIFFERENCE:
        return _beside(lines, kind, DIFFERENCE[method])
    if method == "standard" or facts.get("backdated") == "current-average":
        lines = _at_standard(lines, kind)
    return _at_end(lines) if method in AT_END else lines


def _at_standard(lines: Sequence[RuleLine], kind: str) -> list[RuleLine]:
    """Inventory at standard, the variance of what comes in at once."""
    if kind not in _INTO and kind != "revalue":
        return list(lines)
    made: list[RuleLine] = []
    for line in lines:
        if _is_goods(line):
            made.append(replace(line, amount="cost"))
            made.append(replace(line, role=VARIANCE, amount="variance", quantity=False, at=""))
        elif line.amount == "cost":
            made.append(replace(line, amount="actual"))
        else:
            made.append(line)
    return made


def _beside(lines: Sequence[RuleLine], kind: str, difference: str) -> list[RuleLine]:
    """Inventory at a price, the difference to actual cost beside it."""
    is_closing = _closes(lines) and kind != "return-out"
    made: list[RuleLine] = []
    for line in lines:
        is_goods = _is_goods(line)
        beside = line
        if is_goods:
            beside = replace(line, role=difference, quantity=False, item=True)
        if line.amount == "value" and is_goods:
            made.append(replace(line, amount="standard"))
            made.append(_turned(replace(beside, amount="variance")))
        elif line.amount == "cost":
            late = CLOSING if is_closing else line.aspect
            rest = replace(
                beside, amount="cost-variance", aspect=late, closing=is_closing, quantity=False,
                item=is_goods or (is_closing and not _is_order(line)),
            )  # fmt: skip
            is_turned = is_closing and difference in ON_CREDIT
            made.append(replace(line, amount="standard"))
            made.append(_other_side(rest) if is_turned else _turned(rest))
        else:
            made.append(line)
    return made


def _turned(line: RuleLine) -> RuleLine:
    """A line of an account that stands on the credit side, on its own side: no red there."""
    return _other_side(line) if line.role in ON_CREDIT else line


def _other_side(line: RuleLine) -> RuleLine:
    """The same amount on the same account, told from the other side."""
    return replace(line, side="credit" if line.side == "debit" else "debit", red=not line.red)


def _at_end(lines: Sequence[RuleLine]) -> list[RuleLine]:
    """Cost once a period, where nothing else of the voucher hangs on it."""
    if not _closes(lines):
        return list(lines)
    return [
        replace(line, aspect=CLOSING, closing=True, item=not _is_order(line))
        if line.amount == "cost"
        else line
        for line in lines
    ]


def _is_order(line: RuleLine) -> bool:
    """Whether a line carries the value of an order on an account that holds goods, too."""
    return line.role in APART.values()


def _is_goods(line: RuleLine) -> bool:
    """Whether a line puts the value of goods into, or takes it out of, an inventory account."""
    return line.role == "inventory" and line.amount in ("value", "cost")


def _closes(lines: Sequence[RuleLine]) -> bool:
    """Whether the lines that carry cost balance by themselves."""
    return sum(line.sign for line in lines if line.amount == "cost") == 0


def period_end(key: str) -> str:
    """The last day of `YYYY-MM`, of `YYYY`, or the day itself."""
    if len(key) == SPANS["day"]:
        return key
    month = key if len(key) == SPANS["month"] else f"{key}-12"
    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02d}"
