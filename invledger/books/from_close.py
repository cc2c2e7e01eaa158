"""Costs of an open period from what a close says that the pools held: no closed line is replayed.

What a pool opens with stands before the open lines as receipts, of the value and, where goods are
kept at a price, of the base that it had; periodic methods take lines before their first period as
opening balances. So the one kernel costs both, and nothing of its state but this crosses a close.
Only pools of one value (averages, planned and selling prices) open like this; layers keep the age
and name of their receipts, which a receipt made up cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from invledger.books.sealing import Opening
from invledger.books.splicing import NotPlain
from invledger.costing import cost
from invledger.costing.interface import Costed, CostLine, Kind, Setting
from invledger.model import CostPolicy

#: Methods whose pools are one value.
OPENED = frozenset({"moving-average", "periodic-average", "planned", "retail"})


def costed_from(
    openings: Iterable[Opening],
    lines: Sequence[CostLine],
    policies: Mapping[str, CostPolicy],
    setting: Setting,
) -> Costed:
    """What the lines cost where pools hold something already; raises NotPlain where that, or a
    finding of the kernel, asks for all lines.
    """
    first: list[CostLine] = []
    bases: dict[int, int] = {}
    for one in openings:
        if policies[one.item].method not in OPENED or one.quantity <= 0 or one.value < 0:
            raise NotPlain
        if one.base is not None:
            bases[len(first)] = one.base
        first.append(
            CostLine(Kind.RECEIVE, one.item, one.quantity, "", one.key, one.value, -1, "")
        )
    shift = len(first)
    moved = [
        line._replace(cites=line.cites + shift) if line.cites >= 0 else line for line in lines
    ]
    costed = cost([*first, *moved], policies, setting=shifted(setting, shift, bases))
    if costed.troubles or costed.switched:
        raise NotPlain
    return _without(costed, shift)


def shifted(setting: Setting, shift: int, bases: Mapping[int, int]) -> Setting:
    """The same about lines that stand `shift` further down; `bases` of those before them."""
    if setting.switches:
        raise NotPlain
    return replace(
        setting,
        standards={**bases, **{at + shift: value for at, value in setting.standards.items()}},
        citations={
            at + shift: tuple((cited + shift, part) for cited, part in parts)
            for at, parts in setting.citations.items()
        },
        stated={at + shift: value for at, value in setting.stated.items()},
        periods={
            name: [start + shift for start in starts] for name, starts in setting.periods.items()
        },
        treats={at + shift: said for at, said in setting.treats.items()},
        portions={at + shift: part for at, part in setting.portions.items()},
        lost=frozenset(at + shift for at in setting.lost),
        estimates=frozenset(at + shift for at in setting.estimates),
        materials={at + shift: part for at, part in setting.materials.items()},
        backdated=frozenset(at + shift for at in setting.backdated),
        undoing=frozenset(at + shift for at in setting.undoing),
        returned={at + shift: parts for at, parts in setting.returned.items()},
        restated={at + shift: parts for at, parts in setting.restated.items()},
    )


def _without(costed: Costed, shift: int) -> Costed:
    """What was costed without the lines that open the pools; raises NotPlain where one of them
    turns up: a shortage of before, say.
    """
    if any(up.at < shift or up.of < shift for up in costed.true_ups):
        raise NotPlain
    return replace(
        costed,
        costs=costed.costs[shift:],
        cited={at - shift: value for at, value in costed.cited.items()},
        true_ups=[up._replace(at=up.at - shift, of=up.of - shift) for up in costed.true_ups],
        revalued={at - shift: parts for at, parts in costed.revalued.items()},
        capitalised={
            at - shift: [(cited - shift, value) for cited, value in parts]
            for at, parts in costed.capitalised.items()
        },
        variances={at - shift: value for at, value in costed.variances.items() if at >= shift},
        followed={at - shift: parts for at, parts in costed.followed.items()},
        provisional=frozenset(at - shift for at in costed.provisional),
    )
