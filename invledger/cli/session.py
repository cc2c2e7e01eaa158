"""Open the books for a command and show what came of it: the few lines that commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.model import (
    MANAGEMENT_ONLY,
    NOWHERE,
    Company,
    Place,
    Problem,
    Table,
    Tree,
    exit_code_of,
)

if TYPE_CHECKING:
    from invledger.posting.sources import Derivation, Sources
    from invledger.reports import Query
    from invledger.store import Cache

TEMPLATE = "templates/table.html"
#: Beside these a report's figures may be wrong, or not allowed: none is shown.
FATAL = frozenset({3, 5, 6})
REFUSED_METHOD = "method-not-statutory"
#: Stands below every report by such methods.
MANAGEMENT = (
    "Management accounts: last in, first out is not allowed in statutory books (CAS 1, IAS 2).",
    "管理口径：法定账簿不得采用后进先出法（《企业会计准则第1号——存货》、IAS 2）。",
)


class Books(NamedTuple):
    """What a reading command works on."""

    tree: Tree
    sources: Sources
    derivation: Derivation


class Letterhead(NamedTuple):
    """The company's name, Chinese and English, and its own template for HTML."""

    name: str = ""
    name_en: str = ""
    template: str = ""

    def said(self, language: str) -> str:
        return (self.name_en or self.name) if language == "en" else self.name


def letterhead(ask: Ask, found: Books) -> Letterhead:
    """What pages of this company carry."""
    company, text = found.sources.company, ""
    if ask.format == "html" and found.tree.exists(TEMPLATE):
        text = found.tree.read(TEMPLATE).decode("utf-8", "replace")
    return Letterhead(company.name, company.name_en, text)


def root_of(ask: Ask) -> Path:
    """The company's folder; raises Refused."""
    from invledger.store import find_root

    return find_root(Path.cwd(), os.environ, ask.root or None)


def tree_of(ask: Ask) -> Tree:
    """The company's files: on disk, or as a commit has them."""
    root = root_of(ask)
    if ask.at:
        from invledger.vcs import RevisionTree

        return RevisionTree(root, ask.at)
    from invledger.store import FolderTree
    from invledger.vcs import head_stamp

    return FolderTree(root, stamp=lambda: head_stamp(root))


def cache_of() -> Cache | None:
    """The user's cache of read files; INVLEDGER_CACHE=off does without."""
    from invledger.store import Cache

    return Cache.of_user(os.environ)


def opened(ask: Ask, *, provenance: bool = False, vouchers: bool = True) -> Books:
    """Read the books and derive what follows from them; the vouchers on disk only where asked."""
    from invledger import books

    tree = tree_of(ask)
    how = books.open_management if ask.management else books.open_books
    return Books(
        tree, *how(tree, cache=cache_of(), provenance=provenance, vouchers=vouchers)
    )  # fmt: skip


def report(
    ask: Ask,
    make: Callable[[Sources, Derivation, Query], Table],
    *,
    provenance: bool = False,
    vouchers: bool = True,
    **more: object,
) -> int:
    """Make a report and show it; the exit code. `vouchers`: whether it looks at those on disk."""
    from invledger.checks.as_of import as_of

    found = opened(ask, provenance=provenance, vouchers=vouchers)
    problems = [*found.sources.problems, *found.derivation.problems]
    code = tell_findings(ask, found.tree, problems)
    if hides(code, problems):
        return code
    query = ask.query(**more)
    table = make(*as_of(found.sources, found.derivation, query.last), query)
    show(ask, stamped(table, found.sources, query), letterhead(ask, found))
    return code


def stamped(table: Table, sources: Sources, query: Query | None = None) -> Table:
    """The table with the stamp of the books, its span, and the titles of movement types."""
    from dataclasses import replace

    from invledger import books
    from invledger.reports import scope_of

    rows = table.rows
    for key, titles in (("type", _type_titles), ("category", _category_titles)):
        if any(column.key == key for column in table.columns):
            rows = [{**row, **titles(str(row.get(key) or ""), sources)} for row in rows]
    about = [*(scope_of(sources, query) if query is not None else ()), *table.about]
    audit, notes = table.audit or books.audit_stamp(sources), table.notes
    if is_for_managers(sources.company):
        audit, notes = {**audit, "accounts": "management"}, [*notes, MANAGEMENT]
    return replace(table, rows=rows, audit=audit, about=about, notes=notes)


