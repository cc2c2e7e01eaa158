"""Amounts that only the kernel can tell: variance, expensed shares, settlements, deemed sales.

In: a row's stated amounts and `Costed`. Out: the amounts with those names added. Sources:
purchase return limited to the pool (DESIGN section 3, return); input VAT transferred out of
abnormal losses and deemed sales: VAT rules, composite price = cost × (1 + 10 %) without a price.
Codes: settlement-exceeds, revaluation-of-nothing, adjustment-exceeds, tax-rate-unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

from invledger.costing.interface import Costed, Kind
from invledger.model import Place, Problem, divide_rounded, format_scaled, problem, share
from invledger.posting.allowance import Allowances
from invledger.posting.revalue import slice_of
from invledger.posting.rule import Rule
from invledger.posting.sources import Sources, Valued
from invledger.posting.split import Taxes, split_amount, stated_rate
from invledger.posting.tax import RATE_ONE


class Late:
    """Completes the amounts of rows after costing."""

    def __init__(
        self, sources: Sources, valued: Valued, costed: Costed, allowances: Allowances
    ) -> None:
        self._made = allowances.made
        self.sources, self.valued, self.costed = sources, valued, costed
        self.taxes = Taxes(sources.company, sources.master, sources.tax)
        self.problems: list[Problem] = []
        self.refused: set[int] = set()  # rows that post nothing
        self._settled: dict[int, int] = {}  # by lost line: what settlements have cleared of it
        self._settlements: dict[int, tuple[int, int]] = {}  # cost and tax, by settlement
        self._undone = frozenset(valued.reverses.values())
        self._filled: dict[int, int] = {}  # true-ups of what left before it was there
        for up in costed.true_ups:
            if not up.order:
                self._filled[up.of] = self._filled.get(up.of, 0) + up.amount

    def amounts(self, at: int, rule: Rule) -> dict[str, int]:
        """All amounts of row `at` by name."""
        known = dict(self.valued.amounts[at])
        cost = known["cost"] = self.costed.costs[at]
        line = self.valued.lines[at]
        if line.kind == Kind.RETURN_OUT:
            known.setdefault("value", self.costed.cited.get(at, cost))
            known["variance"] = known["value"] - cost
        elif line.kind == Kind.ISSUE and rule.uses("variance"):
            known["value"], known["variance"] = cost, 0  # a return that is an ordinary issue
        elif line.kind == Kind.REVALUE:
            known["expensed"] = known.get("expensed", 0) + self.costed.cited.get(at, 0)
            if rule.adjusts and at not in self.costed.revalued and known["expensed"]:
                self._nothing_there(at)
            elif rule.adjusts:
                self._limit(at, known["expensed"])
        elif line.kind == Kind.SETTLE:
            known["expensed"] = self.costed.cited.get(at, 0)
            known["variance"] = self.costed.variances.get(at, 0)
            known["followed"] = self._followed(at)
            known["settled"] = cost + sum(
                known[name] for name in ("expensed", "variance", "followed")
            )
        elif rule.settles:
            self._settle(at, rule, known)
        elif rule.takes_out:
            known["value"] = -cost
        self._at_price(at, known)
        if rule.uses("allowance"):
            known["allowance"] = self._made.get(at, 0)
        if rule.uses("deemed-tax"):
            known["deemed-tax"] = self._deemed(at, known)
        if at in self.valued.late_matches:
            self._match_returns(at, rule, known)
        return known

    def _followed(self, at: int) -> int:
        """Late value that went into orders which had consumed the goods."""
        return sum(amount for _, amount in self.costed.followed.get(at, ()))

    def _at_price(self, at: int, known: dict[str, int]) -> None:
        """What a row's goods are worth at the price that their method keeps them at, and what
        they cost beside that.
        """
        cost, variance = known["cost"], self.costed.variances.get(at)
        standard = self.valued.setting.standards.get(at)
        if standard is not None:
            known["standard"], known["cost-variance"] = standard, cost - standard
            if variance is None:
                known.setdefault("variance", cost - standard)
        if variance is not None:
            known["variance"] = variance
        known["actual"] = cost + (variance or 0)

    def _match_returns(self, at: int, rule: Rule, known: dict[str, int]) -> None:
        """A credit note clears what the purchase returns took from the accrual: what had been
        billed first, for that is what it credits.
        """
        table = self.sources.table
        total = 0
        for cited, before, after in self.valued.late_matches[at]:
            value = self.amounts(cited, rule)["value"]
            open_, accrued = self.valued.unbilled.get(cited, (0, 0))
            billed = table.quantity[cited] - open_
            first, last = min(before, billed), min(after, billed)
            total += slice_of(value - accrued, first, last, billed or 1)
            total += slice_of(accrued, before - first, after - last, open_ or 1)
        known["difference"] -= total  # `matching` has said it of every invoice
        known["matched"] = total

    def _settle(self, at: int, rule: Rule, known: dict[str, int]) -> None:
        """A settlement clears what is left of the lines that it cites, or the part it states."""
        if at not in self._settlements:
            self._settlements[at] = self._cleared(at)
        known["cost"], tax = self._settlements[at]
        if rule.uses("transferred-tax"):
            known["transferred-tax"] = tax

    def _cleared(self, at: int) -> tuple[int, int]:
        """Cost that settlement `at` clears, line by line, and its input VAT; the lines' VAT is
        divided as their cost is, so that parts add up.
        """
        table = self.sources.table
        rows = list(dict.fromkeys(citation.at for citation in self.valued.cited.get(at, ())))
        left = {row: self._lost(row) - self._settled.get(row, 0) for row in rows}
        stated = table.amount[at]
        wanted = sum(left.values()) if stated is None else stated
        if rows and (wanted > sum(left.values()) or not wanted):
            self._exceeds(at, wanted, sum(left.values()))
        is_undone = at in self._undone
        rest, tax = wanted, 0
        for row in rows:
            before, whole = self._settled.get(row, 0), self._lost(row)
            part = min(rest, left[row])
            rest -= part
            per, until = self._input_tax(row), before + part
            tax += share(per, until, whole or 1) - share(per, before, whole or 1)
            if not is_undone:
                self._settled[row] = until
        return wanted, tax

    def _lost(self, row: int) -> int:
        """What a lost line cost, the difference for goods that came later included."""
        if row in self._undone:
            return 0
        return abs(self.costed.costs[row]) + self._filled.get(row, 0)

    def _nothing_there(self, at: int) -> None:
        table = self.sources.table
        place = Place(table.path[at], table.lineno[at])
        self.problems.append(problem("revaluation-of-nothing", place, id=table.id[at]))

    def _limit(self, at: int, expensed: int) -> None:
        """Goods are never worth less than nothing: what takes more from them is refused, where
        only costing tells (all that a pool holds, output of an order).
        """
        line = self.valued.lines[at]
        amount, setting = line.value or 0, self.valued.setting
        if amount >= 0 or at in self.refused or at in setting.restated:
            return
        if at in self.costed.unfit:
            worth = sum(-kept for _, kept in self.costed.revalued.get(at, ()))
            amount, is_over = self.costed.unfit[at] - worth, True
        elif at in self._undone:
            return
        elif line.cites < 0:
            worth = sum(-kept for _, kept in self.costed.revalued.get(at, ()))
            is_over = expensed < 0
        else:
            parts = setting.citations.get(at) or ((line.cites, amount),)
            costs = [self.costed.costs[c] + self.costed.variances.get(c, 0) for c, _ in parts]
            asked = [
                "value" not in self.valued.amounts[c] and setting.treats.get(at) != "expense"
                for c, _ in parts
            ]
            worth = sum(costs)
            over = zip(parts, costs, asked, strict=True)
            is_over = any(known and cost + part < 0 for (_, part), cost, known in over)
        if not is_over:
            return
        self.refused.add(at)
        table, decimals = self.sources.table, self.sources.company.currency_decimals
        said = {"amount": format_scaled(amount, decimals), "worth": format_scaled(worth, decimals)}
        place = Place(table.path[at], table.lineno[at])
        self.problems.append(problem("adjustment-exceeds", place, "", id=table.id[at], **said))

    def _exceeds(self, at: int, stated: int, left: int) -> None:
        table, decimals = self.sources.table, self.sources.company.currency_decimals
        said = {
            "id": table.id[at],
            "stated": format_scaled(stated, decimals),
            "left": format_scaled(left, decimals),
        }
        place = Place(table.path[at], table.lineno[at])
        self.problems.append(problem("settlement-exceeds", place, "", **said))

    def _input_tax(self, row: int) -> int:
        """Input VAT that was deducted on a lost line's cost, at the rate of its date."""
        table = self.sources.table
        if not table.item[row] and not table.tax[row]:
            return 0  # lost in production: what of it was bought with tax the document says
        rate = self.taxes.rate(table.item[row], "", table.date[row], buying=True)
        stated = stated_rate(table.tax[row]) if table.tax[row] else None
        if rate is None or not self.taxes.deductible("", "", rate):
            return 0
        per = rate.rate if stated is None else stated
        return divide_rounded(self._lost(row) * per, RATE_ONE)

    def _no_rate(self, at: int) -> None:
        if at in self.refused:
            return
        self.refused.add(at)
        table = self.sources.table
        place, tax = Place(table.path[at], table.lineno[at]), self.taxes.class_of(table.item[at])
        self.problems.append(problem("tax-rate-unknown", place, "", id=table.id[at], tax=tax))

    def _deemed(self, at: int, known: Mapping[str, int]) -> int:
        """Output VAT of goods given away: on the stated price, else on the composite price."""
        if "tax" in known:
            return known["tax"]
        table = self.sources.table
        rate = self.taxes.rate(table.item[at], "", table.date[at], buying=False)
        if rate is None:
            self._no_rate(at)
            return 0
        margin = RATE_ONE + self.sources.tax.deemed_margin
        price = divide_rounded(known["cost"] * margin, RATE_ONE)
        return split_amount(price, rate.rate, gross_entry=False)[1]
