"""From a YAML node tree to checked documents: every finding at once, each with `file:line:col`.

A `YamlDocument` holds strings, lists and dicts only (`store.read_yaml` makes it). Where it does
not fit (`fitting`), pydantic says what is wrong where, and the marks say at which line and column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeAlias

from invledger.model import Place, Problem, problem
from invledger.posting.fitting import AnyDoc, Doc, fit, form_of, model_of

Node: TypeAlias = "str | list[Node] | dict[str, Node]"
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One YAML file: path in the tree, its data, and line and column of every node and key."""

    path: str
    data: Node
    marks: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, *path: str | int) -> Place:
        """Where the node at `path` stands, or the nearest one above it."""
        for end in range(len(path), -1, -1):
            mark = self.marks.get(path[:end])
            if mark is not None:
                return Place(self.path, *mark)
        return Place(self.path)


def validate(
    document: YamlDocument, shape: type[AnyDoc], at: Path = ()
) -> tuple[AnyDoc | None, list[Problem]]:
    """The document (or its node `at`) as a record of `shape`, or None and its Problems.

    Codes: yaml-unknown-key, yaml-missing-key, yaml-bad-value.
    """
    node: Any = document.data
    for step in at:
        node = node[step]
    made = fit(shape, node)
    return (made, []) if made is not None else _judged(document, shape, at, node)


def _judged(
    document: YamlDocument, shape: type[AnyDoc], at: Path, node: object
) -> tuple[AnyDoc | None, list[Problem]]:
    """What pydantic finds in a node that does not fit."""
    from pydantic import ValidationError

    try:
        judged: Any = model_of(shape).model_validate(node)
    except ValidationError as error:
        told: dict[tuple[str, str], Problem] = {}
        for found in error.errors():
            made = _problem_of(document, shape, at, found)
            told.setdefault((made.code, dict(made.args)["key"]), made)  # a choice of types: once
        return None, list(told.values())
    return judged, []  # another class with the same fields


def _problem_of(
    document: YamlDocument, shape: type[Doc], at: Path, found: Mapping[str, Any]
) -> Problem:
    where: Path = (*at, *found["loc"])
    place = document.place(*where)
    name = str(where[-1]) if where else ""
    path = ".".join(str(step) for step in where)
    if found["type"] == "extra_forbidden":
        near = nearest(name, _keys_of(shape, found["loc"][:-1]))
        return problem("yaml-unknown-key", place, key=path, nearest=near)
    if found["type"] == "missing":
        return problem("yaml-missing-key", place, key=path)
    given = found.get("input", "")
    shown = given if isinstance(given, str) else type(given).__name__
    path = ".".join(str(step) for step in _held(document.data, where))
    return problem("yaml-bad-value", place, key=path, value=shown, expected=_expected(found))


def _held(node: Any, where: Path) -> Path:  # noqa: ANN401  any YAML
    """A path as far as the node has it: pydantic puts names of types into it."""
    for count, step in enumerate(where):
        try:
            node = node[step]
        except (LookupError, TypeError):
            return where[:count]
    return where


def _expected(found: Mapping[str, Any]) -> str:
    """What pydantic, or a reader of our own, says that a value should be."""
    for kind, said in (("string", "a text"), ("list", "a list"), ("tuple", "a list")):
        if found["type"] == f"{kind}_type":
            return said
    if found["type"] in {"dict_type", "model_type"}:
        return "a mapping"
    if found["type"] == "literal_error":
        return " | ".join(re.findall("'([^']*)'", found["ctx"]["expected"]))
    return str(found["msg"]).removeprefix("Value error, ")


def _keys_of(shape: type[Doc], loc: Sequence[str | int]) -> list[str]:
    """The keys that a shape knows at a location, as far as its fields are shapes themselves."""
    for step in loc:
        known = form_of(shape).fields.get(str(step))
        if known is not None:
            inner = (known.annotation, *_arguments(known.annotation))
            shapes = [a for a in inner if isinstance(a, type) and issubclass(a, Doc)]
            if shapes:
                shape = shapes[0]
    return list(form_of(shape).fields)


def _arguments(annotation: object) -> tuple[Any, ...]:
    found: list[Any] = []
    for inner in getattr(annotation, "__args__", ()):
        found += [inner, *_arguments(inner)]
    return tuple(found)


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word most like `word`, or all of them where none is like it."""
    near = get_close_matches(word, known, n=1)
    return near[0] if near else " ".join(sorted(known))
