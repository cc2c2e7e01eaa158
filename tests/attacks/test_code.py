"""Family A1 on disk: modules, caches and settings planted beside the books; none of them runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.hostile import Yard, lay_out
from tests.source_files import ROOT

PLANTED = (
    "json", "typer", "click", "yaml", "pydantic", "beancount", "jinja2", "git", "polars", "rich",
    "hashlib", "difflib", "fractions", "sitecustomize", "usercustomize", "invledger_plugin",
)  # fmt: skip
#: Python itself loads these before any line of ours when it is started with `-m`.
EARLY = ("re", "os", "types", "enum", "functools", "typing", "importlib")


def plant(folder: Path, names: tuple[str, ...]) -> Path:
    """Modules that leave a mark when they are imported; gives the mark."""
    mark = folder / "ran"
    for name in names:
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r})\n")
    return mark


def start(folder: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "INVLEDGER_TODAY": "2026-03-01"}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, capture_output=True, check=False
    )


@pytest.mark.req("SE-12", "TE-03")
def test_the_console_script_imports_nothing_from_the_working_folder(tmp_path: Path) -> None:
    books = lay_out(tmp_path / "books")
    mark = plant(books, (*PLANTED, *EARLY, "invledger"))
    script = tmp_path / "bin" / "invledger"
    script.parent.mkdir()
    script.write_text("from invledger.cli import main\nmain()\n")
    assert start(books, str(script), "check").returncode == 0
    assert start(books, str(script), "stock", "--format", "html").returncode == 0
    assert start(books, "-P", "-m", "invledger", "post", "--check").returncode == 0
    assert not mark.exists()


@pytest.mark.req("SE-12")
def test_as_a_module_it_imports_nothing_after_itself_from_there(tmp_path: Path) -> None:
    books = lay_out(tmp_path / "books")
    mark = plant(books, PLANTED)
    for words in (["check"], ["stock", "--format", "html"]):
        assert start(books, "-m", "invledger", *words).returncode == 0
    assert not mark.exists()


def bomb(mark: Path) -> bytes:
    """A pickle that makes a folder when it is read."""
    return f"cos\nmkdir\n(S{str(mark)!r}\ntR.".encode()


@pytest.mark.req("SE-12", "TE-03")
def test_a_cache_of_beancount_beside_the_ledger_is_never_opened(
    yard: Yard, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    for name in ("main", "stock", "items"):
        yard.put(f"ledgers/.{name}.beancount.picklecache", bomb(mark))
    for words in (("check",), ("stock",), ("post",), ("balance",)):
        assert yard(*words).code == 0
    assert not mark.exists()
    reader = "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))"
    start(yard.root, "-c", reader, "ledgers/.main.beancount.picklecache")
    assert mark.exists(), "the bomb would have gone off"


@pytest.mark.req("SE-12")
def test_a_stranger_above_the_working_folder_is_not_followed(yard: Yard) -> None:
    """Upward search ends at the git root: books above it are not ours."""
    below = yard.root / "project" / "src"
    below.mkdir(parents=True)
    (yard.root / "project" / ".git").mkdir()
    script = "from invledger.cli import main; main()"
    done = start(below, "-c", script, "stock")
    assert done.returncode == 3
    assert b"root-missing" in done.stderr
