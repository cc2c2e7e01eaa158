"""The manual cannot drift: every command stands in it, and every command in it works."""

from __future__ import annotations

import re
import shlex
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from invledger.checks import QUESTIONS
from invledger.cli import build_app, run
from invledger.cli.app import _named
from invledger.cli.commands import HOMES, commands_of
from invledger.cli.pages import TOPICS, page, text_of
from invledger.cli.words import Command
from invledger.model.wording import WORDINGS
from tests.cli.company import settled
from tests.source_files import ROOT

LANGUAGES = ("en", "zh")
FILES = [topic for topic in TOPICS if topic != "problems"]
COMMANDS = commands_of()
NAMES = [f"{c.group} {c.name}".strip() for c in COMMANDS]


def commands_in(text: str) -> list[str]:
    """Indented command lines of a page."""
    return re.findall(r"^    (invledger .+)$", text, re.MULTILINE)


@cache
def app(language: str) -> Any:  # noqa: ANN401  typer has its own copy of click's types
    """The program as its library sees it; reading a command line leaves it as it was."""
    return typer.main.get_command(build_app(language))


def parsed(line: str) -> None:
    """Parse a command line as the program does, without running it; raises what it would tell."""
    group = app("en")
    words = shlex.split(line)[1:]
    context = group.make_context("invledger", words)
    command = group
    while hasattr(command, "commands"):
        rest = [*context._protected_args, *context.args]
        command = command.commands[rest[0]]
        context = command.make_context(rest[0], rest[1:], parent=context)


@pytest.mark.req("TR-01")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_stands_in_the_manual(language: str) -> None:
    manual = "\n".join(text_of(topic, language) for topic in FILES)
    missing = [name for name in NAMES if f"invledger {name}" not in manual]
    assert missing == []


@pytest.mark.req("TR-01")
@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_every_command_has_help_and_an_example_that_parses(command: Command) -> None:
    parsed(command.example)
    for at, language in enumerate(LANGUAGES):
        group = app(language)
        node = group.commands[command.group or command.name]
        node = node.commands[command.name] if command.group else node
        text = node.get_help(node.make_context("x", [], resilient_parsing=True))
        assert command.said[at] in text
        options = [p for p in node.params if not getattr(p, "hidden", False)]
        assert all(p.help for p in options)


@pytest.mark.req("TR-01")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", FILES)
def test_every_command_line_of_the_manual_parses(topic: str, language: str) -> None:
    for line in commands_in(text_of(topic, language)):
        parsed(line)


@pytest.mark.parametrize("topic", FILES)
def test_both_languages_tell_the_same_commands(topic: str) -> None:
    english, chinese = (commands_in(text_of(topic, language)) for language in LANGUAGES)
    assert english == chinese
    heads = [text_of(topic, language).count("\n## ") for language in LANGUAGES]
    assert heads[0] == heads[1]


def test_a_control_line_that_is_wrong_is_noticed() -> None:
    for line in ("invledger stock --bogus", "invledger card --item", "invledger stok"):
        with pytest.raises((typer.BadParameter.__mro__[1], KeyError)):
            parsed(line)


@pytest.mark.req("TR-01")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_movement_type_stands_on_its_page(language: str) -> None:
    types = {path.stem for path in (ROOT / "rules" / "movements").glob("*.yaml")}
    text = text_of("movements", language)
    assert [name for name in sorted(types) if f"`{name}`" not in text] == []


@pytest.mark.req("TR-04")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_code_has_a_page_with_a_remedy(language: str) -> None:
    listed = page("problems", language) or ""
    for code in WORDINGS:
        text = page(code, language)
        assert text is not None
        assert text.startswith(f"# {code}\n")
        assert f"`{code}`" in listed


def test_an_unknown_topic_has_no_page() -> None:
    assert page("bogus", "en") is None
    assert "start" in (page("", "zh") or "")
    assert "chart of accounts" in (page("formats", "en") or "")


@pytest.mark.req("TR-06")
def test_the_first_page_can_be_followed_word_by_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settled(monkeypatch, tmp_path / "state")
    monkeypatch.chdir(tmp_path)
    for line in commands_in(text_of("start", "en")):
        words = shlex.split(line)[1:]
        if words == ["demo"]:
            continue
        assert run(words) == 0, line + capsys.readouterr().err
        if words[0] == "init":
            monkeypatch.chdir(tmp_path / words[1])
    out = capsys.readouterr().out
    assert "130" in out  # 10 boxes of 15, less 20


CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.req("TR-01", "TR-06")
@pytest.mark.parametrize("code", sorted(WORDINGS))
def test_every_problem_has_its_page_in_both_languages(code: str) -> None:
    """`about-problems.md` tells in Chinese what `about` tells in English."""
    english, chinese = page(code, "en"), page(code, "zh")
    assert english is not None
    assert chinese is not None
    assert WORDINGS[code].about in english
    *_, about = chinese.strip().split("\n\n")
    assert CHINESE.search(about)
    assert not about.startswith("级别"), "invledger/manual/zh/about-problems.md lacks it"


@pytest.mark.req("TR-01")
@pytest.mark.parametrize("question", [name.replace("_", "-") for name in QUESTIONS])
def test_every_question_has_its_page_in_both_languages(question: str) -> None:
    for language, words in (("en", ("Anti-pattern", "Good")), ("zh", ("反例", "正例"))):
        text = page(question, language) or ""
        assert all(word in text for word in words)
        assert question in (page("checks", language) or "")
    english, chinese = (set(re.findall(r"`([a-z]+-[a-z-]+)`", page(question, language) or ""))
                        for language in LANGUAGES)  # fmt: skip
    assert (english ^ chinese) & set(WORDINGS) == set()


def test_no_page_speaks_of_what_there_is_not() -> None:
    heads = re.findall(r"^## (.+)$", text_of("about-problems", "zh"), re.MULTILINE)
    assert [head for head in heads if head not in WORDINGS] == []
    assert len(heads) == len(set(heads))


def test_a_command_is_found_where_it_is_said_to_be() -> None:
    for home, names in HOMES.items():
        module = import_module(home)
        assert {c.group or c.name for c in module.COMMANDS} == set(names)
        for name in names:
            assert commands_of(name) == tuple(
                c for c in module.COMMANDS if name in {c.name, c.group}
            )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["post"], "post"), (["--root", "stock", "post", "x"], "post"),
        (["--root=a", "post"], "post"),
        (["--lang", "zh", "--no-color", "reconcile", "stock-gl"], "reconcile"),
        (["--root"], ""), ([], ""), (["-h"], ""),
    ],
)  # fmt: skip
def test_only_the_named_command_is_built(words: list[str], name: str) -> None:
    assert _named(words) == name
