"""What follows from Sources: values, costs, vouchers. Pure but for the memory it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from invledger.books.loading import no_collection
from invledger.costing import Trouble, cost, problem_of
from invledger.model import CostPolicy, Place, Problem
from invledger.posting import Derivation, Sources, Valued, derive_vouchers, value_rows

if TYPE_CHECKING:
    from invledger.books.engines import Engine


def derive(
    sources: Sources,
    provenance: bool = False,
    *,
    is_read_once: bool = False,
    engine: Engine | None = None,
) -> Derivation:
    """Value, cost and post all movements; with `provenance` each cost keeps where it came from.

    Who reads the vouchers but once says so: then they are made one by one as they are read.
    `engine` costs the lines elsewhere (see `engines`), without provenance.
    """
    with no_collection():
        valued = value_rows(sources)
        policies = policies_of(sources)
        if engine is not None and not provenance:
            costed = engine(valued.lines, policies, valued.setting)
        else:
            costed = cost(valued.lines, policies, provenance=provenance, setting=valued.setting)
        vouchers, found = derive_vouchers(sources, valued, costed)
        kept = vouchers if is_read_once else list(vouchers)
    troubles, found = _told_once(sources, valued, costed.troubles, found)
    told = [*valued.problems, *_troubles(sources, valued.problems, troubles)]
    if any(problem.severity == "error" for problem in told):
        found = [problem for problem in found if problem.code not in _FOLLOWS]
    return Derivation(valued, costed, kept, [*told, *found])


#: What refused rows leave behind in their vouchers: no fault of its own.
_FOLLOWS = frozenset({"voucher-unbalanced"})


#: What the kernel finds, by what valuing the same rows finds for the same reason.
_ECHOES = {
    "return-exceeds": "citation-quantity",
    "stock-short": "citation-quantity",
    "order-overdrawn": "citation-quantity",
    "standard-missing": "standard-cost-missing",
}
#: What a row lacks for costing where valuing has refused the row.
_UNTOLD = frozenset({"value-missing", "citation-missing", "citation-unusable"})


def _told_once(
    sources: Sources, valued: Valued, troubles: list[Trouble], found: list[Problem]
) -> tuple[list[Trouble], list[Problem]]:
    """A reversal in a completed order is told once: by who came in between where that is known,
    else by the order's completion. One that leaves its order owing is told of by what it lacks.
    """
    table = sources.table
    known = {dict(one.args).get("id") for one in found if one.code not in _FOLLOWS}
    known |= {table.id[one.at] for one in troubles if one.code != "order-overdrawn"}
    undoing = valued.setting.undoing
    troubles = [one for one in troubles if one.at not in undoing or table.id[one.at] not in known
                or one.code != "order-overdrawn"]  # fmt: skip
    refused = {dict(one.args)["order"] for one in troubles if one.code == "order-completed"}
    if not refused:
        return troubles, found
    of_it = {_row_of(sources, at) for at in valued.reverses if valued.lines[at].order in refused}

    def is_told(problem: Problem, *, consumers: bool) -> bool:
        args = dict(problem.args)
        is_known = problem.code == "reversal-consumed" and (args["consumers"] != "?") is consumers
        return is_known and (problem.place, args["id"]) in of_it

    named = {(one.place, dict(one.args)["id"]) for one in found if is_told(one, consumers=True)}
    return (
        [
            one
            for one in troubles
            if one.code != "order-completed" or _row_of(sources, one.at) not in named
        ],
        [one for one in found if not is_told(one, consumers=False)],
    )


def _row_of(sources: Sources, at: int) -> tuple[Place, str]:
    """Where a row is written, and its id."""
    table = sources.table
    return Place(table.path[at], table.lineno[at]), table.id[at]


def _troubles(
    sources: Sources, known: Sequence[Problem], troubles: Sequence[Trouble]
) -> list[Problem]:
    """The kernel's findings, without those that valuing has reported of the row already, or of
    the item where both speak but once of it.
    """
    table = sources.table
    rows = {(found.code, found.place, dict(found.args).get("id")) for found in known}
    items = {(found.code, dict(found.args).get("item")) for found in known}
    refused = {(place, id_) for _, place, id_ in rows}

    def is_echo(trouble: Trouble) -> bool:
        code, at = _ECHOES.get(trouble.code), trouble.at
        if trouble.code == "standard-missing":
            return (code, table.item[at]) in items
        row = _row_of(sources, at)
        return (code, *row) in rows or (trouble.code in _UNTOLD and row in refused)

    return [_problem(sources, trouble) for trouble in troubles if not is_echo(trouble)]


def _problem(sources: Sources, trouble: Trouble) -> Problem:
    """A finding of the kernel at its movement, its integers written as people write them."""
    item = sources.master.items.get(sources.table.item[trouble.at])
    return problem_of(
        trouble,
        sources.table.row(trouble.at).place,
        quantity_decimals=item.decimals if item is not None else 0,
        money_decimals=sources.company.currency_decimals,
    )


def policies_of(sources: Sources) -> dict[str, CostPolicy]:
    """The cost policy in force for each item."""
    return sources.company.policies(sources.master.items)
