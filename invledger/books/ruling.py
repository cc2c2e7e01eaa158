"""Read `rules/`, checked; what was once checked is kept in the cache.

Checking needs pydantic and PyYAML, which were a third of a small report's time. So the checked
rules are kept, named by the names and bytes of all files and by the bytes of the program that
checks them. Rules with a Problem are never kept; any doubt reads the rules anew.

Problems: those of `store` and `posting`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache as once
from pathlib import Path
from typing import TypeVar

import invledger
from invledger.books.rulebook import Rulebook, parse_rulebook, print_rulebook, shape
from invledger.model import Company, Problem, Refused, Tree
from invledger.posting import (
    Rule,
    TaxTable,
    YamlDocument,
    read_company,
    read_rule,
    read_tax,
    rules_of,
)
from invledger.store import Cache, parse_yaml

__all__ = ["Rulebook", "listed", "load_rules"]

COMPANY = "rules/company.yaml"
TAX = "rules/tax.yaml"
#: What decides how rules are read: other bytes here make another version of the cache.
_CHECKERS = (
    "books/rulebook.py", "books/ruling.py", "model/company.py", "model/number.py",
    "posting/documents.py", "posting/fitting.py", "posting/policies.py", "posting/pools.py",
    "posting/read.py", "posting/rule.py", "posting/schema.py", "posting/tax.py",
    "store/yamlfile.py",
)  # fmt: skip

T = TypeVar("T")
Reader = Callable[[YamlDocument], tuple[T, list[Problem]]]


def load_rules(tree: Tree, cache: Cache | None = None) -> Rulebook:
    """`rules/company.yaml`, `rules/tax.yaml` and `rules/movements/`, checked."""
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    for path in (COMPANY, TAX, *listed(tree, "rules/movements", ".yaml", problems)):
        try:
            files[path] = tree.read(path)
        except Refused as refused:
            problems += refused.problems
    version = _version() if cache is not None and not problems else ""
    if cache is None or not version:
        return _checked(files, problems)
    digest = _digest(files)
    kept = cache.get(digest, version)
    found = parse_rulebook(kept) if kept is not None else None
    if found is not None:
        return found
    book = _checked(files, problems)
    if not book.problems:
        cache.put(digest, version, print_rulebook(book))
    return book


def _checked(files: dict[str, bytes], problems: list[Problem]) -> Rulebook:
    digest = hashlib.sha256()

    def read(path: str, reader: Reader[T]) -> T | None:
        if path not in files:
            return None
        data, marks, found = parse_yaml(path, files[path])
        problems.extend(found)
        if found:
            return None
        digest.update(f"{path}\0{data!r}\0".encode())
        value, more = reader(YamlDocument(path, data, marks))
        problems.extend(more)
        return value

    company = read(COMPANY, read_company)
    tax = read(TAX, read_tax)
    rules: list[Rule] = []
    for path in files:
        if path not in (COMPANY, TAX):
            rules += read(path, read_rule) or ()
    return Rulebook(
        company=company or Company(name=""),
        rules=rules_of(rules),
        tax=tax or TaxTable(),
        problems=problems,
        digest=digest.hexdigest(),
    )


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in files.items():
        digest.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
    return digest.hexdigest()


@once
def _version() -> str:
    """The version of the kept form; empty, which keeps nothing, where it cannot be told."""
    digest = hashlib.sha256(f"{invledger.__version__} {shape()}".encode())
    room = Path(invledger.__file__).parent
    try:
        for name in _CHECKERS:
            digest.update((room / name).read_bytes())
    except OSError:
        return ""
    return f"rules {digest.hexdigest()}"


def listed(tree: Tree, folder: str, suffix: str, problems: list[Problem]) -> Iterable[str]:
    """The paths below a folder; none, and a Problem, where the tree refuses."""
    try:
        return tree.paths(folder, suffix)
    except Refused as refused:
        problems += refused.problems
        return ()
