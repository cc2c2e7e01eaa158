"""Which cost policy an item has at a row: its first one, or that of a later dated change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from invledger.model import PRICE_KINDS, Company, CostPolicy, Master, MovementTable, fitted


class Course:
    """The policies of a company's items over the rows of its table; memoised."""

    def __init__(self, company: Company, master: Master, table: MovementTable) -> None:
        self._company, self._master = company, master
        self.changes = first_rows(company, table)
        self._known: dict[tuple[str, int], CostPolicy] = {}

    def stage(self, at: int) -> int:
        """How many dated changes came before row `at`, or with it."""
        return bisect_right(self.changes, at)

    def policy(self, item: str, stage: int = 0) -> CostPolicy:
        """The policy of an item after so many dated changes."""
        found = self._known.get((item, stage))
        if found is None:
            known = self._master.items.get(item)
            category = known.category if known is not None else ""
            found = self._company.cost_policy(item, category)
            if stage:
                found = self._company.cost_changes[stage - 1].policy(item, category)
            found = fitted(found, has_lots=known is not None and known.lot)
            self._known[item, stage] = found
        return found

    def every(self, item: str) -> list[CostPolicy]:
        """All policies of an item, oldest first."""
        return [self.policy(item, stage) for stage in range(len(self.changes) + 1)]

    def is_priced(self, item: str) -> bool:
        """Whether some policy of the item, now or later, keeps it at a price."""
        return any(policy.method in PRICE_KINDS for policy in self.every(item))


def first_rows(company: Company, table: MovementTable) -> tuple[int, ...]:
    """The first row of each dated change of cost policies; the table's end where none follows.

    In books kept as entered a change begins with the first row of its period to be entered.
    """
    found: list[int] = []
    for change in company.cost_changes:
        if company.order == "by-date":
            found.append(bisect_left(table.date, change.start))
        else:
            dates = enumerate(table.date)
            found.append(next((n for n, date in dates if date >= change.start), len(table)))
    return tuple(found)
