"""`cost`: what goods cost, and what they would cost (`--what-if`). Codes: cost-view."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from invledger.cli.ask import Ask
from invledger.cli.session import (
    Books,
    cache_of,
    hides,
    letterhead,
    report,
    show,
    stamped,
    tell_findings,
    tree_of,
)
from invledger.model import Refused, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

VIEWS = ("layer", "item", "period", "movement")


def show_costs(ask: Ask, by: str) -> int:
    """Costs by layer, item, period or movement; the exit code."""
    from invledger.reports import cost_layers
    from invledger.reports.cost_movements import cost_movements
    from invledger.reports.costs import cost_items, cost_periods

    reports = (cost_layers, cost_items, cost_periods, cost_movements)
    if by not in VIEWS:
        raise Refused(problem("cost-view", name=by, known=" ".join(VIEWS)))
    return report(ask, dict(zip(VIEWS, reports, strict=True))[by], vouchers=False)


def show_what_if(ask: Ask, wishes: Sequence[str], *, is_management: bool) -> int:
    """The difference that suppositions make, by item and period; the exit code."""
    from invledger.books.comparing import side_of
    from invledger.books.supposing import Scope, suppose
    from invledger.reports.effect import effect_of
    from invledger.reports.what_if import what_if
    from invledger.store import read_given

    tree = tree_of(ask)
    before, problems = side_of(tree, cache_of())
    code = tell_findings(ask, tree, problems)
    if hides(code, problems):
        return code
    query = ask.query()
    supposed = suppose(
        tree,
        before.sources,
        wishes,
        Scope(query.items, query.categories, is_management),
        read=lambda name: read_given(Path(name)),
    )
    after, found = side_of(supposed.tree, cache_of())
    new = [one for one in supposed.named(found, problems) if one.severity == "error"]
    if new:
        new = list(dict.fromkeys(new))
        if any(not one.place.path.startswith("--") for one in new):
            said = problem("what-if-refused", wish=" ".join(wishes), count=len(new))
            new.insert(0, said)
        raise Refused(*new)
    table = what_if(effect_of(before, after, query), query, tuple(wishes))
    sources = before.sources
    show(
        ask,
        stamped(table, sources, query),
        letterhead(ask, Books(tree, sources, before.derivation)),
    )
    return code
