"""Shapes of documents made afresh: which nodes fit each type, and that pydantic says the same."""
# ruff: noqa: RUF012  nobody changes the default of a document

from typing import Annotated, Any, Literal

import pytest
from pydantic import ValidationError

from invledger.posting import YamlDocument, validate
from invledger.posting.fitting import Doc, First, Text, fit, form_of, key, model_of


def listed(value: object) -> object:
    if value == "never":
        raise ValueError("anything but never")
    return [value] if isinstance(value, str) else value


Code = Annotated[str, Text("^[A-Z]+$", "some text")]


def shapes() -> type[Doc]:
    """A class of documents that nobody has asked anything yet."""

    class Inner(Doc):
        """What is inside."""

        code: Code
        note: str = "-"

    class Outer(Doc):
        """Every kind of field."""

        name: str
        code: Code = "A"
        number: Literal["1", "2"] = "1"
        words: Annotated[list[Code], First(listed)] = []
        pair: tuple[str, Code] = ("x", "Y")
        either: Code | Literal[""] | None = None
        inner: Inner = Inner(code="Z")
        parts: list[Inner] = []
        known: dict[Code, Inner] = {}
        from_: str = key("from", "here")
        must: str = key("must-be")

    return Outer


LEAST: dict[str, Any] = {"name": "n", "must-be": "m"}
FITTING: list[tuple[dict[str, Any], str, Any]] = [
    ({}, "code", "A"), ({}, "from_", "here"), ({}, "either", None), ({}, "words", []),
    ({"name": ""}, "name", ""), ({"code": "XY"}, "code", "XY"), ({"number": "2"}, "number", "2"),
    ({"words": "A"}, "words", ["A"]), ({"words": ["A", "B"]}, "words", ["A", "B"]),
    ({"words": []}, "words", []), ({"pair": ["", "B"]}, "pair", ("", "B")),
    ({"either": ""}, "either", ""), ({"either": "Q"}, "either", "Q"),
    ({"from": "there"}, "from_", "there"), ({"must-be": "x"}, "must", "x"),
]  # fmt: skip
UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"more": "x"}, "more"), ({"from_x": "x"}, "from_x"), ({"name": ["x"]}, "name"),
    ({"code": "x"}, "code"), ({"code": "A\n"}, "code"), ({"code": ""}, "code"),
    ({"number": "3"}, "number"), ({"number": ["1"]}, "number"), ({"words": "x"}, "words.0"),
    ({"words": ["A", "b"]}, "words.1"), ({"words": {"A": "B"}}, "words"),
    ({"words": "never"}, "words"), ({"pair": ["x"]}, "pair.1"), ({"pair": ["x", "y"]}, "pair.1"),
    ({"pair": ["x", "Y", "Z"]}, "pair"), ({"pair": "xY"}, "pair"), ({"either": "q"}, "either"),
    ({"inner": "x"}, "inner"), ({"inner": {}}, "inner.code"),
    ({"inner": {"code": "a"}}, "inner.code"), ({"inner": {"code": "A", "x": "y"}}, "inner.x"),
    ({"parts": {"code": "A"}}, "parts"), ({"parts": [{"code": "A"}, {}]}, "parts.1.code"),
    ({"known": [{"code": "A"}]}, "known"), ({"known": {"a": {"code": "A"}}}, "known.a"),
    ({"known": {"A": {"note": "x"}}}, "known.A.code"), ({"from": ["x"]}, "from"),
]  # fmt: skip


@pytest.mark.req("IN-05")
@pytest.mark.parametrize(("more", "field", "value"), FITTING)
def test_what_fits_becomes_a_record(more: dict[str, Any], field: str, value: object) -> None:
    made = fit(shapes(), LEAST | more)
    assert made is not None
    assert getattr(made, field) == value
    assert getattr(model_of(shapes()).model_validate(LEAST | more), field) == value


