"""Amounts that only the kernel can tell: variance, expensed shares, settlements, deemed sales.

In: a row's stated amounts and `Costed`. Out: the amounts with those names added. Sources:
purchase return limited to the pool (DESIGN section 3, return); input VAT transferred out of
abnormal losses and deemed sales: VAT rules, composite price = cost × (1 + 10 %) without a price.
"""

from __future__ import annotations

from collections.abc import Mapping

from invledger.costing.interface import Costed, Kind
from invledger.model import divide_rounded, share
from invledger.posting.rule import Rule
from invledger.posting.sources import Sources, Valued
from invledger.posting.split import Taxes, split_amount, stated_rate
from invledger.posting.tax import RATE_ONE


class Late:
    """Completes the amounts of rows after costing."""

    def __init__(self, sources: Sources, valued: Valued, costed: Costed) -> None:
        self.sources, self.valued, self.costed = sources, valued, costed
        self.taxes = Taxes(sources.company, sources.master, sources.tax)

    def amounts(self, at: int, rule: Rule) -> dict[str, int]:
        """All amounts of row `at` by name."""
        known = dict(self.valued.amounts[at])
        cost = known["cost"] = self.costed.costs[at]
        line = self.valued.lines[at]
        if line.kind == Kind.RETURN_OUT:
            known.setdefault("value", self.costed.cited.get(at, cost))
            known["variance"] = known["value"] - cost
        elif line.kind == Kind.ISSUE and rule.uses("variance"):
            known["value"] = cost  # a return that cites nothing: a Problem says so
        elif line.kind == Kind.REVALUE:
            known["expensed"] = self.costed.cited.get(at, 0)
        elif rule.ledger == "value" and rule.uses("cost"):
            self._settle(at, rule, known)
        if rule.uses("deemed-tax"):
            known["deemed-tax"] = self._deemed(at, known)
        if at in self.valued.late_matches:
            self._match_returns(at, rule, known)
        return known

    def _match_returns(self, at: int, rule: Rule, known: dict[str, int]) -> None:
        """A credit note clears what the purchase returns took from the accrual."""
        table = self.sources.table
        total = 0
        for cited, before, after in self.valued.late_matches[at]:
            value = self.amounts(cited, rule)["value"]
            whole = table.quantity[cited]
            total += share(value, after, whole) - share(value, before, whole)
        known["difference"] = known.get("difference", 0) + known.get("matched", 0) - total
        known["matched"] = total

    def _settle(self, at: int, rule: Rule, known: dict[str, int]) -> None:
        """A settlement clears the cost of what it cites, or the part that it states."""
        costs, table = self.costed.costs, self.sources.table
        rows = [citation.at for citation in self.valued.cited.get(at, ())]
        whole = sum(costs[row] for row in rows)
        stated = table.amount[at]
        known["cost"] = whole if stated is None else stated
        if not rule.uses("transferred-tax"):
            return
        tax = sum(self._input_tax(row) for row in rows)
        known["transferred-tax"] = (
            tax if stated is None or not whole else share(tax, stated, whole)
        )

    def _input_tax(self, row: int) -> int:
        """Input VAT that was deducted on a lost line's cost, at the rate of its date."""
        table = self.sources.table
        rate = self.taxes.rate(table.item[row], "", table.date[row], buying=True)
        stated = stated_rate(table.tax[row]) if table.tax[row] else None
        if rate is None or not self.taxes.deductible("", "", rate):
            return 0
        per = rate.rate if stated is None else stated
        return divide_rounded(self.costed.costs[row] * per, RATE_ONE)

    def _deemed(self, at: int, known: Mapping[str, int]) -> int:
        """Output VAT of goods given away: on the stated price, else on the composite price."""
        if "tax" in known:
            return known["tax"]
        table = self.sources.table
        rate = self.taxes.rate(table.item[at], "", table.date[at], buying=False)
        if rate is None:
            return 0
        margin = RATE_ONE + self.sources.tax.deemed_margin
        price = divide_rounded(known["cost"] * margin, RATE_ONE)
        return split_amount(price, rate.rate, gross_entry=False)[1]
