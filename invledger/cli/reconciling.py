"""`reconcile`: a report whose differences are findings."""

from __future__ import annotations

from invledger.cli.ask import Ask
from invledger.cli.session import hides, letterhead, opened, show, stamped, tell_findings
from invledger.model import Table


def reconcile(ask: Ask) -> int:
    """Show the comparison; exit code 1 where something differs."""
    from invledger import reports

    books = opened(ask)
    problems = [*books.sources.problems, *books.derivation.problems]
    code = tell_findings(ask, books.tree, problems)
    if hides(code, problems):
        return code
    query = ask.query()
    table = reports.reconcile_stock_gl(books.sources, books.derivation, query)
    show(ask, stamped(table, books.sources, query), letterhead(ask, books))
    return code or int(differs(table))


def differs(table: Table) -> bool:
    """Whether an account and item do not meet."""
    return bool(table.totals.get("unexplained"))
