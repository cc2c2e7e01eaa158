"""Which lines took the goods of which: noted only where late value will have to follow them.

An item is watched for its own lines' sake: other items and later lines change nothing of what
late value finds, so that a part of the lines, or the first of them, cost what they cost in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from invledger.costing.interface import CostLine, Kind, Setting
from invledger.costing.pool import Slice


class Watch:
    """What is noted of some items while their lines are costed."""

    def __init__(self, rows: Sequence[CostLine], setting: Setting) -> None:
        late = _cited_by_late(rows, setting)
        self.items: set[str] = set()
        self.outputs: dict[str, list[int]] = {}  # lines that produce, by order
        self.consumed: dict[str, list[int]] = {}  # lines that orders consume by, by item
        self.backs: dict[int, list[int]] = {}  # lines that bring goods back, by what they cite
        self.went: dict[tuple[str, int], list[tuple[int, int]]] = {}  # by ("", layer), (pool, -1)
        if late:
            self._tie({rows[at].item for at in late}, rows)

    def _tie(self, items: set[str], rows: Sequence[CostLine]) -> None:
        """The items, and all that is made of them, as far as their goods may be found again."""
        takes = {(row.item, row.order) for row in rows if row.kind == Kind.CONSUME}
        makes: dict[str, set[str]] = {}
        again = {item for item, _ in takes}
        for at, row in enumerate(rows):
            if row.kind == Kind.PRODUCE:
                makes.setdefault(row.order, set()).add(row.item)
                self.outputs.setdefault(row.order, []).append(at)
            elif row.kind in (Kind.HAND_BACK, Kind.RETURN_IN) and row.cites >= 0:
                self.backs.setdefault(row.cites, []).append(at)
                again.add(row.item)
            elif row.kind == Kind.CONSUME:
                self.consumed.setdefault(row.item, []).append(at)
            elif row.kind == Kind.MOVE:
                again.add(row.item)
        size = -1
        while size != len(items):
            size = len(items)
            for item, order in takes:
                if item in items:
                    items |= makes.get(order, set())
        self.items = items & again

    def note(self, at: int, row: CostLine, slices: Sequence[Slice]) -> None:
        """Line `at` took these goods out of its pool."""
        for part in slices:
            is_layer = part.origin >= 0
            if part.origin == at or not part.quantity or (is_layer and row.kind == Kind.MOVE):
                continue  # a shortage, or a layer that stays what it is
            place = ("" if is_layer else row.source, part.origin)
            self.went.setdefault(place, []).append((at, part.quantity))


def _cited_by_late(rows: Sequence[CostLine], setting: Setting) -> list[int]:
    """Receipts that late value without a treatment cites."""
    late: list[int] = []
    if Kind.REVALUE in map(itemgetter(0), rows):  # most books have none
        late = [at for at, row in enumerate(rows) if row.kind == Kind.REVALUE]
    cited = []
    for at in late:
        row = rows[at]
        if row.cites >= 0 and at not in setting.treats:
            cited += [one for one, _ in setting.citations.get(at, ((row.cites, 0),))]
    return [at for at in (*cited, *setting.estimates) if 0 <= at < len(rows)]
