"""`init` and `doctor`, behind the options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.complaining import Needed
from invledger.cli.session import root_of
from invledger.model import Column, Refused, Table

if TYPE_CHECKING:
    from invledger.books import NewCompany

_STATES_ZH = {"ok": "正常", "optional": "可选", "missing": "缺失"}
TAXPAYERS = ("general", "small-scale", "none")


def found(ask: Ask, folder: str, company: dict[str, str], *, sample: bool) -> int:
    """Make a company and say what to do next."""
    from invledger import books

    made = None if sample else _company(company)
    written = books.init(Path(folder), made)
    zh = ask.language == "zh"
    world.put(f"{folder}: {len(written)} " + ("个文件\n" if zh else "files\n"))
    step = "cd {0} && invledger post && invledger check" if sample else "cd {0} && invledger check"
    world.tell(("下一步：" if zh else "next: ") + step.format(folder))
    return 0


def _company(given: dict[str, str]) -> NewCompany:
    from invledger.books import NewCompany

    if not given["name"]:
        raise Needed("--name NAME | --sample")
    if given["taxpayer"] not in TAXPAYERS:
        raise typer.BadParameter(" | ".join(TAXPAYERS), param_hint="--taxpayer")
    return NewCompany(**{key: value for key, value in given.items() if value})


def examine(ask: Ask) -> int:
    """Show what the machine has; exit code 6 where something that is needed is missing."""
    from invledger import books
    from invledger.render import Look, render_table

    try:
        root: Path | None = root_of(ask)
    except Refused:
        if ask.root:
            raise
        root = None
    looked = books.doctor(root)
    at = int(ask.language == "zh")
    rows = [
        {
            "name": one.name,
            "state": one.state,
            "state_zh": _STATES_ZH.get(one.state, one.state),
            "detail": one.detail,
            "remedy": "" if one.state == "ok" else one.remedy[at],
        }
        for one in looked
    ]
    columns = (
        Column("name", ("Part", "组件")),
        Column("state", ("State", "状态")),
        Column("detail", ("Found", "现状")),
        Column("remedy", ("Remedy", "处理")),
    )
    table = Table("doctor", ("Machine and company", "运行环境"), columns, rows)
    world.put(render_table(table, "table", ask.language, Look(world.screen_width())))
    return 6 if any(one.state == "missing" for one in looked) else 0
