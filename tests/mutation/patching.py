"""Puts a mutant in force inside a running process: the changed function takes over the old one.

The changed module is run aside, in a namespace of its own, and what the mutant touched is taken
from there: code and defaults of a function or method, which everybody who imported it then runs;
or a value of the module's level, set in every module that holds the same object by that name.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

from tests.mutation.operators import Mutant


class NotApplicable(Exception):
    """The mutant cannot be put in force: it is no mutant at all."""


def apply(mutant: Mutant, module: ModuleType) -> None:
    """Change the running module; raises NotApplicable, or whatever the changed module raises."""
    code = compile(
        ast.fix_missing_locations(mutant.tree),
        module.__file__ or mutant.path,
        "exec",
        dont_inherit=True,
    )
    aside = ModuleType(module.__name__)
    aside.__file__ = module.__file__
    sys.modules[module.__name__] = aside  # for records, which look their own module up
    try:
        FunctionType(code, aside.__dict__)()
    finally:
        sys.modules[module.__name__] = module
    interpret(aside)
    if mutant.function:
        _replace(vars(module), vars(aside), mutant.function)
    else:
        _constants(module, aside)


def interpret(module: ModuleType) -> None:
    """Let Python run what numba compiles in a module: only so can it be changed, and be traced."""
    for name, value in list(vars(module).items()):
        plain = getattr(value, "py_func", None)
        if isinstance(plain, FunctionType) and plain.__module__ == module.__name__:
            setattr(module, name, plain)


def _replace(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> None:
    first, dot, rest = name.partition(".")
    before, after = old.get(first), new.get(first)
    if dot:
        _replace(vars(before), vars(after), rest)
        return
    if isinstance(before, type) and isinstance(after, type):
        _attributes(before, after)
        return
    for one, other in zip(_functions(before), _functions(after), strict=True):
        if len(one.__code__.co_freevars) != len(other.__code__.co_freevars):
            raise NotApplicable(name)
        one.__code__ = other.__code__
        one.__defaults__, one.__kwdefaults__ = other.__defaults__, other.__kwdefaults__


def _functions(thing: object) -> Iterator[FunctionType]:
    """The functions behind a function, method, property or cache."""
    if isinstance(thing, property):
        for part in (thing.fget, thing.fset):
            if part is not None:
                yield from _functions(part)
    elif isinstance(thing, classmethod | staticmethod):
        yield from _functions(thing.__func__)
    elif isinstance(thing, partial):
        yield from _functions(thing.func)
    elif isinstance(thing, FunctionType):
        inner = getattr(thing, "__wrapped__", None)
        yield from _functions(inner) if inner is not None else iter([thing])
    elif hasattr(thing, "__wrapped__"):
        yield from _functions(thing.__wrapped__)
    else:
        raise NotApplicable(repr(thing))


def _attributes(before: type, after: type) -> None:
    """Plain values of a class's own level."""
    for name, value in vars(after).items():
        if not name.startswith("__") and isinstance(value, int | str | tuple | frozenset):
            setattr(before, name, value)


def _constants(module: ModuleType, aside: ModuleType) -> None:
    """Values of the module's own level, wherever they were imported."""
    for name, value in vars(aside).items():
        before = vars(module).get(name)
        if name.startswith("__") or isinstance(value, type | FunctionType | ModuleType):
            continue
        if before is value or _same(before, value):
            continue
        for other in list(sys.modules.values()):
            held = getattr(other, "__dict__", {})
            if held.get(name) is before and getattr(other, "__name__", "").startswith(
                ("invledger", "tests")
            ):
                held[name] = value


def _same(before: object, value: object) -> bool:
    try:
        return bool(before == value)
    except Exception:  # noqa: BLE001 - what cannot be compared is not the same
        return False