def is_for_managers(company: Company) -> bool:
    """Whether figures follow a method that statutory accounts may not use."""
    return company.books == "management" and bool(company.methods() & MANAGEMENT_ONLY)


def _type_titles(type_: str, sources: Sources) -> dict[str, str]:
    versions = sources.rules.get(type_)
    return {"type_zh": versions[-1].title, "type_en": versions[-1].title_en} if versions else {}


def _category_titles(name: str, sources: Sources) -> dict[str, str]:
    found = sources.company.categories.get(name)
    return {"category_zh": found.title, "category_en": found.title_en} if found else {}


def tell_findings(ask: Ask, tree: Tree, problems: Sequence[Problem]) -> int:
    """Errors of the books on stderr, before any figure; the exit code that they ask for."""
    from invledger.render import render_problems

    errors = [p for p in problems if p.severity == "error"]
    if errors:
        shown = with_excerpts(tree, errors)
        world.tell(render_problems(shown, "table", ask.language))
    return exit_code_of(errors)


def hides(code: int, problems: Sequence[Problem]) -> bool:
    """Whether findings, told with that exit code, leave no figure to be shown."""
    return code in FATAL or any(found.code == REFUSED_METHOD for found in problems)


def tell_found(ask: Ask, root: Path, problems: Sequence[Problem]) -> None:
    """Problems of an operation on stderr, with the lines they speak of."""
    if problems:
        from invledger.render import render_problems
        from invledger.store import FolderTree

        shown = with_excerpts(FolderTree(root), problems)
        world.tell(render_problems(shown, "table", ask.language))


def show(ask: Ask, table: Table, company: Letterhead | None = None) -> None:
    """A table to stdout or into the file that `--output` names."""
    from invledger.render import Look, render_table

    company = company or Letterhead()
    if ask.format in {"xlsx", "parquet"} and not ask.output and world.is_terminal(sys.stdout):
        hint = "一个文件" if ask.language == "zh" else "a file, xlsx is no text"
        raise typer.BadParameter(hint, param_hint="--output")
    look = Look(
        width=None if ask.output else world.screen_width(),
        color=ask.color and not ask.output,
        company=company.said(ask.language),
        template=company.template,
    )
    put(ask, render_table(table, ask.format, ask.language, look))


def put(ask: Ask, data: str | bytes) -> None:
    """Data to stdout or into the file that `--output` names; formats for machines are UTF-8."""
    if ask.output:
        from invledger.store import replace_file

        target = Path(ask.output).absolute()
        content = data.encode() if isinstance(data, str) else data
        replace_file(target.parent, target.name, content)
    elif isinstance(data, str) and ask.format != "table":
        world.put(data.encode())
    else:
        world.put(data)


def with_excerpts(tree: Tree, problems: Sequence[Problem], most: int = 100) -> list[Problem]:
    """Problems at the lines they speak of, with these as far as the tree lets them be read."""
    from invledger.ledger import pinpoint

    texts: dict[str, list[str]] = {}
    return [
        p._replace(excerpt=_excerpt(tree, p.place, texts)) if n < most and not p.excerpt else p
        for n, p in enumerate(pinpoint(tree, problems))
    ]


def _excerpt(tree: Tree, place: Place, texts: dict[str, list[str]]) -> str:
    if place == NOWHERE or not place.line:
        return ""
    if place.path not in texts:
        try:
            data = tree.read(place.path) if tree.exists(place.path) else b""
        except Exception:  # noqa: BLE001  an excerpt is a courtesy: no file is no excerpt
            data = b""
        texts[place.path] = data.decode("utf-8", "replace").split("\n")
    lines = texts[place.path][place.line - 1 : place.line + 1]
    return "\n".join(lines).rstrip("\n")
