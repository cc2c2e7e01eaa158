"""Streams, colour, width, language; and what start-up loads."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from invledger.cli import run, world
from tests.cli.company import Desk, child
from tests.source_files import ROOT


@pytest.mark.req("CF-07")
@pytest.mark.parametrize(
    ("argv", "env", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "de_DE", "INVLEDGER_LANG": "zh"}, "zh"),
        (["stock", "--lang", "zh"], {"LC_ALL": "C"}, "zh"),
        (["--lang=en", "stock"], {"LANG": "zh_CN"}, "en"),
        (["help", "--", "--lang", "zh"], {}, "en"),
    ],
)
def test_language(argv: list[str], env: dict[str, str], language: str) -> None:
    assert world.language_of(argv, env) == language


@pytest.mark.req("CF-07")
def test_help_and_errors_speak_the_language(desk: Desk) -> None:
    assert "用法" in desk("stock", "--help", "--lang", "zh").out
    assert "库存余额表" in desk("--lang", "zh", "stock").out
    assert "Usage" in desk("stock", "--help").out


def test_colour_only_where_somebody_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(world, "is_terminal", lambda _: True)
    assert world.wants_color(refused=False)
    assert not world.wants_color(refused=True)
    monkeypatch.setenv("TERM", "dumb")
    assert not world.wants_color(refused=False)
    monkeypatch.setattr(world, "is_terminal", lambda _: False)
    monkeypatch.setenv("TERM", "xterm")
    assert not world.wants_color(refused=False)
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    assert world.wants_color(refused=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not world.wants_color(refused=False)


def test_width_is_the_screen_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert world.screen_width() == 72
    monkeypatch.setenv("COLUMNS", "wide")
    monkeypatch.setattr(world, "is_terminal", lambda _: False)
    assert world.screen_width() is None


def test_a_reader_who_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m invledger help problems | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_screen_that_is_not_utf_8_gets_escapes_and_programs_get_utf_8(books: Path) -> None:
    env = {"PYTHONIOENCODING": "latin-1", "INVLEDGER_LANG": "zh"}
    done = child(["stock"], books, **env)
    assert done.returncode == 0
    assert b"\\u5e93\\u5b58" in done.stdout  # 库存
    done = child(["stock", "--format", "json"], books, **env)
    assert "可乐" in done.stdout.decode("utf-8")


def test_data_go_to_stdout_and_messages_to_stderr(books: Path) -> None:
    done = child(["post"], books)
    assert done.stdout == b""
    assert b"3 new" in done.stderr


def test_nothing_is_asked_without_a_terminal(tmp_path: Path) -> None:
    done = child(["init", str(tmp_path / "x")])
    assert done.returncode == 2
    assert b"--name" in done.stderr


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    code = (
        "import sys, invledger.cli; print([m for m in ('polars', 'beancount', 'git', 'jinja2', "
        "'pyzbar', 'pydantic', 'rich', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.req("OP-08")
def test_help_starts_within_twice_a_bare_typer_program(tmp_path: Path) -> None:
    """Design, section 5; both measured alternately, the fastest of three counts."""
    bare = tmp_path / "bare.py"
    bare.write_text("import typer\ndef main():\n    print(1)\ntyper.run(main)\n", "utf-8")

    def seconds(words: list[str]) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=True)
        return time.perf_counter() - start

    pairs = [(seconds([str(bare)]), seconds(["-m", "invledger", "--help"])) for _ in range(3)]
    assert min(ours for _, ours in pairs) <= 2 * min(theirs for theirs, _ in pairs)


def test_the_version_is_told_either_way(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["version"], ["--version"]):
        assert run(words) == 0
        assert capsys.readouterr().out.startswith("invledger 0.")
