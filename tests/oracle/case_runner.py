"""Run a published costing case (shared/cases/*.json) straight against the kernel.

A case says in its own words what moved and what an established system, test suite or textbook
makes of it. This adapter turns movements into lines and compares every figure the kernel knows. A
case whose policy the kernel does not offer is skipped with the policy's name, never passed.

    python -m tests.oracle.case_runner [FOLDER]
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

from invledger.costing import (
    METHODS,
    Costed,
    CostLine,
    Kind,
    PoolState,
    Rate,
    Setting,
    cost,
)
from invledger.model import CostPolicy, divide_rounded
from tests.source_files import ROOT

CASES = ROOT.parent / "shared" / "cases"
Case = dict[str, Any]
Movement = dict[str, Any]

ISSUES = {"sale-delivery", "scrap", "count-loss", "production-issue"}
RECEIPTS = {"purchase-receipt", "count-gain", "production-receipt"}
LATE = {"landed-cost": "landed", "invoice-price-difference": "invoice_difference"}


METHOD = {"planned-cost": "planned"}  # what a case calls otherwise
LIST = {"planned": "plan_amount", "retail": "retail_amount"}


def skip_reason(case: Case) -> str:
    """The policy that the kernel does not offer, or '' where it offers all."""
    return "" if _method(case) in METHODS else f"method {case['method']}"


def _method(case: Case) -> str:
    name = str(case["method"])
    return METHOD.get(name, name)


def _policy(case: Case) -> CostPolicy:
    """The kernel's words for the method of a case and its settings."""
    said = case["policy"]
    negative = said.get("negative", {})
    by_last = "last-receipt" if said.get("last_cost") == "receipt" else "last-used"
    by_receipt = said.get("purchase_return") == "original-receipt-cost"
    return CostPolicy(
        _method(case),
        "lot" if case["method"] == "specific" else case["pool"],
        negative="provisional" if case["negative_stock"] == "allow" else "refuse",
        estimate="zero" if negative.get("estimate") == "zero" else by_last,
        true_up="balance" if negative.get("true_up") == "reprice-balance" else "shortage",
        purchase_return="receipt-cost" if by_receipt else "method",
        backdated=said.get("backdated_receipt", "recost"),
        stated_issue="cost" if said.get("issue_at_stated_cost") else "ignore",
        period=said.get("period", "month"),
        receipts_first=bool(said.get("period_receipts_first")),
        unit_decimals=said.get("unit_cost_decimals"),
        rate="opening" if said.get("ratio") == "opening-rate" else "period",
        rate_decimals=said.get("ratio_decimals"),
        ending="rate" if said.get("ending") == "ratio" else "rest",
    )


