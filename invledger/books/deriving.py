"""What follows from Sources: values, costs, vouchers. Pure but for the memory it takes."""

from __future__ import annotations

from invledger.books.loading import no_collection
from invledger.costing import cost
from invledger.model import CostPolicy, Problem, problem
from invledger.posting import Derivation, Sources, derive_vouchers, value_rows


def derive(sources: Sources, provenance: bool = False) -> Derivation:
    """Value, cost and post all movements; with `provenance` each cost keeps where it came from."""
    with no_collection():
        valued = value_rows(sources)
        costed = cost(valued.lines, policies_of(sources), provenance=provenance)
        vouchers, found = derive_vouchers(sources, valued, costed)
    troubles: list[Problem] = []
    for trouble in costed.troubles:
        place = sources.table.row(trouble.at).place
        troubles.append(problem(trouble.code, place, **dict(trouble.args)))
    return Derivation(valued, costed, vouchers, [*valued.problems, *troubles, *found])


def policies_of(sources: Sources) -> dict[str, CostPolicy]:
    """The cost policy in force for each item."""
    company = sources.company
    return {
        code: company.cost_policy(code, item.category)
        for code, item in sources.master.items.items()
    }
