"""What is wrong with a command line, said in the user's language.

Typer speaks English. Its few sentences about options, arguments and commands are told anew in
Chinese; a sentence that it learns later comes through as it is.
"""

from __future__ import annotations

import re
from typing import Any, cast

import typer

#: Typer names only this one of its family.
UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])

_CHINESE = (
    (
        r"No such option: (\S+)(?: \(Possible options: (.*)\))?",
        "没有选项 {0}",
        "（相近的有：{1}）",
    ),
    (r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?", "没有命令“{0}”", "（是不是 {1}）"),
    (r"Missing argument '(.*?)'\.?.*", "缺少参数 {0}", ""),
    (r"Missing option '(.*?)'\.?.*", "缺少选项 {0}", ""),
    (r"Missing command\.", "缺少命令", ""),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", "多余的参数：{0}", ""),
    (r"Option '(.*)' requires .*", "选项 {0} 需要一个值", ""),
    (r"Option '(.*)' does not take a value\.", "选项 {0} 不带值", ""),
    (r"Invalid value for (\S+): (.*)", "{0} 的值不可用：{1}", ""),
)


class Needed(typer.BadParameter):
    """Something has to be given; the message names the ways to give it."""


def complaint(error: Any, language: str) -> str:  # noqa: ANN401  an exception of Typer's
    """One sentence about a usage error."""
    zh = language == "zh"
    if isinstance(error, Needed):
        return f"请给出 {error.message}" if zh else f"give {error.message}"
    text = str(error.format_message())
    return _in_chinese(text) if zh else text


def _in_chinese(text: str) -> str:
    for pattern, said, more in _CHINESE:
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match is not None:
            groups = [group or "" for group in match.groups()]
            told = said.format(*groups)
            return told + (more.format(*groups) if groups and groups[-1] and more else "")
    return text
