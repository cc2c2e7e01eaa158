"""Every exit code of the design (section 6), each from a cause of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from invledger.cli import failing, run
from invledger.model import Refused, exit_code_of, problem
from invledger.store import Lock
from tests.cli.company import Desk, child


@pytest.mark.req("TE-07")
def test_0_when_all_is_well(desk: Desk) -> None:
    assert desk("post").code == 0
    assert desk("check").code == 0
    assert desk("post", "--check").code == 0


@pytest.mark.req("TE-07")
def test_1_when_something_is_found(desk: Desk) -> None:
    found = desk("post", "--check")
    assert found.code == 1
    assert "post-needed" in found.err
    assert desk("check").code == 1  # vouchers are missing


@pytest.mark.req("TE-07")
@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["stock", "--bogus"],
        ["stock", "--format", "pdf"],
        ["card"],
        ["book"],
        ["record"],
        ["init"],
        ["balance", "--level", "x"],
        ["balance", "--dimension", "x"],
        ["help", "bogus"],
        ["check", "--format", "xlsx"],
        ["item"],
        ["reconcile", "bogus"],
        ["record", "transfer", "--line", "a b c d"],
        ["record", "transfer", "--set", "x"],
        ["stock", "--item"],
        ["--lang", "fr", "version"],
        [],
    ],
)
def test_2_when_the_command_line_is_wrong(
    words: list[str],
    books: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(books)
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err
    assert "Traceback" not in err


@pytest.mark.req("TE-07")
def test_3_when_the_books_are_broken(desk: Desk) -> None:
    broken = desk.root / "ledgers/movements/2026/01/2026-01-06.X.beancount"
    broken.write_text("2026-01-06 * oops\n", encoding="utf-8")
    for words in (["stock"], ["check"], ["balance"], ["reconcile", "stock-gl"], ["post"]):
        said = desk(*words)
        assert said.code == 3, words
        where = said.out if words == ["check"] else said.err
        assert "ledgers/movements/2026/01/2026-01-06.X.beancount:1" in where
        if words != ["check"]:
            assert said.out == ""  # no figure beside broken books


@pytest.mark.req("TE-07")
def test_4_when_policy_refuses(desk: Desk) -> None:
    desk("post")
    said = desk("book", "--period", "2026-01", "--prepared", "王", "--reviewed", "王")
    assert said.code == 4
    assert "book-same-person" in said.err


@pytest.mark.req("TE-07")
def test_5_when_another_process_holds_the_lock(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invledger.store.lock.take.__defaults__", (0.0,))
    monkeypatch.setattr("invledger.store.lock.Lock.__init__.__defaults__", (0.0,))
    with Lock(desk.root, "ledgers/.post.lock"):
        said = desk("post")
    assert said.code == 5
    assert "locked" in said.err


@pytest.mark.req("TE-07")
def test_5_when_something_is_there_already(desk: Desk) -> None:
    assert desk("item", "add", "SKU-COLA330", "--name", "x", "--unit", "y").code == 5


@pytest.mark.req("TE-07")
def test_6_when_a_part_is_missing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    said = desk("stock", "--format", "xlsx", "--output", str(desk.root / "x.xlsx"))
    assert said.code == 6
    assert "pip install 'invledger[excel]'" in said.err
    assert not (desk.root / "x.xlsx").exists()


def test_6_when_the_disk_is_full() -> None:
    done = child(["version"])
    assert done.returncode == 0
    with Path("/dev/full").open("w") as full:
        import subprocess

        done = subprocess.run(
            [sys.executable, "-m", "invledger", "help", "start"], stdout=full,
            stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 6
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_worst_of_several_wins() -> None:
    """Design, section 6: the first of 6, 5, 3, 4, 1."""
    codes = {1: "post-needed", 3: "record-line-bad", 4: "book-same-person", 5: "locked",
             6: "missing-part"}  # fmt: skip
    every = [problem(code) for code in codes.values()]
    for worst in (6, 5, 3, 4, 1):
        assert exit_code_of(every) == worst
        every = [p for p in every if p.exit_code != worst]
    assert exit_code_of(every) == 0


def test_a_fault_of_the_program_is_a_problem_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise ZeroDivisionError("\x1b[31m")

    assert failing.guarded(broken, "en") == 6
    err = capsys.readouterr().err
    assert "internal-error" in err
    assert "INVLEDGER_DEBUG=1" in err
    assert "Traceback" not in err
    monkeypatch.setenv("INVLEDGER_DEBUG", "1")
    assert failing.guarded(broken, "zh") == 6
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "\x1b" not in err
    assert "程序出错" in err


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (MemoryError(), 6, "memory"),
        (PermissionError(13, "Permission denied"), 6, "Permission denied"),
        (Refused(problem("missing-part", part="x", extra="y")), 6, "missing-part"),
        (Refused(problem("post-needed")), 1, "post-needed"),
    ],
)
def test_other_failures_have_their_codes(
    error: Exception, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> int:
        raise error

    assert failing.guarded(broken, "en") == code
    assert says in capsys.readouterr().err


def test_130_when_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_root: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("invledger.books.doctor", interrupted)
    assert run(["doctor"]) == 130
