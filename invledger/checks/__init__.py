"""checks: one question about the books per file; the docstring is its manual page."""

from __future__ import annotations

from invledger.model import Problem
from invledger.posting.sources import Derivation, Sources

__all__ = ["run_checks"]


def run_checks(sources: Sources, derivation: Derivation, today: str) -> list[Problem]:
    """Every Problem of the books, by path, line, column and code; each one once."""
    del today
    found = [*sources.problems, *derivation.valued.problems, *derivation.problems]
    return sorted(set(found), key=lambda p: (*p.place, p.code, p.args))
