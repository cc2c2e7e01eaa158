"""Every Problem code has words, and a folder or a test that provokes it at its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from invledger.model import Place, wording
from invledger.model import problem as problem_of
from invledger.model.wording import WORDINGS, Wording
from tests.errors.company import HERE, base, expected, problems_of, provoked
from tests.errors.elsewhere import ELSEWHERE
from tests.source_files import Source, program

FOLDERS = sorted(path for path in HERE.iterdir() if (path / "expect").is_file())
ROOT = HERE.parent.parent


def test_the_company_below_has_no_problems() -> None:
    assert problems_of(base()) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_folder_provokes_its_code_at_its_place(folder: Path) -> None:
    found = provoked(folder)
    code = folder.name
    assert code in WORDINGS, "a folder is named after a code"
    places = {str(Place(p.place.path, p.place.line)) for p in found if p.code == code}
    told = [f"{problem.place}: {problem.code} {problem.text()}" for problem in found]
    assert places == set(expected(folder).places), "\n".join(told)
    for problem in found:
        for language in ("en", "zh"):
            spoken = problem.text(language) + problem.remedy(language)
            assert "{" not in spoken, f"{problem.code} says {spoken}"


def test_no_code_goes_unproven() -> None:
    proven = {folder.name for folder in FOLDERS}
    assert sorted(set(WORDINGS) - proven - set(ELSEWHERE)) == []
    assert sorted(proven & set(ELSEWHERE)) == [], "proven twice: take it out of elsewhere.py"
    assert sorted(set(ELSEWHERE) - set(WORDINGS)) == []


def test_every_code_is_raised_somewhere() -> None:
    said = " ".join(source.text for source in program() if "/wording/" not in source.path)
    made = ("block-",)  # from a part that is data
    idle = [code for code in WORDINGS if f'"{code}"' not in said and not code.startswith(made)]
    assert idle == []


def test_every_problem_that_is_raised_has_words() -> None:
    named = {
        node.args[0].value
        for source in program()
        for node in source.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "problem"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert named - set(WORDINGS) == set()


def test_every_blank_of_a_sentence_gets_its_value() -> None:
    """Each call that names its code and its values outright names all that the sentences want."""
    assert [fault for source in program() for fault in unfilled(source)] == []


def unfilled(source: Source) -> Iterator[str]:
    for node in source.nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        names = {keyword.arg for keyword in node.keywords}
        first = node.args[0] if node.args else None
        if node.func.id != "problem" or None in names or not isinstance(first, ast.Constant):
            continue
        lacks = blanks(WORDINGS[str(first.value)]) - names
        if lacks:
            yield f"{source.path}:{node.lineno}: {first.value!r} lacks {sorted(lacks)}"


def blanks(entry: Wording) -> set[str]:
    return inside(f"{entry.en} {entry.zh} {entry.remedy_en} {entry.remedy_zh}")


def inside(text: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]+)\}", text))


def test_both_languages_say_the_same_values() -> None:
    assert [
        code for code, entry in sorted(WORDINGS.items()) if inside(entry.en) != inside(entry.zh)
    ] == []


def test_a_value_that_looks_like_a_blank_stays_as_it_is() -> None:
    found = problem_of("query-unknown", what="{name}", name="x")
    assert "{name}" in found.text("en")


@pytest.mark.parametrize(("code", "path"), sorted(ELSEWHERE.items()))
def test_the_test_named_elsewhere_speaks_of_the_code(code: str, path: str) -> None:
    assert f'"{code}"' in (ROOT / path).read_text(encoding="utf-8")


def test_a_code_belongs_to_one_room() -> None:
    rooms = [import_module(f"{wording.__name__}.{m.name}") for m in iter_modules(wording.__path__)]
    entries: dict[str, set[int]] = {}
    for room in rooms:
        for value in vars(room).values():
            for code, entry in value.items() if isinstance(value, dict) else ():
                if isinstance(entry, Wording):
                    entries.setdefault(code, set()).add(id(entry))
    assert sorted(entries) == sorted(WORDINGS)
    assert [code for code, found in entries.items() if len(found) > 1] == []


def test_every_code_has_its_words() -> None:
    assert [
        f"{code}: {lack}" for code, entry in sorted(WORDINGS.items()) for lack in lacking(entry)
    ] == []


def lacking(entry: Wording) -> Iterator[str]:
    """What an entry of the catalogue fails to say."""
    if entry.exit_code not in {"error": {1, 3, 4, 5, 6}, "warning": {0, 1}, "info": {0}}.get(
        entry.severity, set()
    ):
        yield f"exit code {entry.exit_code} for {entry.severity}"
    for name in ("en", "zh", "remedy_en", "remedy_zh", "about"):
        if not getattr(entry, name).strip():
            yield name
    for text in (entry.zh, entry.remedy_zh):
        if not any("\u4e00" <= letter <= "\u9fff" for letter in text):
            yield f"Chinese: {text}"
