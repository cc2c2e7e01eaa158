"""Which cost policy an item has at a row: its first one, or that of a later dated change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from invledger.model import (
    PRICE_KINDS,
    Company,
    CostChange,
    CostPolicy,
    Master,
    MovementTable,
    fitted,
)


class Turn(NamedTuple):
    """A dated change of one item's policy."""

    before: int  # the first row under the new policy
    item: str
    stage: int  # from here on
    old: CostPolicy
    new: CostPolicy
    change: CostChange


class Course:
    """The policies of a company's items over the rows of its table; memoised."""

    def __init__(self, company: Company, master: Master, table: MovementTable) -> None:
        self._company, self._master = company, master
        self.changes = first_rows(company, table)
        self._rows = len(table)
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

    def turns(self) -> Iterator[Turn]:
        """Every change of an item's policy that some row follows, in order."""
        for number, change in enumerate(self._company.cost_changes):
            before = self.changes[number]
            for item in self._master.items if before < self._rows else ():
                old, new = self.policy(item, number), self.policy(item, number + 1)
                if old != new:
                    yield Turn(before, item, number + 1, old, new, change)

    def kind(self, item: str, stage: int) -> str:
        """The kind of price that an item's goods are kept at; '' where at cost. Goods that a later
        change takes as if it had always been in force want their price from the beginning.
        """
        method = self.policy(item, stage).method
        for number in range(stage, len(self.changes)):
            if method in PRICE_KINDS or not self._company.cost_changes[number].is_retrospective:
                break
            method = self.policy(item, number + 1).method
        return PRICE_KINDS.get(method, "")

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
