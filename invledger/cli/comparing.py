"""`diff`: the accounting effect of a change, and `cost --what-if`: that of a supposed one.

Codes: diff-range, diff-part.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.session import (
    Books,
    cache_of,
    hides,
    letterhead,
    put,
    root_of,
    show,
    stamped,
    tell_findings,
)
from invledger.cli.words import DERIVE, STOCKWISE, Command, argument, option
from invledger.model import Refused, Table, Tree, problem

if TYPE_CHECKING:
    from invledger.reports.effect import Effect, Side

#: What stands for the files as they lie in the folder.
WORKING = ""


def diff(
    ask: Ask,
    revisions: Annotated[
        str,
        argument(
            "`A..B` compares two commits; `A` or `A..` one with the files as they are now. "
            "Without: HEAD with the files.",
            "`A..B` 比较两次提交；`A` 或 `A..` 与当前文件比较；省略则为 HEAD 与当前文件。",
            "A..B",
            may_lack=True,
        ),
    ] = "",
    *,
    part: Annotated[
        list[str],
        option(
            "--part",
            metavar="NAME",
            en="Only stock, balance, profit, voucher or movement; several are allowed.",
            zh="只看 stock、balance、profit、voucher 或 movement，可重复。",
        ),
    ],
    exit_code: Annotated[
        bool,
        option("--exit-code", en="Exit with 1 where anything differs.", zh="有差异时退出码为 1。"),
    ] = False,
) -> int:
    """What a change does to stock, balances, profit and vouchers, and why."""
    from invledger.reports.diff import PARTS
    from invledger.reports.effect import effect_of

    for name in part:
        if name not in PARTS:
            raise Refused(problem("diff-part", name=name, known=" ".join(PARTS)))
    query = ask.query()
    older, newer = ends_of(revisions or ask.at)
    root = root_of(ask)
    with ExitStack() as open_:
        trees = [_tree(root, revision, open_) for revision in (older, newer)]
        sides = []
        for tree in trees:
            side, code = _side(ask, tree)
            if side is None:
                return code
            sides.append(side)
        found = effect_of(sides[0], sides[1], query)
        _show(ask, found, (older, newer), tuple(part), trees[1])
    return int(exit_code and not found.is_nothing)


def ends_of(text: str) -> tuple[str, str]:
    """The two revisions of `A..B`; '' stands for the files as they are. Raises Refused."""
    older, dots, newer = text.partition("..")
    if "..." in text or newer.count("..") or any(c.isspace() for c in text):
        raise Refused(problem("diff-range", text=text))
    if not dots:
        return older or "HEAD", WORKING
    return older or "HEAD", newer


def _tree(root: Path, revision: str, open_: ExitStack) -> Tree:
    """The company's files at a revision, or as they are."""
    from invledger.store import FolderTree
    from invledger.vcs import RevisionTree, head_stamp

    if revision == WORKING:
        return FolderTree(root, stamp=lambda: head_stamp(root))
    return open_.enter_context(RevisionTree(root, revision))


def _side(ask: Ask, tree: Tree) -> tuple[Side | None, int]:
    """One side, or the exit code of what stands in its way."""
    from invledger.books.comparing import side_of

    side, problems = side_of(tree, cache_of())
    code = tell_findings(ask, tree, problems)
    if hides(code, problems):
        where = side.sources.stamp[:12]
        zh = ask.language == "zh"
        world.tell(f"该状态有错误，无法比较：{where}" if zh else f"cannot be compared: {where}")
        return None, code
    return side, code


def _show(
    ask: Ask, found: Effect, ends: tuple[str, str], parts: tuple[str, ...], tree: Tree
) -> None:
    """Tables for people, one a part; one table of everything for machines."""
    from invledger.reports.diff import diff as diff_table
    from invledger.reports.diff import diff_tables, totals

    query = ask.query()
    about = _about(found, ends)
    if ask.format not in {"table", "md"}:
        table = _with_about(stamped(diff_table(found, query, parts), found.after.sources), about)
        show(ask, table, letterhead(ask, Books(tree, found.after.sources, found.after.derivation)))
        return
    tables = [stamped(t, found.after.sources) for t in diff_tables(found, query, parts)]
    if not tables:
        nothing = "没有账务影响" if ask.language == "zh" else "no effect on the books"
        world.tell(nothing)
        return
    texts = [
        rendered(ask, _with_about(t, about if n == 0 else ()), is_last=n == len(tables) - 1)
        for n, t in enumerate(tables)
    ]
    put(ask, "\n".join(texts))
    world.tell(_said(totals(found), ask.language))


def rendered(ask: Ask, table: Table, *, is_last: bool) -> str:
    """A table as text; only the last one carries the stamp."""
    from dataclasses import replace

    from invledger.render import Look, render_table

    table = table if is_last else replace(table, audit={})
    width = None if ask.output else world.screen_width()
    look = Look(width=width, color=ask.color and not ask.output)
    text = render_table(table, ask.format, ask.language, look)
    return text if isinstance(text, str) else text.decode()


def _with_about(table: Table, about: tuple[tuple[tuple[str, str], tuple[str, str]], ...]) -> Table:
    from dataclasses import replace

    return replace(table, about=(*about, *table.about))


def _about(
    found: Effect, ends: tuple[str, str]
) -> tuple[tuple[tuple[str, str], tuple[str, str]], ...]:
    """Which two states are compared."""
    lines = []
    titles = (("From", "变更前"), ("To", "变更后"))
    for title, end, side in zip(titles, ends, (found.before, found.after), strict=True):
        stamp = side.sources.stamp
        if end == WORKING:
            lines.append((title, (f"files ({stamp[:12]})", f"当前文件（{stamp[:12]}）")))
        else:
            lines.append((title, (f"{end} ({stamp[:12]})", f"{end}（{stamp[:12]}）")))
    return tuple(lines)


def _said(sums: dict[str, object], language: str) -> str:
    """One line: how many vouchers, how much profit and stock."""
    counts = sums["vouchers"]
    profit, stock = sums["profit"], sums["stock"]
    if not (isinstance(counts, dict) and isinstance(profit, dict) and isinstance(stock, dict)):
        raise TypeError("totals of a diff are mappings")
    new, changed, gone = (counts.get(kind, 0) for kind in ("new", "changed", "gone"))
    if language == "zh":
        return (
            f"凭证：新增 {new}，变更 {changed}，消失 {gone}；"
            f"利润影响 {profit['change']}，存货影响 {stock['change']}"
        )
    return (
        f"vouchers: {new} new, {changed} changed, {gone} gone; "
        f"profit {profit['change']}, stock {stock['change']}"
    )


COMMANDS = (
    Command(
        "diff", diff,
        ("The accounting effect of a change.", "变更的账务影响：库存、余额、利润、凭证及原因。"),
        DERIVE, STOCKWISE, example="invledger diff main..feature --part voucher",
    ),
)  # fmt: skip
