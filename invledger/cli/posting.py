"""What `post` and `book` show of what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.complaining import Needed
from invledger.cli.session import cache_of, root_of, tell_found
from invledger.model import Column, Table, exit_code_of

if TYPE_CHECKING:
    from invledger.books import PostOutcome


def post_books(ask: Ask, *, check: bool, dry_run: bool, engine: str = "") -> int:
    """Derive vouchers, or show or judge what that would change."""
    from invledger import books

    root = root_of(ask)
    try:
        if engine:
            books.engine_of(engine)
    except ValueError:
        raise Needed("--engine local | dask://HOST:PORT | dask://local/N") from None
    outcome = books.post(root, check=check, dry_run=dry_run, cache=cache_of(), engine=engine)
    tell_found(ask, root, outcome.problems)
    if outcome.changes:  # asked for by --check and --dry-run
        from invledger.render import render_change

        for change in outcome.changes:
            world.put(
                render_change(
                    change.kind, change.before, change.after, ask.language, color=ask.color
                )
            )
    world.tell(_posted(outcome, ask.language, is_written=not (check or dry_run)))
    return exit_code_of(outcome.problems)


def _posted(outcome: PostOutcome, language: str, *, is_written: bool) -> str:
    """One line: how many vouchers, how many files."""
    counts = outcome.counts
    files = len(outcome.written) + len(outcome.removed)
    if language == "zh":
        done = f"{files} 个文件{'已更新' if is_written else '将更新'}"
        return (
            f"凭证：新增 {counts['new']}，变更 {counts['changed']}，消失 {counts['gone']}，"
            f"未变 {counts['unchanged']}；{done}"
        )
    done = f"files {'written' if is_written else 'to be written'}: {files}"
    return (
        f"vouchers: {counts['new']} new, {counts['changed']} changed, {counts['gone']} gone, "
        f"{counts['unchanged']} unchanged; {done}"
    )


def book_vouchers(ask: Ask, through: str, who: dict[str, str], *, dry_run: bool) -> int:
    """Enter vouchers up to a day or period in the register; show their numbers."""
    from invledger import books
    from invledger.render import Look, render_table

    root = root_of(ask)
    signers = books.Signers(**who)
    outcome = books.book(root, through, signers, cache=cache_of(), dry_run=dry_run)
    tell_found(ask, root, outcome.problems)
    rows = [
        {"number": f"{e.word}-{e.number}", "date": e.date, "voucher": e.identity}
        for e in outcome.entries
    ]
    columns = (
        Column("number", ("Number", "凭证字号")),
        Column("date", ("Date", "日期"), "date"),
        Column("voucher", ("Voucher", "凭证")),
    )
    if rows:
        table = Table("book", ("Booked", "已记账凭证"), columns, rows)
        world.put(render_table(table, "table", ask.language, Look(world.screen_width())))
    zh, count = ask.language == "zh", len(rows)
    if dry_run:
        world.tell(f"将记账 {count} 张" if zh else f"vouchers to be booked: {count}")
    else:
        world.tell(f"已记账 {count} 张" if zh else f"vouchers booked: {count}")
    return exit_code_of([p for p in outcome.problems if p.severity == "error"])
