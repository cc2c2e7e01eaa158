"""Drafts -> items, parties and locations to add; those in the books stay as people keep them.

Emits `import-master-differs` (warning), `import-id-twice`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from invledger.capture.counting import ImportPlan, OutputCount
from invledger.capture.drafting import flat
from invledger.capture.drafts import Draft, item_of, location_of, party_of, placed
from invledger.ledger import print_item, print_location, print_party
from invledger.model import Item, Location, Master, Party, Problem, Refused, problem

FILES = {
    "items": "ledgers/items.beancount",
    "parties": "ledgers/parties.beancount",
    "locations": "ledgers/locations.beancount",
}
Thing = TypeVar("Thing", Item, Party, Location)


def plan_masters(
    drafts: Sequence[Sequence[Draft]],
    counts: Sequence[OutputCount],
    existing: Master,
    plan: ImportPlan,
) -> Master:
    """Add what is new to the plan; gives the master data as it will stand."""
    master = replace(
        existing,
        items=dict(existing.items),
        parties=dict(existing.parties),
        locations=dict(existing.locations),
    )
    steps = _Steps(drafts, counts, plan)
    steps.take("items", item_of, print_item, master.items)
    steps.take("parties", party_of, print_party, master.parties)
    steps.take("locations", location_of, print_location, master.locations)
    return master


class _Steps:
    """The three kinds are treated alike."""

    def __init__(
        self,
        drafts: Sequence[Sequence[Draft]],
        counts: Sequence[OutputCount],
        plan: ImportPlan,
    ) -> None:
        self.drafts, self.counts, self.plan = drafts, counts, plan

    def take(
        self,
        kind: str,
        make: Callable[[Draft], Thing],
        show: Callable[[Thing, str], str],
        known: dict[str, Thing],
    ) -> None:
        """Make the things of one kind, keep the new ones, compare the others."""
        made: dict[str, Thing] = {}
        for position, draft in flat(self.drafts):
            if draft.output.kind != kind:
                continue
            count = self.counts[position]
            try:
                thing = make(draft)
                text = show(thing, draft.get("opened"))
            except Refused as refused:
                count.rejected += 1
                self.plan.problems += placed(refused, draft.place)
                continue
            code = _code(thing)
            found = self._compared(code, thing, made.get(code), known.get(code))
            if found is not None:
                self.plan.problems.append(found)
            if found is not None and found.severity == "error":
                count.rejected += 1
            elif code in known:
                count.repeated += 1
            else:
                count.accepted += 1
                made[code] = known[code] = thing
                blocks = self.plan.blocks.setdefault(FILES[kind], [])
                blocks.append((text, draft.place))

    def _compared(
        self, code: str, thing: Thing, twin: Thing | None, kept: Thing | None
    ) -> Problem | None:
        if twin is not None and list(_differences(thing, twin)):
            return problem("import-id-twice", thing.place, id=code, other=twin.place)
        if kept is None or kept is twin:
            return None
        field = next(_differences(thing, kept), None)
        if field is None:
            return None
        return problem("import-master-differs", thing.place, code=code, field=field)


def _code(thing: Item | Party | Location) -> str:
    return thing.account if isinstance(thing, Location) else thing.code


def _differences(new: Thing, old: Thing) -> Iterator[str]:
    """Names of the fields that differ; what an import leaves empty says nothing."""
    for one in fields(new):
        mine: object = getattr(new, one.name)
        theirs: object = getattr(old, one.name)
        if one.name in {"place", "class_", "opened", "site"}:
            continue
        if one.name == "meta":
            kept = old.meta
            yield from (key for key, value in new.meta.items() if kept.get(key) != value)
        elif mine not in ("", {}, theirs):
            yield one.name