class Adapter:
    """Lines of a case, entered one after the other."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.decimals = case["currency"]["decimals"]
        self.quantity_one = 10 ** self._quantity_decimals()
        self.movements: dict[int, Movement] = {m["n"]: m for m in case["movements"]}
        self.policies = {m["item"]: _policy(case) for m in case["movements"] if m["item"]}
        self.lines: list[CostLine] = []
        self.citations: dict[int, tuple[tuple[int, int], ...]] = {}
        self.units: dict[str, Fraction] = {}  # standard cost by item, as it stands
        self.at_standard: dict[int, int] = {}
        self.lines_of: dict[int, list[int]] = {}
        self.received: dict[int, int] = {}

    def run(self, until: int) -> Costed:
        """Costs as they stand after movement `until` has been entered."""
        entered = [m for m in self.case["movements"] if m["n"] <= until]
        if self.case["policy"].get("order", "by-date-recost") == "by-date-recost":
            entered.sort(key=lambda m: m["date"])
        self.lines, self.lines_of, self.citations, self.at_standard = [], {}, {}, {}
        self.units = self._first_standards()
        self.received = self._values(entered)
        for movement in entered:
            self.lines_of[movement["n"]] = []
            for line in self._lines(movement):
                self.lines_of[movement["n"]].append(len(self.lines))
                self._note_standard(line)
                self.lines.append(line)
        return self._cost()

    def _first_standards(self) -> dict[str, Fraction]:
        if self.case["method"] != "standard":
            return {}
        items = self.case["items"]
        return {item: Fraction(facts["standard_cost"]) for item, facts in items.items()}

    def _note_standard(self, line: CostLine) -> None:
        unit = self.units.get(line.item)
        if unit is not None and line.quantity:
            value = self.money(unit * Fraction(line.quantity, self.quantity_one))
            self.at_standard[len(self.lines)] = value

    def quantity(self, movement: Movement) -> int:
        for key in LIST.values():
            if movement.get(key):  # goods that are counted by their value at a list price
                return self.money(Fraction(movement[key]))
        exact = self._base(movement) * self.quantity_one
        assert exact.denominator == 1
        return int(exact)

    def money(self, exact: Fraction) -> int:
        scaled = exact * 10**self.decimals
        return divide_rounded(scaled.numerator, scaled.denominator)

    def pool(self, item: str, where: str, lot: str | None) -> str:
        parts = [item]
        if "lot" in self.case["pool"] or self.case["method"] == "specific":
            parts.append(lot or "")
        if "warehouse" in self.case["pool"]:
            parts.append(where)
        return "/".join(parts)

    def _cost(self) -> Costed:
        scale = 10**self.decimals
        units = {
            item: Fraction(unit) * scale / self.quantity_one
            for item, unit in self.case["policy"].get("fallback_cost", {}).items()
        }
        fallback = {item: (unit.numerator, unit.denominator) for item, unit in units.items()}
        if not fallback:  # "without any price the estimate is zero"
            fallback = dict.fromkeys(self.policies, (0, 1))
        shift = len(str(self.quantity_one)) - 1 - self.decimals
        setting = Setting(
            fallback=fallback,
            periods=self._periods(),
            standards={**self._standards(), **self.at_standard},
            citations=self.citations,
            treats=self._treats(),
            stated=self._stated_issues(),
            backdated=self._backdated(),
            unit_shift=dict.fromkeys(self.policies, shift),
        )
        return cost(self.lines, self.policies, provenance=True, setting=setting)

    def _treats(self) -> dict[int, str]:
        """How late value is shared, line by line."""
        treats = {n: self._treatment(self.movements[n]) for n in self.lines_of}
        return {
            at: treats[n]
            for n, lines in self.lines_of.items()
            for at in lines
            if treats[n].endswith("-share")
        }

    def _stated_issues(self) -> dict[int, int]:
        stated = {
            lines[0]: self._stated(self.movements[n])
            for n, lines in self.lines_of.items()
            if self.movements[n]["type"] in ISSUES and lines
        }
        return {at: value for at, value in stated.items() if value is not None}

    def _backdated(self) -> frozenset[int]:
        """Receipts entered after movements of a later date."""
        latest, found = "", set[int]()
        for n, lines in self.lines_of.items():
            movement = self.movements[n]
            if movement["date"] < latest and movement["type"] in RECEIPTS:
                found.update(lines)
            latest = max(latest, movement["date"])
        return frozenset(found)

    def _periods(self) -> dict[str, list[int]]:
        """First line of each period; what a case calls its opening balance lies before it."""
        starts: dict[str, dict[str, int]] = {"day": {}, "month": {}, "year": {}}
        for n, lines in self.lines_of.items():
            movement = self.movements[n]
            if movement.get("note") == "opening balance":
                continue
            for name, digits in (("day", 10), ("month", 7), ("year", 4)):
                for at in lines[:1]:
                    starts[name].setdefault(movement["date"][:digits], at)
        return {name: list(found.values()) for name, found in starts.items()}

    def _standards(self) -> dict[int, int]:
        """Values at planned or selling price, which such cases state beside the cost."""
        key = LIST.get(_method(self.case), "")
        return {
            at: self.money(Fraction(self.movements[n][key]))
            for n, lines in self.lines_of.items()
            for at in lines
            if self.movements[n].get(key)
        }

    def _quantity_decimals(self) -> int:
        exact = [self._base(m) for m in self.case["movements"] if m["qty"] is not None]
        return next(n for n in range(10) if all((q * 10**n).denominator == 1 for q in exact))

    def _base(self, movement: Movement) -> Fraction:
        factor = (self.case.get("uoms") or {}).get(movement["uom"] or "base", "1")
        return Fraction(movement["qty"]) * (Fraction(factor) if movement["uom"] else 1)

    def _stated(self, movement: Movement) -> int | None:
        exact = None
        if movement["amount"] is not None:
            exact = Fraction(movement["amount"])
        elif movement["unit_cost"] is not None and movement["qty"] is not None:
            exact = Fraction(movement["qty"]) * Fraction(movement["unit_cost"])
        if exact is None:
            return None
        return self.money(exact * Fraction(movement.get("rate") or 1))

    def _values(self, entered: list[Movement]) -> dict[int, int]:
        """Receipt values, with the late values that re-cost their receipt."""
        values: dict[int, int] = {}
        for movement in self.case["movements"]:
            stated = self._stated(movement)
            if movement["type"] in RECEIPTS and stated is not None:
                values[movement["n"]] = stated
        for movement in entered:
            if self._treatment(movement) == "recost-receipt":
                for n, amount in self._spread(movement):
                    values[n] += amount
        return values

    def _treatment(self, movement: Movement) -> str:
        key = LATE.get(movement["type"])
        return str(self.case["policy"].get(key, "recost-receipt")) if key else ""

    def _spread(self, movement: Movement) -> list[tuple[int, int]]:
        """The late value by receipt; the last one takes the cents left over."""
        amount = self._stated(movement)
        assert amount is not None
        receipts = [self.movements[n] for n in refs(movement)]
        basis = movement.get("basis") or self.case["policy"].get("landed_basis", "value")
        weights = [self._weight(receipt, basis) for receipt in receipts]
        total, left, result = sum(weights), amount, []
        for receipt, weight in zip(receipts, weights, strict=True):
            exact = Fraction(amount) * weight / total
            part = divide_rounded(exact.numerator, exact.denominator)
            part = left if receipt is receipts[-1] else part
            left -= part
            result.append((receipt["n"], part))
        return result

    def _weight(self, receipt: Movement, basis: str) -> Fraction:
        if basis == "value":
            return Fraction(self._stated(receipt) or 0)
        if basis == "quantity":
            return self._base(receipt)
        if basis == "equal":
            return Fraction(1)
        item = self.case["items"][receipt["item"]]
        return self._base(receipt) * Fraction(item[basis])

    def _lines(self, m: Movement) -> list[CostLine]:
        kind = m["type"]
        if kind in LATE:
            return self._late(m)
        if kind == "revaluation":
            return self._revaluation(m)
        if kind == "write-down":
            return [CostLine(Kind.SKIP, "P", 0, "", "", None, -1, "")]
        source = self.pool(m["item"], m["from"], m["lot"])
        target = self.pool(m["item"], m["to"], m["lot"])
        quantity = self.quantity(m)
        if kind == "transfer":
            move = Kind.MOVE if source != target else Kind.SKIP
            return [CostLine(move, m["item"], quantity, source, target, None, -1, "")]
        if kind == "production-receipt" and m["ref"]:
            return self._production(m, target)
        if kind in RECEIPTS or kind == "sale-return":
            cites = self._cited(m)
            back = Kind.RETURN_IN if cites >= 0 else Kind.RECEIVE
            value = self.received.get(m["n"], self._stated(m))
            return [CostLine(back, m["item"], quantity, "", target, value, cites, "")]
        return self._outgoing(m, source)

    def _outgoing(self, m: Movement, source: str) -> list[CostLine]:
        """Issues, and returns to the supplier, perhaps of picked receipts."""
        order = self._order_of(m["n"])
        kind = Kind.CONSUME if order else Kind.ISSUE
        cited = numbers(m.get("pick"))
        if m["type"] == "purchase-return" and not cited:
            kind = Kind.RETURN_OUT
            cited = refs(m)
        left, parts = self.quantity(m), []
        for n in cited:
            part = min(left, self.quantity(self.movements[n]))
            left -= part
            parts.append((self.lines_of[n][0], part))
        if len(parts) > 1:
            self.citations[len(self.lines)] = tuple(parts)
        at = parts[0][0] if parts else -1
        return [CostLine(kind, m["item"], self.quantity(m), source, "", None, at, order)]

    def _cited(self, m: Movement) -> int:
        return self.lines_of[refs(m)[0]][0] if refs(m) else -1

    def _order_of(self, n: int) -> str:
        """The work order of a production issue: the first receipt that names it."""
        for m in self.case["movements"]:
            if m["type"] == "production-receipt" and n in refs(m):
                return f"order of {min(refs(m))}"
        return ""

    def _production(self, m: Movement, target: str) -> list[CostLine]:
        """Output of an order, unused material handed back, or material of a dismantled product."""
        item, quantity, order = m["item"], self.quantity(m), f"order of {min(refs(m))}"
        first = self.movements[min(refs(m))]
        if first["item"] == item:
            done = any(line.kind == Kind.PRODUCE and line.order == order for line in self.lines)
            kind = Kind.RETURN_IN if done else Kind.HAND_BACK
            return [CostLine(kind, item, quantity, "", target, None, self._cited(m), order)]
        lines, value = [], None
        if m["amount"]:
            amount = self._stated(m)
            lines.append(CostLine(Kind.ADD_TO_ORDER, item, 0, "", "", amount, -1, order))
        if m.get("share") and not self._is_last(m):
            exact = Fraction(m["share"]) * sum(
                self._cost().costs[at] for n in refs(m) for at in self.lines_of[n]
            )
            value = divide_rounded(exact.numerator, exact.denominator)
        return [*lines, CostLine(Kind.PRODUCE, item, quantity, "", target, value, -1, order)]

    def _is_last(self, m: Movement) -> bool:
        same = [n for n, other in self.movements.items() if other["ref"] == m["ref"]]
        return bool(m["n"] == same[-1])

    def _late(self, m: Movement) -> list[CostLine]:
        if self._treatment(m) in ("recost-receipt", "expense"):
            return []
        parts = [(self.lines_of[n][0], part) for n, part in self._spread(m)]
        if len(parts) > 1:
            self.citations[len(self.lines)] = tuple(parts)
        amount, first = sum(part for _, part in parts), parts[0][0]
        return [CostLine(Kind.REVALUE, "", 0, "", "", amount, first, "")]

    def _revaluation(self, m: Movement) -> list[CostLine]:
        """A new unit cost, or an amount, for all that is on hand in every pool of the item."""
        lines = []
        if m["unit_cost"] and m["item"] in self.units:
            self.units[m["item"]] = Fraction(m["unit_cost"])
        for key, state in self._cost().pools.items():
            if state.item != m["item"] or not state.quantity:
                continue
            value = self._stated(m)
            if value is None:
                quantity = Fraction(state.quantity, self.quantity_one)
                value = self.money(quantity * Fraction(m["unit_cost"])) - state.value
            lines.append(CostLine(Kind.REVALUE, m["item"], 0, "", key, value, -1, ""))
        return lines


def refs(movement: Movement) -> list[int]:
    return numbers(movement["ref"])


def numbers(text: str | None) -> list[int]:
    return [int(n) for n in text.split(",")] if text else []


def check_case(case: Case) -> list[str]:
    """Every figure of the case that the kernel gets wrong; empty where it gets all right."""
    wrong: list[str] = []
    expects_error = any("error" in row for row in case["expect"])
    for row in case["expect"]:
        adapter = Adapter(case)
        costed = adapter.run(row["after"])
        codes = sorted({trouble.code for trouble in costed.troubles})
        if codes and not expects_error:
            wrong.append(f"after {row['after']}: unexpected {codes}")
        for key, expected in row.items():
            actual = figure(adapter, costed, row, key)
            if actual is not None and actual != expected:
                wrong.append(f"after {row['after']}: {key} is {actual}, expected {expected}")
    return wrong


def figure(adapter: Adapter, costed: Costed, row: dict[str, Any], key: str) -> object:
    """What the kernel says about one fact of an expectation, written as the case writes it."""
    states = _scope(costed, row)
    quantity = sum(state.quantity for state in states)
    value = sum(state.value for state in states)
    cents = 10**adapter.decimals
    lines = adapter.lines_of[row.get("issue_of", row["after"])]
    by_place = row["where"] != "company" and "warehouse" not in adapter.case["pool"]
    if key == "qty" and not by_place:
        return like(row[key], Fraction(quantity, adapter.quantity_one))
    if key == "value" and not by_place:
        return like(row[key], Fraction(value, cents))
    if key == "unit_cost" and quantity:
        unit = Fraction(value, cents) / Fraction(quantity, adapter.quantity_one)
        return like(row[key], unit)
    if key == "ratio":
        return like(row[key], _rate(costed.rates[-1]))
    if key == "issue_cost":
        return like(row[key], Fraction(sum(costed.costs[at] for at in lines), cents))
    if key == "true_up":
        return like(row[key], Fraction(sum(t.amount for t in costed.true_ups), cents))
    if key == "variance":
        return like(row[key], Fraction(sum(costed.variances.values()), cents))
    if key == "value_change":
        before = Adapter(adapter.case).run(row["after"] - 1)
        was = sum(state.value for state in before.pools.values())
        now = sum(state.value for state in costed.pools.values())
        return like(row[key], Fraction(now - was, cents))
    if key == "expensed":
        return like(row[key], Fraction(_expensed(adapter, costed, row), cents))
    if key == "lots":
        return _lots(adapter, costed, row)
    if key == "error":
        return row[key] if any(t.code == "stock-short" for t in costed.troubles) else "no error"
    return None


def _rate(rate: Rate) -> Fraction:
    """A variance rate or a cost rate, rounded where the policy rounds it."""
    if rate.rounded is not None:
        return Fraction(rate.rounded, 10 ** (rate.decimals or 0))
    return Fraction(rate.value, rate.base)


def _expensed(adapter: Adapter, costed: Costed, row: dict[str, Any]) -> int:
    movement = adapter.movements[row.get("issue_of", row["after"])]
    if adapter._treatment(movement) == "expense":
        return adapter._stated(movement) or 0
    lines = adapter.lines_of[movement["n"]]
    return sum(costed.cited.get(at, 0) + costed.variances.get(at, 0) for at in lines)


def _scope(costed: Costed, row: dict[str, Any]) -> list[PoolState]:
    return [
        state
        for key, state in costed.pools.items()
        if state.item == row["item"]
        and (row["where"] == "company" or row["where"] in key.split("/"))
        and (not row.get("lot") or row["lot"] in key.split("/"))
    ]


def _lots(adapter: Adapter, costed: Costed, row: dict[str, Any]) -> list[list[str]]:
    """Layers as [quantity, unit cost]; shortages are one layer, equal neighbours where asked."""
    rows: list[tuple[int, int]] = []
    merge = adapter.case["policy"].get("merge_equal_layers")
    for state in _scope(costed, row):
        for _, quantity, value in state.layers:
            equal = rows and rows[-1][1] * quantity == value * rows[-1][0]
            if rows and (quantity < 0 or (merge and equal)):
                rows[-1] = (rows[-1][0] + quantity, rows[-1][1] + value)
            else:
                rows.append((quantity, value))
    cents, one = 10**adapter.decimals, adapter.quantity_one
    shown = [(Fraction(q, one), Fraction(v, cents) / Fraction(q, one)) for q, v in rows]
    wanted = row["lots"] if len(row["lots"]) == len(shown) else [["0", "0.00"]] * len(shown)
    return [
        [like(w[0], quantity), like(w[1], unit)]
        for w, (quantity, unit) in zip(wanted, shown, strict=True)
    ]


def like(model: str, exact: Fraction) -> str:
    """A number with as many decimals as the model has, rounded half away from zero."""
    decimals = len(model.partition(".")[2])
    scaled = exact * 10**decimals
    digits = divide_rounded(scaled.numerator, scaled.denominator)
    sign, text = ("-" if digits < 0 else ""), str(abs(digits)).rjust(decimals + 1, "0")
    return f"{sign}{text[:-decimals]}.{text[-decimals:]}" if decimals else f"{sign}{text}"


def load_cases(folder: Path = CASES) -> list[Case]:
    """All cases of the folder, by name."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def main() -> int:
    """Print what passed, what was skipped and why, and every wrong figure."""
    cases = load_cases(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES)
    skipped: Counter[str] = Counter()
    passed, failed = 0, 0
    for case in cases:
        reason = skip_reason(case)
        if reason:
            skipped[reason] += 1
            continue
        wrong = check_case(case)
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for line in wrong:
            sys.stdout.write(f"{case['id']}: {line}\n")
    sys.stdout.write(f"{len(cases)} cases: {passed} passed, {failed} failed\n")
    for reason, count in sorted(skipped.items()):
        sys.stdout.write(f"{count:4} skipped: {reason}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
