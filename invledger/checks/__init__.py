"""checks: one question about the books per file; the docstring is its manual page.

The questions are imported when they are asked: reports share `holdings` with them and should not
wait for the others.
"""

from __future__ import annotations

from importlib import import_module

from invledger.ledger import pinpoint
from invledger.model import Problem, Tree
from invledger.posting.sources import Derivation, Sources

__all__ = ["QUESTIONS", "UNPOSTED", "manual", "run_checks"]

#: The questions, in the order of the manual.
QUESTIONS = (
    "entry_files",
    "rule_lint",
    "rule_examples",
    "policies",
    "accounts",
    "negative",
    "lots",
    "owners",
    "balanced",
    "vouchers",
    "register",
    "periods",
    "stock_gl",
)

#: What `post` will write or take away once it refuses nothing, and what differs until then.
UNPOSTED = frozenset(
    {"vouchers-unposted", "voucher-missing", "voucher-orphan", "voucher-differs",
     "stock-gl-difference"}
)  # fmt: skip


def manual() -> dict[str, str]:
    """The manual page of every question, by its name."""
    pages = {}
    for name in QUESTIONS:
        page = import_module(f"invledger.checks.{name}").__doc__
        pages[name.replace("_", "-")] = page or ""
    return pages


def run_checks(
    sources: Sources, derivation: Derivation, today: str, tree: Tree | None = None
) -> list[Problem]:
    """Every Problem of the books, by path, line, column and code; each one once.

    What reading and deriving found, then what every question finds; where that makes `post`
    refuse, nobody is told to run it. `today` is `YYYY-MM-DD`; with `tree` the entry files are
    looked at too.
    """
    from invledger.checks import (
        accounts,
        balanced,
        entry_files,
        lots,
        negative,
        owners,
        periods,
        policies,
        register,
        rule_examples,
        rule_lint,
        stock_gl,
        vouchers,
    )

    found = [*sources.problems, *derivation.valued.problems, *derivation.problems]
    is_refused = any(problem.severity == "error" for problem in found)
    if tree is not None:
        found += entry_files.check(tree, sources.company.currency)
    asked = (policies, accounts, negative, lots, owners, balanced, vouchers, register, stock_gl)
    for module in asked:
        found += module.check(sources, derivation)
    found += [*rule_lint.check(sources), *rule_examples.check(sources)]
    found += periods.check(sources, derivation, today)
    if is_refused:
        found = [problem for problem in found if problem.code not in UNPOSTED]
    if tree is not None:
        found = pinpoint(tree, found)
    return sorted(dict.fromkeys(found), key=lambda p: (*p.place, p.code, p.args))
