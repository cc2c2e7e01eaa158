"""Documents by their shape: what a node of YAML must look like to be a record, checked quickly.

A `Doc` names its keys by annotations, as a pydantic model does. `fit` makes one from a node in
plain Python, or None where anything does not fit; then `schema.validate` asks pydantic, which
finds every fault and words it, with a model made from the same annotations (`model_of`). So
books whose rules are in order never import pydantic, which takes longer than all their rules.
`fit` accepts nothing that pydantic refuses; a property test holds both to each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    TypeVar,
    get_args,
    get_origin,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

Check = Callable[[Any], Any]  # gives the value as the record holds it; raises Unfit
Inner = Callable[[Any], Any]  # pydantic's way to ask for the schema of what a mark stands on


class Unfit(Exception):
    """A node that is not of the shape; pydantic says what is wrong."""


class Key(NamedTuple):
    """A key that is written otherwise than its field, or has a default that is made anew."""

    alias: str
    default: Any = ...


def key(alias: str, default: Any = ...) -> Any:  # noqa: ANN401  stands for a field's value
    """A field written as `alias`; without a default it must be there."""
    return Key(alias, default)


class Text(NamedTuple):
    """Mark of a string that a pattern fits, as a whole; `said` tells what that is."""

    pattern: str
    said: str

    def check(self, inner: Check) -> Check:
        """`inner` and then the pattern."""
        fits = re.compile(self.pattern).search

        def checked(value: object) -> object:
            text = inner(value)
            if "\n" in text or not fits(text):  # `$` of Python lets a line end pass
                raise Unfit
            return text

        return checked

    def __get_pydantic_core_schema__(self, source: object, handler: Inner) -> object:
        """For pydantic: the same condition, told by our words."""
        return {
            "type": "custom-error", "schema": {**handler(source), "pattern": self.pattern},
            "custom_error_type": "text", "custom_error_message": self.said,
        }  # fmt: skip


class First(NamedTuple):
    """Mark of a value that a function turns into another before it is checked."""

    turn: Callable[[object], object]

    def check(self, inner: Check) -> Check:
        """`inner` of what the function gives."""

        def checked(value: object) -> object:
            try:
                turned = self.turn(value)
            except ValueError as error:
                raise Unfit from error
            return inner(turned)

        return checked

    def __get_pydantic_core_schema__(self, source: object, handler: Inner) -> object:
        """For pydantic: the same function."""
        from pydantic import BeforeValidator

        made = BeforeValidator(self.turn)
        return made.__get_pydantic_core_schema__(source, handler)  # type: ignore[arg-type]  # same


class _Field(NamedTuple):
    name: str
    annotation: Any
    default: Any  # ... for none


class Doc:
    """A mapping of known keys; others are refused, strings are not guessed into other types."""

    form_: ClassVar[Form]
    model_: ClassVar[type[BaseModel]]

    def __init__(self, **given: Any) -> None:  # noqa: ANN401  what the annotations say
        self.__dict__ = {**form_of(type(self)).defaults, **given}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: Any) -> object:  # noqa: ANN401  pydantic's
        """For pydantic: the model of the same keys."""
        del source
        return handler.generate_schema(model_of(cls))


AnyDoc = TypeVar("AnyDoc", bound=Doc)


class Form(NamedTuple):
    """What a class of documents asks for: fields by key, those that must be there, defaults."""

    fields: dict[str, _Field]
    checks: dict[str, tuple[str, Check]]
    needed: frozenset[str]
    defaults: dict[str, Any]


def form_of(cls: type[Doc]) -> Form:
    """The form of a class; made when it is first asked for."""
    if "form_" not in vars(cls):
        cls.form_ = _form(cls)
    return cls.form_


def _form(cls: type[Doc]) -> Form:
    """The form of a class, from its annotations."""
    fields: dict[str, _Field] = {}
    for name, annotation in cls.__annotations__.items():
        default = vars(cls).get(name, ...)
        alias, default = default if isinstance(default, Key) else (name, default)
        fields[alias] = _Field(name, annotation, default)
    return Form(
        fields,
        {alias: (one.name, _check(one.annotation)) for alias, one in fields.items()},
        frozenset(alias for alias, one in fields.items() if one.default is ...),
        {one.name: one.default for one in fields.values() if one.default is not ...},
    )


def fit(cls: type[AnyDoc], node: object) -> AnyDoc | None:
    """The node as a record of the class; None where it does not fit."""
    try:
        return _fitted(cls, node)
    except Unfit:
        return None


def _fitted(cls: type[AnyDoc], node: object) -> AnyDoc:
    form = form_of(cls)
    if not isinstance(node, dict) or not form.needed <= node.keys():
        raise Unfit
    values = dict(form.defaults)
    for alias, value in node.items():
        known = form.checks.get(alias)
        if known is None:
            raise Unfit
        values[known[0]] = known[1](value)
    made = object.__new__(cls)
    made.__dict__ = values
    return made


def _check(annotation: Any) -> Check:  # noqa: ANN401  any type
    """What checks a value of a type."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        check = _check(inner[0])
        for mark in inner[1:]:
            check = mark.check(check)
        return check
    if origin is Literal:
        return _one_of(frozenset(inner))
    if origin is list:
        return _list_of(_check(inner[0]))
    if origin is tuple:
        return _tuple_of([_check(one) for one in inner])
    if origin is dict:
        return _dict_of(_check(inner[0]), _check(inner[1]))
    if inner:  # a union; YAML knows no None
        return _any_of([_check(one) for one in inner if one is not type(None)])
    if issubclass(annotation, Doc):
        return lambda node: _fitted(annotation, node)
    return _instance_of(annotation)