@pytest.mark.req("IN-05")
@pytest.mark.parametrize(("more", "where"), UNFIT)
def test_what_does_not_fit_is_none_and_pydantic_says_where(
    more: dict[str, Any], where: str
) -> None:
    shape = shapes()
    assert fit(shape, LEAST | more) is None
    with pytest.raises(ValidationError):
        model_of(shape).model_validate(LEAST | more)
    made, problems = validate(YamlDocument("x.yaml", LEAST | more), shape)
    assert made is None
    assert where in [dict(one.args)["key"] for one in problems]


def test_what_must_be_there() -> None:
    for name in LEAST:
        lacking = {one: value for one, value in LEAST.items() if one != name}
        assert fit(shapes(), lacking) is None
        [found] = validate(YamlDocument("x.yaml", lacking), shapes())[1]
        assert (found.code, dict(found.args)) == ("yaml-missing-key", {"key": name})
    for node in ("x", [], ["name"]):
        assert fit(shapes(), node) is None


def test_records_inside_records() -> None:
    node: dict[str, Any] = LEAST | {"inner": {"code": "A", "note": "x"}, "parts": [{"code": "B"}],
                    "known": {"C": {"code": "D"}}}  # fmt: skip
    made: Any = fit(shapes(), node)
    assert (made.inner.code, made.inner.note) == ("A", "x")
    assert [(one.code, one.note) for one in made.parts] == [("B", "-")]
    assert {name: (one.code, one.note) for name, one in made.known.items()} == {"C": ("D", "-")}
    assert (made.inner.__class__.__name__, made.must) == ("Inner", "m")


def test_the_form_of_a_shape() -> None:
    """Keys as written, those that must be there, and the defaults of the others."""
    shape = shapes()
    form = form_of(shape)
    assert list(form.fields) == [
        "name", "code", "number", "words", "pair", "either", "inner", "parts", "known", "from",
        "must-be",
    ]  # fmt: skip
    assert form.needed == {"name", "must-be"}
    assert set(form.defaults) == {
        "code", "number", "words", "pair", "either", "inner", "parts", "known", "from_",
    }  # fmt: skip
    assert form_of(shape) is form
    assert model_of(shape) is model_of(shape)
    assert (model_of(shape).__name__, model_of(shape).__doc__) == ("Outer", "Every kind of field.")


def test_defaults_that_are_records_are_the_same_for_both() -> None:
    made: Any = fit(shapes(), LEAST)
    judged: Any = model_of(shapes()).model_validate(LEAST)
    assert (
        (made.inner.code, made.inner.note) == (judged.inner.code, judged.inner.note) == ("Z", "-")
    )
    schema = model_of(shapes()).model_json_schema()
    assert schema["required"] == ["name", "must-be"]
    assert schema["properties"]["inner"]["default"] == {"code": "Z", "note": "-"}
    assert schema["properties"]["code"]["pattern"] == "^[A-Z]+$"


@pytest.mark.parametrize(
    ("more", "value", "expected", "zh"),
    [
        ({"code": "x"}, "x", "some text", "非空文字"),
        ({"words": "never"}, "never", "anything but never", "anything but never"),
        ({"number": "3"}, "3", "1 | 2", "1 | 2"),
        ({"either": "x"}, "x", "some text", "非空文字"),
        ({"words": {"a": "b"}}, "dict", "a list", "列表"),
        ({"pair": "x"}, "x", "a list", "列表"),
        ({"name": []}, "list", "a text", "文字"),
        ({"known": []}, "list", "a mapping", "键值对照"),
        ({"inner": "x"}, "x", "a mapping", "键值对照"),
    ],
)
def test_what_is_expected_is_told_in_words(
    more: dict[str, Any], value: str, expected: str, zh: str
) -> None:
    [found] = validate(YamlDocument("x.yaml", LEAST | more), shapes())[1]
    assert found.code == "yaml-bad-value"
    assert dict(found.args) == {"key": next(iter(more)), "value": value, "expected": expected}
    assert zh in found.text("zh") + found.remedy("zh")
