"""`check`: every question asked of the books; what CI and the hooks run."""

from __future__ import annotations

from typing import Annotated

import typer

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.clock import is_date, today_in
from invledger.cli.session import Books, opened, put, with_excerpts
from invledger.cli.words import CHECK, Command, option
from invledger.model import Problem, exit_code_of

FORMATS = ("table", "json", "sarif", "github")


def check(
    ask: Ask,
    report_format: Annotated[
        str,
        option(
            "--format",
            metavar="NAME",
            en="table, json, sarif or github.",
            zh="table、json、sarif 或 github。",
        ),
    ] = "table",
    output: Annotated[
        str, option("--output", "-o", metavar="FILE", en="Write to a file.", zh="写入文件。")
    ] = "",
    at: Annotated[
        str, option("--at", metavar="REV", en="As of a commit of git.", zh="按某次 git 提交。")
    ] = "",
    today: Annotated[
        str,
        option(
            "--today",
            metavar="DATE",
            en="Judge as on this date; by default the company's today.",
            zh="按该日期判断；缺省为公司所在时区的今天。",
        ),
    ] = "",
) -> int:
    """Ask every question and show what was found."""
    from dataclasses import replace

    if today and not is_date(today):
        raise typer.BadParameter(today, param_hint="--today")
    if report_format not in FORMATS:
        raise typer.BadParameter(f"{report_format!r}: {', '.join(FORMATS)}", param_hint="--format")
    ask = replace(ask, format=report_format, output=output, at=at)
    books = opened(ask)
    found = findings(books, today)
    _show(ask, with_excerpts(books.tree, found))
    return exit_code_of(found)


def findings(books: Books, today: str = "") -> list[Problem]:
    """Every Problem of the books, each once, worst first, then by place."""
    from invledger import checks
    from invledger.books import changes_of_closed

    sources, derivation = books.sources, books.derivation
    when = today or today_in(sources.company.timezone)
    asked = checks.run_checks(sources, derivation, when, books.tree)
    if not any(p.severity == "error" for p in (*sources.problems, *derivation.problems)):
        changes = changes_of_closed(sources)
        if changes:  # `post` refuses: what it would write is no finding of its own
            asked = [found for found in asked if found.code not in checks.UNPOSTED]
        known = {(found.code, found.place) for found in asked}
        asked += [found for found in changes if (found.code, found.place) not in known]
    rank = {"error": 0, "warning": 1, "info": 2}
    return sorted(asked, key=lambda p: rank[p.severity])


def _show(ask: Ask, found: list[Problem]) -> None:
    from invledger import __version__
    from invledger.render import problems_summary, render_problems

    text = render_problems(found, ask.format, ask.language, color=ask.color, version=__version__)
    if text:
        put(ask, text)
    if ask.format == "table":
        world.tell(problems_summary(found, ask.language))


COMMANDS = (
    Command(
        "check", check,
        ("Ask the books every question; findings give exit code 1.", "检查账簿的全部规则。"),
        CHECK, example="invledger check --format sarif --output findings.sarif",
    ),
)  # fmt: skip
