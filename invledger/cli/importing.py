"""`import`, behind the options: the control totals, and every row that was rejected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.session import root_of, show, with_excerpts
from invledger.model import MemoryTree, Problem, exit_code_of


def import_by_map(ask: Ask, map_: str, files: Sequence[str], *, dry_run: bool) -> int:
    """Import files; the control totals on stdout, rejected rows on stderr."""
    from invledger.books import import_files
    from invledger.capture import control_table

    paths = [Path(name) for name in files]
    outcome = import_files(root_of(ask), Path(map_), paths, dry_run=dry_run)
    _tell(ask, [Path(map_), *paths], outcome.problems)
    if outcome.plan.outputs or outcome.plan.files:
        show(ask, control_table(outcome.plan, outcome.decimals, ask.language))
    code = exit_code_of([p for p in outcome.problems if p.severity == "error"])
    world.tell(_said(len(outcome.written), code, ask.language, dry_run=dry_run))
    return code


def _tell(ask: Ask, paths: Sequence[Path], problems: Sequence[Problem]) -> None:
    """The Problems with the rows of the source that they speak of."""
    from invledger.render import render_problems

    if not problems:
        return
    texts = {path.as_posix(): path.read_bytes() for path in paths if path.is_file()}
    shown = with_excerpts(MemoryTree(texts), problems)
    world.tell(render_problems(shown, "table", ask.language))


def _said(files: int, code: int, language: str, *, dry_run: bool) -> str:
    zh = language == "zh"
    if code:
        return "未写入任何内容" if zh else "nothing was written"
    if dry_run:
        return f"将写入 {files} 个文件" if zh else f"files to be written: {files}"
    return f"已写入 {files} 个文件" if zh else f"files written: {files}"
