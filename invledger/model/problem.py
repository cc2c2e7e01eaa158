"""A data error is a Problem: code, place, what is wrong, what to do. Never a traceback.

A Problem carries a code and arguments, not prose: the sentences stand in `model.wording`, in
English and Chinese, one entry a code, so that a code cannot exist without its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from invledger.model.wording import WORDINGS
from invledger.model.wording.entry import EXPECTED_ZH, KIND_ZH, WHAT_ZH

#: Exit codes of the program (design, section 6), worst first when several causes meet.
EXIT_ORDER = (6, 5, 3, 4, 1)
SEVERITIES = ("error", "warning", "info")

#: Where a value goes in a sentence.
_BLANK = re.compile(r"\{([a-z_]+)\}", re.ASCII)


class Place(NamedTuple):
    """Where in the tree something stands: path from the company's root, line and column from 1."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


NOWHERE = Place("")


class Problem(NamedTuple):
    """One finding about the books: a stable code, a place and the values its sentences need."""

    code: str
    place: Place
    args: tuple[tuple[str, str], ...] = ()
    excerpt: str = ""

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`."""
        return WORDINGS[self.code].severity

    @property
    def exit_code(self) -> int:
        """The exit code that this problem alone would give; 0 for mere information."""
        return WORDINGS[self.code].exit_code

    def text(self, language: str = "en") -> str:
        """What is wrong, in `en` or `zh`."""
        wording = WORDINGS[self.code]
        if language == "zh":
            words = {"what": WHAT_ZH, "kind": KIND_ZH, "expected": EXPECTED_ZH}
            said = [(k, words[k].get(v, v) if k in words else v) for k, v in self.args]
            return _fill(wording.zh, said)
        return _fill(wording.en, self.args)

    def remedy(self, language: str = "en") -> str:
        """What to do about it, in `en` or `zh`."""
        wording = WORDINGS[self.code]
        return _fill(wording.remedy_zh if language == "zh" else wording.remedy_en, self.args)


class Refused(Exception):
    """An operation that cannot go on; carries the Problems that stopped it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.place}: {p.code}" for p in problems))
        self.problems = problems


def problem(code: str, place: Place = NOWHERE, /, excerpt: str = "", **args: object) -> Problem:
    """Make a Problem; an unknown code is a programming error and raises KeyError."""
    if code not in WORDINGS:
        raise KeyError(f"no wording for the problem code {code!r}")
    return Problem(code, place, tuple((k, str(v)) for k, v in args.items()), excerpt)


def exit_code_of(problems: list[Problem]) -> int:
    """The exit code for these problems: the first of 6, 5, 3, 4, 1 that occurs, else 0."""
    found = {p.exit_code for p in problems}
    return next((code for code in EXIT_ORDER if code in found), 0)


def _fill(template: str, args: Iterable[tuple[str, str]]) -> str:
    """Every `{name}` by its value, in one pass: what a value says is never filled again."""
    values = dict(args)
    return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), template)