def _instance_of(kind: type) -> Check:
    def checked(value: object) -> object:
        if type(value) is not kind:
            raise Unfit
        return value

    return checked


def _one_of(words: frozenset[str]) -> Check:
    def checked(value: object) -> object:
        if not (isinstance(value, str) and value in words):
            raise Unfit
        return value

    return checked


def _any_of(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def checked(value: object) -> object:
        for check in checks:
            try:
                return check(value)
            except Unfit:
                continue
        raise Unfit

    return checked


def _list_of(check: Check) -> Check:
    def checked(value: object) -> object:
        if not isinstance(value, list):
            raise Unfit
        return [check(one) for one in value]

    return checked


def _tuple_of(checks: list[Check]) -> Check:
    def checked(value: object) -> object:
        if not isinstance(value, list) or len(value) != len(checks):
            raise Unfit
        return tuple(check(one) for check, one in zip(checks, value, strict=True))

    return checked


def _dict_of(key_check: Check, check: Check) -> Check:
    def checked(value: object) -> object:
        if not isinstance(value, dict):
            raise Unfit
        return {key_check(name): check(one) for name, one in value.items()}

    return checked


def model_of(cls: type[Doc]) -> type[BaseModel]:
    """The pydantic model of the same keys, docstring and name."""
    if "model_" not in vars(cls):
        cls.model_ = _model(cls)
    return cls.model_


def _model(cls: type[Doc]) -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model

    fields: dict[str, Any] = {}
    for alias, one in form_of(cls).fields.items():
        made: dict[str, Any] = {} if alias == one.name else {"alias": alias}
        if isinstance(one.default, Doc):
            made |= _default_of(one.default)
        else:
            made["default"] = one.default
        fields[one.name] = one.annotation, Field(**made)
    return create_model(
        cls.__name__, __doc__=cls.__doc__, __module__=cls.__module__,
        __config__=ConfigDict(extra="forbid"), **fields,
    )  # fmt: skip


def _default_of(default: Doc) -> dict[str, Any]:
    """A record as pydantic's default: made anew where nothing in it is said."""
    usual = form_of(type(default)).defaults
    said = {name: value for name, value in vars(default).items() if usual.get(name) is not value}
    model = model_of(type(default))
    return {"default": model(**said)} if said else {"default_factory": model}
