"""checks: one question about the books per file; the docstring is its manual page."""

from __future__ import annotations

from invledger.checks import (
    accounts,
    balanced,
    entry_files,
    lots,
    negative,
    owners,
    periods,
    register,
    rule_examples,
    stock_gl,
    vouchers,
)
from invledger.model import Problem, Tree
from invledger.posting.sources import Derivation, Sources

__all__ = ["MANUAL", "run_checks"]

#: Questions in the order of the manual: name -> its page.
MANUAL = {
    module.__name__.rpartition(".")[2].replace("_", "-"): module.__doc__ or ""
    for module in (
        entry_files,
        rule_examples,
        accounts,
        negative,
        lots,
        owners,
        balanced,
        vouchers,
        register,
        periods,
        stock_gl,
    )
}


def run_checks(
    sources: Sources, derivation: Derivation, today: str, tree: Tree | None = None
) -> list[Problem]:
    """Every Problem of the books, by path, line, column and code; each one once.

    What reading and deriving found comes first into the list, then every question in turn.
    `today` is `YYYY-MM-DD`; with `tree` the entry files are looked at too.
    """
    found = [*sources.problems, *derivation.valued.problems, *derivation.problems]
    if tree is not None:
        found += entry_files.check(tree)
    for module in (accounts, negative, lots, owners, balanced, vouchers, register, stock_gl):
        found += module.check(sources, derivation)
    found += rule_examples.check(sources)
    found += periods.check(sources, derivation, today)
    return sorted(dict.fromkeys(found), key=lambda p: (*p.place, p.code, p.args))
