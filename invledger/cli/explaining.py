"""`explain` as a tree on the screen, as a graph, or as the table that it is."""

from __future__ import annotations

import sys

from invledger.cli.ask import Ask
from invledger.cli.session import hides, letterhead, opened, put, show, stamped, tell_findings


def show_tree(ask: Ask, subject: str, *, reverse: bool, dot: bool) -> int:
    """Explain the subject; the exit code."""
    from invledger import reports
    from invledger.render import tree_dot, tree_svg, tree_text

    books = opened(ask)
    problems = [*books.sources.problems, *books.derivation.problems]
    code = tell_findings(ask, books.tree, problems)
    if hides(code, problems):
        return code
    query = ask.query(subject=subject, reverse=reverse)
    table = stamped(reports.explain(books.sources, books.derivation, query), books.sources)
    if dot or ask.format == "dot":
        put(ask, tree_dot(table, ask.language, reverse=reverse))
    elif ask.format == "svg":
        put(ask, tree_svg(table, ask.language, reverse=reverse))
    elif ask.format == "table":
        is_ascii = not can_say("└─│", sys.stdout.encoding)
        put(ask, tree_text(table, ask.language, color=ask.color, ascii_only=is_ascii))
    else:
        show(ask, table, letterhead(ask, books))
    return code


def can_say(text: str, encoding: str | None) -> bool:
    """Whether an encoding has these characters."""
    try:
        text.encode(encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
