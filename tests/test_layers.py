"""The rooms of the house: imports point one way, one library has one door, pure rooms are pure."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch

import pytest

from tests.source_files import Finding, Source, imports, listed, program

# A room may import rooms of a smaller number, and itself. Equal numbers do not know each other.
LEVELS = {
    "model": 0,
    "ledger": 1,
    "costing": 2,
    "policy": 3,
    "posting": 3,
    "checks": 4,
    "reports": 5,
    "capture": 6,
    "render": 6,
    "store": 6,
    "vcs": 6,
    "books": 7,
    "cli": 8,
}
PURE = ("model", "ledger", "costing", "posting", "policy", "checks", "reports")
INTEGERS_ONLY = ("model", "costing", "posting")

# Where a library may be imported, as patterns of paths below invledger/.
DOORS = {
    "beancount": ("ledger/*",),
    "biip": ("capture/*",),
    "dask": ("books/*",),
    "distributed": ("books/*",),
    "fastexcel": ("capture/*",),
    "git": ("vcs/*",),
    "jinja2": ("render/*",),
    "llvmlite": ("books/machine.py", "ledger/compiled.py"),
    "numba": ("costing/*", "ledger/*"),
    "numpy": ("costing/compiled*.py", "ledger/compiled*.py"),
    "polars": (
        "ledger/*",
        "reports/*",
        "books/table*.py",
        "capture/parquet.py",
        "render/parquet.py",
    ),
    "pydantic": ("posting/*", "store/*"),
    "pylopdf_fonts_zh_cn": ("render/*",),
    "pyrage": ("vcs/*",),
    "pyzbar": ("capture/*",),
    "rich": ("cli/*", "render/*"),
    "typer": ("cli/*",),
    "typst": ("render/*",),
    "xlsxwriter": ("render/*",),
    "yaml": ("store/*",),
    "zxingcpp": ("capture/*",),
}

# The clock, the disk, the environment, chance, the locale, other processes.
OUTSIDE = frozenset(
    {"asyncio", "concurrent", "getpass", "glob", "io", "locale", "multiprocessing", "os"}
    | {"platform", "random", "secrets", "shutil", "signal", "socket", "subprocess", "tempfile"}
    | {"threading", "time", "urllib", "uuid"}
)
NOW = frozenset({"now", "today", "utcnow"})

HEAVY = ("beancount", "git", "jinja2", "numpy", "polars", "pydantic", "pyzbar", "yaml")


def wrong_direction(source: Source) -> Iterator[Finding]:
    """An import against the one direction, or of a room that the design does not know."""
    if source.room and source.room not in LEVELS:
        yield Finding(1, f"the design has no room `{source.room}`")
        return
    level = LEVELS.get(source.room, 9)
    for line, name in imports(source):
        package, room, *_ = (*name.split("."), "")
        if package == "invledger" and room in LEVELS and room != source.room:
            if source.path == "invledger/__init__.py":
                yield Finding(line, f"the package imports no room, not `{room}`")
            elif LEVELS[room] >= level:
                yield Finding(line, f"`{source.room}` may not import `{room}`")


def wrong_door(source: Source) -> Iterator[Finding]:
    """A library imported outside its room, or one that no room has."""
    home = source.path.removeprefix("invledger/")
    for line, name in imports(source):
        library = name.split(".")[0]
        if library == "invledger" or library in sys.stdlib_module_names:
            continue
        doors = DOORS.get(library, ())
        if not any(fnmatch(home, door) for door in doors):
            yield Finding(line, f"`{library}` is imported only by {' '.join(doors) or 'nobody'}")


def impure(source: Source) -> Iterator[Finding]:
    """The outside world in a pure room."""
    if source.room not in PURE:
        return
    for line, name in imports(source):
        library, *rest = name.split(".")
        if library in OUTSIDE or (library == "pathlib" and rest != ["PurePosixPath"]):
            yield Finding(line, f"`{name}` in a pure room: let store, vcs or books pass values in")
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in NOW:
            yield Finding(node.lineno, f"`{node.func.attr}()` in a pure room: pass today in")
        elif isinstance(node.func, ast.Name) and node.func.id in {"open", "input"}:
            yield Finding(node.lineno, f"`{node.func.id}()` in a pure room")


def floating(source: Source) -> Iterator[Finding]:
    """A float where costs are made."""
    if source.room not in INTEGERS_ONLY:
        return
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield Finding(node.lineno, f"float literal {node.value}: amounts are integers")
        elif isinstance(node, ast.Name) and node.id == "float":
            yield Finding(node.lineno, "`float`: amounts are integers")


RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    wrong_direction,
    wrong_door,
    impure,
    floating,
)


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_the_rule(rule: Callable[[Source], Iterator[Finding]]) -> None:
    broken = [line for source in program() for line in listed(source, rule(source))]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("model/a.py", "from invledger.ledger import x", "may not import `ledger`"),
        ("posting/a.py", "import invledger.policy.x", "may not import `policy`"),
        ("store/a.py", "def f():\n    from invledger import vcs", "a.py:2: `store` may not"),
        ("__init__.py", "from invledger.model import x", "imports no room"),
        ("ui/a.py", "", "no room `ui`"),
        ("costing/a.py", "def f():\n    import polars", "`polars` is imported only by ledger/*"),
        ("books/a.py", "import polars", "`polars` is imported only by"),
        ("cli/a.py", "import requests", "only by nobody"),
        ("checks/a.py", "import os.path", "`os.path` in a pure room"),
        ("ledger/a.py", "from pathlib import Path", "`pathlib.Path` in a pure room"),
        ("reports/a.py", "import datetime\ndatetime.date.today()", "pass today in"),
        ("ledger/a.py", "open('x')", "`open()` in a pure room"),
        ("costing/a.py", "x = 0.5", "float literal 0.5"),
        ("posting/a.py", "def f(x: float) -> None: ...", "`float`"),
    ],
)
def test_each_rule_finds_its_offender(path: str, text: str, says: str) -> None:
    source = Source(f"invledger/{path}", text)
    assert says in "\n".join(line for rule in RULES for line in listed(source, rule(source)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cli/a.py", "import typer\nfrom invledger.model import x\nfrom invledger.books import y"),
        ("books/tables.py", "import polars"),
        ("ledger/a.py", "from pathlib import PurePosixPath\nimport datetime"),
        ("reports/a.py", "share = 0.5"),
        ("__main__.py", "from invledger.cli import main"),
    ],
)
def test_what_is_allowed_passes(path: str, text: str) -> None:
    source = Source(f"invledger/{path}", text)
    assert [line for rule in RULES for line in listed(source, rule(source))] == []


def test_the_command_line_starts_light() -> None:
    """`import invledger.cli` in a fresh interpreter loads nothing heavy, nor does model."""
    for room in sorted({source.room for source in program()} & {"cli", "model"}):
        code = f"import sys, invledger.{room}; print(*{{*{HEAVY}}} & {{*sys.modules}})"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == [], f"invledger.{room} loads {done.stdout}"
