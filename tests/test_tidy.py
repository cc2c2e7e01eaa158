"""The house style, read from the repository: tidy_rules, dead files, stray characters, top level.

The last tests prove that each rule finds its offender.
"""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.source_files import ROOT, Source, listed, program, sources
from tests.tidy_rules import RULES, Rule, imported_by_nobody

TOP_LEVEL = frozenset(
    {".ci", ".gitattributes", ".gitignore", ".pre-commit-hooks.yaml", "CHANGES.md"}
    | {"DECISIONS.md", "LICENSE", "Makefile", "README.md", "constraints.txt", "pyproject.toml"}
    | {"hooks", "invledger", "ledgers", "rules", "templates", "tests"}
)
# Inputs that are wrong on purpose.
HOSTILE = ("tests/attacks/", "tests/cases/", "tests/errors/")
STRAY = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
MACHINE = re.compile(r"(?<![\w.-])/(home|root|Users)/\w")


@pytest.mark.parametrize("rule", RULES)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    broken = [line for source in sources() for line in listed(source, rule(source))]
    assert not broken, "\n" + "\n".join(broken)


def test_no_file_is_dead() -> None:
    assert imported_by_nobody(program()) == []
    lonely = Source("invledger/costing/lonely.py", "import invledger.costing.lonely")
    assert imported_by_nobody((lonely,)) == ["invledger/costing/lonely.py:1: imported by nobody"]


def tracked() -> list[str]:
    """The files of the repository that git knows or would add; none outside a repository."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.split("\0")[:-1]
    return [name for name in names if (ROOT / name).is_file()]


def test_the_top_level_holds_what_the_design_names() -> None:
    assert {name.split("/")[0] for name in tracked()} - TOP_LEVEL == set()


def test_text_has_no_stray_character_and_no_path_of_one_machine() -> None:
    broken = []
    for name in tracked():
        if name.startswith(HOSTILE) or name.endswith((".png", ".xlsx", ".csv")):
            continue
        for line, text in enumerate((ROOT / name).read_bytes().split(b"\n"), 1):
            decoded = text.decode("utf-8")
            if name != "LICENSE" and STRAY.search(decoded):
                broken.append(f"{name}:{line}: control, invisible or direction character")
            if MACHINE.search(decoded):
                broken.append(f"{name}:{line}: a path of one machine")
    assert broken == []


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("cli/a.py", "x = 1\n" * 401, "401 lines"),
        ("cli/a.py", "def f():\n" + "    x = 1\n" * 70, "`f` has 71 lines"),
        ("cli/a.py", "eval('1')", "`eval`"),
        ("cli/a.py", "def f():\n    import pickle", "a.py:2: `pickle`"),
        ("store/a.py", "yaml.load(x, Loader=y)", "`yaml.load`"),
        ("store/a.py", "subprocess.run('ls', shell=True)", "`shell=True`"),
        ("cli/a.py", "from os import *", "`os.*`"),
        ("cli/a.py", "try:\n    f()\nexcept:\n    g()", "a.py:3: bare `except`"),
        ("books/a.py", "open('x', 'w')", "only store writes"),
        ("books/a.py", "path.open(mode='ab')", "only store writes"),
        ("render/a.py", "Path('x').write_text('y')", "only store writes"),
        ("books/a.py", "print(1)", "only render and cli print"),
        ("model/a.py", "assert x", "vanishes under -O"),
        ("costing/a.py", "x = a / b", "bare `/`"),
        ("reports/a.py", "round(x)", "`round`"),
        ("reports/a.py", "frame.group_by('x')", "maintain_order"),
        ("books/a.py", "seen = {}", "`seen` is mutable"),
        ("books/a.py", "def f():\n    global x", "`global x`"),
        ("books/a.py", "SEEN = {}\ndef f():\n    SEEN['x'] = 1", "a.py:3: `SEEN` of the module"),
        ("books/a.py", "SEEN = []\ndef f():\n    SEEN.append(1)", "`SEEN` of the module"),
        ("books/a.py", "class WarehouseList: ...", "here it is location"),
        ("books/a.py", "def f(stock_moves): ...", "here it is movement"),
        ("books/a.py", "dr = 1", "debit, credit"),
        ("books/a.py", "# TODO later", "name the issue"),
        ("books/a.py", "import x  # noqa: F401", "says its reason"),
    ],
)
def test_each_rule_finds_its_offender(path: str, text: str, says: str) -> None:
    source = Source(f"invledger/{path}", text)
    assert says in "\n".join(line for rule in RULES for line in listed(source, rule(source)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("store/a.py", "open('x', 'wb')\npath.write_bytes(b'')"),
        ("books/a.py", "open('x')\npath.open('rb')\npath.open()"),
        ("cli/a.py", "print(1)\nsubprocess.run(['ls'], shell=False)"),
        ("reports/a.py", "frame.group_by('x', maintain_order=True)\na // b"),
        ("books/a.py", "__all__ = ['x']\nKNOWN = {'a': 1}"),
        ("books/a.py", "def f():\n    seen = {}\n    seen[1] = 2"),
        ("books/a.py", "production = 1\n# TODO(#12) later\nimport x  # noqa: F401  for y"),
    ],
)
def test_what_is_allowed_passes(path: str, text: str) -> None:
    source = Source(f"invledger/{path}", text)
    assert [line for rule in RULES for line in listed(source, rule(source))] == []


def test_a_stray_character_is_seen() -> None:
    assert all(STRAY.search(chr(code)) for code in (0, 8, 13, 0x202E, 0x2066, 0xFEFF))
    assert not STRAY.search("中文，\ttab")
    assert MACHINE.search("see /{}/ann/x".format("home"))
