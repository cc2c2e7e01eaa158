"""The Python source of this repository, parsed once, for the tests that judge it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Finding(NamedTuple):
    """What is wrong at a line of a source file."""

    line: int
    text: str


class Source(NamedTuple):
    """One file: `path` from the root, `room` the first folder in the package, or ''."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _tree_of(self.path, self.text)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        return _nodes_of(self.path, self.text)

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        parts = self.path.split("/")
        return parts[1] if parts[0] == "invledger" and len(parts) > 2 else ""

    @property
    def is_program(self) -> bool:
        return self.path.startswith("invledger/")


@cache
def _tree_of(path: str, text: str) -> ast.Module:
    """Parsed when first asked for: many tests want the text alone."""
    return ast.parse(text, path)


@cache
def _nodes_of(path: str, text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_tree_of(path, text)))


def forget() -> None:
    """Give back what all trees take: some 200 MB."""
    _nodes_of.cache_clear()
    _tree_of.cache_clear()


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the program and of its tests, sorted by path."""
    paths = [
        path
        for folder in ("invledger", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if not path.is_relative_to(ROOT / "invledger" / "sample")
    ]
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(paths)
    )


def program() -> tuple[Source, ...]:
    return tuple(source for source in sources() if source.is_program)


def imports(source: Source) -> Iterator[Finding]:
    """Every dotted name that a file imports, in functions too: `from a import b` is `a.b`."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from (Finding(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (
                Finding(node.lineno, f"{node.module}.{alias.name}") for alias in node.names
            )


def listed(source: Source, findings: Iterator[Finding]) -> list[str]:
    """Findings as `file:line: text`."""
    return [f"{source.path}:{line}: {text}" for line, text in sorted(findings)]
