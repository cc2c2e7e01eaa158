"""A small company that a stranger laid hands on, and what must hold whatever is done with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from invledger.books import derive, load
from invledger.books.posting import day_files, standing_vouchers
from invledger.checks import run_checks
from invledger.cli import run
from invledger.model import MemoryTree, Problem
from invledger.store import Cache
from tests.errors.company import TODAY, base

MOVEMENTS = "ledgers/movements/2026/02/hostile.beancount"
DAY = "ledgers/vouchers/2026/01/2026-01-05.beancount"
SECRET = "TOP-SECRET-5a1f"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
CODES = range(7)


class Said(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def movement(**given: str) -> str:
    """A receipt that is right but for what is given."""
    fact = {
        "date": "2026-02-01", "payee": "x", "narration": "y", "id": "R2", "party": "V1",
        "type": "purchase-receipt", "to": "Assets:Stock:SH:Main", "qty": "1", "item": "SKU-A",
        "price": "2.00", "currency": "CNY", "over": "", "under": "",
    } | given  # fmt: skip
    return (
        '{date} * "{payee}" "{narration}"\n  id: "{id}"\n  type: "{type}"\n  party: "{party}"\n'
        "{over}  {to}  {qty} {item} @ {price} {currency}\n{under}"
        "  Equity:Stock:Supplier  -{qty} {item} @ {price} {currency}\n"
    ).format_map(fact)


def told(files: Mapping[str, bytes], cache: Cache | None = None) -> list[Problem]:
    """Everything the program says of these files, vouchers printed too."""
    tree = MemoryTree(dict(files))
    sources = load(tree, foreign=None, cache=cache)
    derivation = derive(sources)
    found = run_checks(sources, derivation, TODAY, tree)
    standing, more = standing_vouchers(sources, derivation)
    for _ in day_files(sources, standing):
        continue
    return [*found, *more]


def told_of(text: str | bytes, path: str = MOVEMENTS) -> list[Problem]:
    """What is said of one hostile file; days not posted yet are no matter here."""
    data = text if isinstance(text, bytes) else text.encode()
    found = told(base() | {path: data})
    return [one for one in found if one.code not in {"vouchers-unposted", "voucher-missing"}]


def misplaced(files: Mapping[str, bytes], found: list[Problem]) -> list[Problem]:
    """Problems that name no line of a file that is there. A voucher file may be what is missing."""
    return [one for one in found if not _stands(files, one)]


def _stands(files: Mapping[str, bytes], one: Problem) -> bool:
    path, line, _ = one.place
    if path in files:
        return 0 <= line <= files[path].count(b"\n") + 1
    is_folder = any(name.startswith(f"{path}/") for name in files)
    return not line and (not path or is_folder or one.code in {"vouchers-unposted"} or gone(path))


def gone(path: str) -> bool:
    """Whether a path is one of the company's own files: its absence is the Problem."""
    return path in base()


def lay_out(folder: Path) -> Path:
    """The company on disk."""
    for path, data in base().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


class Yard:
    """Runs commands in the company's folder and holds them to what is promised of any."""

    def __init__(self, root: Path, secret: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.secret = secret
        self._capture = capture

    def __call__(self, *words: str) -> Said:
        self._capture.readouterr()
        code = run([*words, "--root", str(self.root)])
        said = Said(code, *self._capture.readouterr())
        hold(said)
        assert SECRET not in said.text
        assert self.secret.read_text() == f"{SECRET}\n"
        return said

    def put(self, path: str, data: bytes | str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)
        return target

    def files(self) -> dict[str, bytes]:
        """Every plain file of the books."""
        below = (p for p in sorted(self.root.rglob("*")) if p.is_file() and not p.is_symlink())
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in below}


def hold(said: Said) -> None:
    """No code beyond the design's, no traceback, no fault of the program, no control character."""
    assert said.code in CODES, said
    for word in ("Traceback", "internal-error", "environment-error"):
        assert word not in said.text, said
    assert not CONTROL.search(said.text.replace("\n", "")), repr(said)


@contextmanager
def unchanged(root: Path) -> Iterator[None]:
    """Holds that every plain file below a folder stays as it was."""

    def now() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}

    before = now()
    yield
    assert now() == before
