"""Write-downs 存货跌价准备: an allowance per item and pool, made, reversed, released with goods.

Lower of cost and net realisable value (CAS 1, 15-19): cost layers stay. A document states
the amount made (below zero: reversed, up to what was made) or the unit's realisable value by
`nrv:`; then the allowance becomes what cost exceeds it by. Goods that leave release their share,
the last ones all of it; goods that move take theirs along; an issue reversed takes it back.
Codes: allowance-exceeds, allowance-nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, Costed, Kind
from invledger.model import Place, Problem, format_scaled, problem, share
from invledger.posting.sources import Sources, Valued


@dataclass(slots=True)
class Held:
    """A pool while the lines go by."""

    quantity: int = 0
    value: int = 0
    allowance: int = 0


@dataclass(slots=True)
class Allowances:
    """What every write-down made, and what every row released."""

    made: dict[int, int] = field(default_factory=dict)
    released: dict[int, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)  # by pool
    problems: list[Problem] = field(default_factory=list)


def allowances_of(sources: Sources, valued: Valued, costed: Costed) -> Allowances:
    """Walk the lines of the items that were written down, in order."""
    found = Allowances()
    if not valued.write_downs:
        return found
    items = {note.item for note in valued.write_downs.values()}
    _Walk(sources, valued, costed, found).run(items)
    return found


class _Walk:
    def __init__(
        self, sources: Sources, valued: Valued, costed: Costed, found: Allowances
    ) -> None:
        self.sources, self.valued, self.costed, self.found = sources, valued, costed, found
        self.pools: dict[str, Held] = defaultdict(Held)
        self.true_ups: dict[int, int] = defaultdict(int)
        for up in costed.true_ups:
            self.true_ups[up.at] += up.amount

    def run(self, items: set[str]) -> None:
        for at, line in enumerate(self.valued.lines):
            if at in self.valued.write_downs:
                self._write_down(at)
            elif line.kind == Kind.REVALUE:
                for key, amount in self.costed.revalued.get(at, ()):
                    self.pools[key].value += amount
            elif line.item in items:
                self._goods(at)
        self.found.left = {key: held.allowance for key, held in self.pools.items()}

    def _goods(self, at: int) -> None:
        line, cost = self.valued.lines[at], self.costed.costs[at]
        taken = 0
        if line.kind in OUT_OF_POOL:
            held = self.pools[line.source]
            taken = self._share(held, line.quantity)
            held.allowance -= taken
            held.quantity -= line.quantity
            held.value -= cost
        if line.kind in INTO_POOL:
            held = self.pools[line.target]
            held.quantity += line.quantity
            held.value += cost - self.true_ups[at]
            origin = self.valued.reverses.get(at)
            back = self.found.released.get(origin, 0) if origin is not None else 0
            if line.kind == Kind.MOVE:
                held.allowance += taken
            elif back:
                held.allowance += back
                self.found.released[at] = -back
        elif taken:
            self.found.released[at] = taken

    @staticmethod
    def _share(held: Held, quantity: int) -> int:
        """What falls to goods that leave; the last ones take the rest."""
        if quantity >= held.quantity:
            return held.allowance
        return share(held.allowance, quantity, held.quantity)

    def _write_down(self, at: int) -> None:
        note = self.valued.write_downs[at]
        held = self.pools[note.pool]
        origin = self.valued.reverses.get(at)
        amount = note.amount
        if origin is not None:
            amount = -self.found.made[origin]
        elif note.unit_value is not None:
            value, per = note.unit_value
            worth = share(value, held.quantity, per)
            amount = max(held.value - worth, 0) - held.allowance
        if held.quantity <= 0 and amount > 0:
            self._report("allowance-nothing", at)
            amount = 0
        elif held.allowance + amount < 0 or held.allowance + amount > max(held.value, 0):
            self._report("allowance-exceeds", at, held=held, amount=amount)
            amount = 0
        held.allowance += amount
        self.found.made[at] = amount

    def _report(self, code: str, at: int, *, held: Held | None = None, amount: int = 0) -> None:
        table, decimals = self.sources.table, self.sources.company.currency_decimals
        said = {"id": table.id[at], "item": self.valued.write_downs[at].item}
        if held is not None:
            said["amount"] = format_scaled(amount, decimals)
            said["allowance"] = format_scaled(held.allowance, decimals)
            said["cost"] = format_scaled(held.value, decimals)
        place = Place(table.path[at], table.lineno[at])
        self.found.problems.append(problem(code, place, "", **said))
