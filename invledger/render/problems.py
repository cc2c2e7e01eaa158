"""Problems for people and machines: lines with excerpt and remedy, JSON, SARIF, annotations.

In: Problems in the order found, a language, a limit. Out: text. For people the first `LIMIT` are
shown and the rest counted; JSON and SARIF carry all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from invledger.model import Problem
from invledger.model.wording import WORDINGS
from invledger.render.data import json_text
from invledger.render.safe import visible, visible_lines
from invledger.render.text import BOLD, DIM, PLAIN, RED

LIMIT = 100
_BLANK = re.compile(r"\{[a-z_]+\}", re.ASCII)
FORMATS = ("table", "json", "sarif", "github")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_WORDS = {
    "en": ("error", "warning", "note", "remedy", "{shown} of {all} shown"),
    "zh": ("错误", "警告", "提示", "处理", "共 {all} 条，显示前 {shown} 条"),
}
_SEVERITIES = {"error": 0, "warning": 1, "info": 2}
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ANNOTATIONS = {"error": "error", "warning": "warning", "info": "notice"}


def render_problems(
    problems: Sequence[Problem],
    format_: str,
    language: str,
    *,
    color: bool = False,
    version: str = "",
) -> str:
    """The Problems in one of `table`, `json`, `sarif`, `github`; '' when there is none to show."""
    if format_ == "json":
        return problems_json(problems, language)
    if format_ == "sarif":
        return sarif(problems, language, version)
    if format_ == "github":
        return github_annotations(problems, language)
    return problems_text(problems, language, color=color)


def problems_text(problems: Sequence[Problem], language: str, *, color: bool = False) -> str:
    """`file:line:column: code severity: text`, the excerpt, the remedy; then the count."""
    blocks = [_block(problem, language, color=color) for problem in problems[:LIMIT]]
    if len(problems) > LIMIT:
        counted = _WORDS[language][4]
        blocks.append(counted.format(shown=LIMIT, all=len(problems)) + "\n")
    return "".join(blocks)


def problems_json(problems: Sequence[Problem], language: str) -> str:
    """Every Problem as a row of `invledger.problems/1`."""
    count = {name: str(sum(p.severity == name for p in problems)) for name in _SEVERITIES}
    rows = [_record(problem, language) for problem in problems]
    return json_text(
        {"schema": "invledger.problems/1", "audit": {}, "rows": rows, "totals": count}
    )


def sarif(problems: Sequence[Problem], language: str, version: str = "") -> str:
    """SARIF 2.1.0: one run, one rule a code."""
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "invledger",
        "version": version or "0",
        "rules": [_sarif_rule(code, language) for code in codes],
    }
    results = [_sarif_result(problem, codes, language) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def github_annotations(problems: Sequence[Problem], language: str) -> str:
    """Workflow commands that GitHub, Gitea and Forgejo turn into annotations."""
    lines = []
    for problem in problems[:LIMIT]:
        facts = {"file": problem.place.path, "line": problem.place.line or ""}
        facts |= {"col": problem.place.column or "", "title": problem.code}
        given = ",".join(f"{k}={_property(str(v))}" for k, v in facts.items() if v)
        text = f"{problem.text(language)}\n{problem.remedy(language)}".strip()
        lines.append(f"::{_ANNOTATIONS[problem.severity]} {given}::{_message(text)}\n")
    if len(problems) > LIMIT:
        counted = _WORDS[language][4].format(shown=LIMIT, all=len(problems))
        lines.append(f"::notice::{_message(counted)}\n")
    return "".join(lines)


def _block(problem: Problem, language: str, *, color: bool) -> str:
    words = _WORDS[language]
    severity = words[_SEVERITIES[problem.severity]]
    where = visible(str(problem.place))
    start = f"{where}: " if where else ""
    bold, hot, dim, plain = (BOLD, RED, DIM, PLAIN) if color else ("", "", "", "")
    hot = hot if problem.severity == "error" else bold
    text = visible(problem.text(language))
    lines = [f"{bold}{start}{plain}{hot}{problem.code}{plain} {severity}: {text}"]
    lines += [f"{dim}{line}{plain}" for line in excerpt_lines(problem)]
    remedy = problem.remedy(language)
    if remedy:
        lines.append(f"  {words[3]}: {visible(remedy)}")
    return "\n".join(lines) + "\n"


def excerpt_lines(problem: Problem) -> list[str]:
    """At most two lines of the source, numbered, with a mark under the column."""
    if not problem.excerpt:
        return []
    shown = visible_lines(problem.excerpt.replace("\t", " ")).split("\n")[:2]
    first, column = problem.place.line, problem.place.column
    lines = [f"  {number:>5} | {text[:200]}" for number, text in enumerate(shown, first)]
    if column and column <= len(shown[0]) + 1:
        lines.insert(1, f"        | {' ' * (column - 1)}^")
    return lines


def _record(problem: Problem, language: str) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "path": problem.place.path,
        "line": problem.place.line,
        "column": problem.place.column,
        "text": problem.text(language),
        "remedy": problem.remedy(language),
        "excerpt": problem.excerpt,
        "args": dict(problem.args),
    }


def _sarif_rule(code: str, language: str) -> dict[str, object]:
    """What the code means wherever it occurs: values of one finding have no place in it."""
    wording = WORDINGS[code]
    text = _BLANK.sub("…", wording.zh if language == "zh" else wording.en)
    remedy = _BLANK.sub("…", wording.remedy_zh if language == "zh" else wording.remedy_en)
    return {
        "id": code,
        "shortDescription": {"text": text or code},
        "fullDescription": {"text": wording.about if language == "en" and wording.about else text},
        "help": {"text": remedy or text or code},
        "defaultConfiguration": {"level": _LEVELS[wording.severity]},
    }


def _sarif_result(problem: Problem, codes: list[str], language: str) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": _LEVELS[problem.severity],
        "message": {"text": problem.text(language) or problem.code},
    }
    if problem.place.path:
        physical: dict[str, object] = {"artifactLocation": {"uri": _uri(problem.place.path)}}
        if problem.place.line:
            region = {"startLine": problem.place.line}
            if problem.place.column:
                region["startColumn"] = problem.place.column
            physical["region"] = region
        result["locations"] = [{"physicalLocation": physical}]
    return result


def _uri(path: str) -> str:
    """A relative URI: every byte outside the unreserved characters of RFC 3986 as %XX."""
    kept = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
    data = visible(path).encode()
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in data)


def _message(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def problems_summary(problems: Sequence[Problem], language: str) -> str:
    """One line: how many errors, warnings and notes."""
    counts = [sum(p.severity == name for p in problems) for name in _SEVERITIES]
    if language == "zh":
        return f"{counts[0]} 个错误，{counts[1]} 个警告，{counts[2]} 条提示"
    return f"errors: {counts[0]}, warnings: {counts[1]}, notes: {counts[2]}"
