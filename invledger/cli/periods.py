"""`close` ends a period, `reopen` takes that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.clock import is_date, today_in
from invledger.cli.complaining import Needed
from invledger.cli.words import DERIVE, Booked, Command, Reviewed, argument, option

if TYPE_CHECKING:
    from pathlib import Path

    from invledger.books import CloseOutcome


def close(
    ask: Ask,
    period: Annotated[str, argument("Period to close.", "要结账的会计期间。", "YYYY-MM")],
    date: Annotated[
        str,
        option(
            "--date",
            metavar="DATE",
            en="Date of the close; by default the company's today.",
            zh="结账日期；缺省为公司所在时区的今天。",
        ),
    ] = "",
    prepared: Annotated[
        str,
        option(
            "--prepared",
            metavar="NAME",
            en="Preparer of what is left to book.",
            zh="尚未记账凭证的制单人。",
        ),
    ] = "",
    *,
    reviewed: Reviewed = "",
    booked: Booked = "",
    dry_run: Annotated[
        bool,
        option("--dry-run", en="Show the entry; write nothing.", zh="只显示登记内容，不写文件。"),
    ] = False,
) -> int:
    """Close a period."""
    from invledger import books
    from invledger.cli.session import root_of

    root = root_of(ask)
    is_signed = prepared or reviewed or booked
    signers = books.Signers(prepared, reviewed, booked) if is_signed else None
    done = books.close(root, period, _when(root, date), signers, dry_run=dry_run)
    return _show(ask, root, done, ("closed", "已结账"), period)


def reopen(
    ask: Ask,
    period: Annotated[str, argument("The last closed period.", "最后结账的期间。", "YYYY-MM")],
    reason: Annotated[
        str,
        option(
            "--reason", metavar="TEXT", en="Why; it stays in the books.", zh="原因，将留在账簿中。"
        ),
    ] = "",
    date: Annotated[
        str,
        option(
            "--date",
            metavar="DATE",
            en="Date of the entry; by default today.",
            zh="登记日期；缺省为今天。",
        ),
    ] = "",
    *,
    dry_run: Annotated[
        bool,
        option("--dry-run", en="Show the entry; write nothing.", zh="只显示登记内容，不写文件。"),
    ] = False,
) -> int:
    """Open the last closed period again."""
    from invledger import books
    from invledger.cli.session import root_of

    if not reason:
        raise Needed("--reason TEXT")
    root = root_of(ask)
    done = books.reopen(root, period, _when(root, date), reason, dry_run=dry_run)
    return _show(ask, root, done, ("reopened", "已反结账"), period)


def _when(root: Path, date: str) -> str:
    """The date given, or the company's today."""
    if date and not is_date(date):
        raise typer.BadParameter(date, param_hint="--date")
    if date:
        return date
    from invledger.books import load_rules
    from invledger.store import FolderTree

    return today_in(load_rules(FolderTree(root)).company.timezone)


def _show(ask: Ask, root: Path, done: CloseOutcome, words: tuple[str, str], period: str) -> int:
    """The entry on stdout, what was done on stderr."""
    from invledger.cli.session import tell_found
    from invledger.model import exit_code_of

    tell_found(ask, root, done.problems)
    if done.text:
        world.put(done.text)
        is_zh, count = ask.language == "zh", len(done.entries)
        if count:
            world.tell(f"记账 {count} 张" if is_zh else f"vouchers booked: {count}")
        world.tell(f"{period} {words[1]}" if is_zh else f"{period} {words[0]}")
    return exit_code_of(done.problems)


COMMANDS = (
    Command(
        "close", close,
        ("Close a period; its entry names digests of all that it holds.",
         "结账：登记该期间全部内容的摘要值。"),
        DERIVE, example="invledger close 2026-01 --date 2026-02-02",
    ),
    Command(
        "reopen", reopen,
        ("Open the last closed period again.", "反结账：重新打开最后结账的期间。"),
        DERIVE, example="invledger reopen 2026-01 --reason 漏记发票",
    ),
)  # fmt: skip
