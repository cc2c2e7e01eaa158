"""Templates in a sandbox, and what a template of the tree may not even try.

A template of the books is written by strangers. Before it runs its syntax tree is looked at: no
calls but `super()`, no variables of its own, no products, no imports, only filters of a list; a
loop inside a loop goes over what the outer one is at; it may extend our own page and nothing else.
So it ends, it stays small, and it reaches no object. What it prints is escaped.

Problems: template-bad (no template), template-refused (a thing that is not allowed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

from invledger.model import NOWHERE, Place, Refused, problem

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

OWN = "invledger/table.html"
BYTES_MAX = 65536
OUTPUT_MAX = 32 * 2**20
FILTERS = frozenset(["e", "escape", "length", "count", "upper", "lower", "default", "d", "trim"])
_REFUSED = frozenset(
    [
        "Import",
        "FromImport",
        "Include",
        "Macro",
        "CallBlock",
        "FilterBlock",
        "Mul",
        "Pow",
        "Assign",
        "AssignBlock",
        "With",
    ]
)
_FAULTS = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError)


def fill(facts: Mapping[str, object], template: str = "", place: Place = NOWHERE) -> str:
    """Our own page, or the company's template, filled with facts; raises Refused."""
    from jinja2 import TemplateError

    environment = _environment()
    if not template:
        return environment.get_template(OWN).render(facts)
    try:
        if len(template.encode()) > BYTES_MAX:
            raise Refused(problem("template-refused", place, what=f"> {BYTES_MAX}"))
        _judge(environment.parse(template), place)
        parts, size = [], 0
        for part in environment.from_string(template).generate(facts):
            size += len(part)
            if size > OUTPUT_MAX:
                raise Refused(problem("template-refused", place, what=f"> {OUTPUT_MAX}"))
            parts.append(part)
    except TemplateError as error:
        where = place._replace(line=getattr(error, "lineno", None) or place.line)
        raise Refused(problem("template-bad", where, reason=error.message or "")) from None
    except _FAULTS as error:
        raise Refused(problem("template-bad", place, reason=type(error).__name__)) from None
    return "".join(parts)


def _environment() -> SandboxedEnvironment:
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    own = (files("invledger.render") / "templates" / "table.html").read_text(encoding="utf-8")
    return ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=DictLoader({OWN: own}),
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _judge(tree: nodes.Template, place: Place) -> None:
    found = [
        problem("template-refused", place._replace(line=line), what=what)
        for line, what in _offences(tree, None)
    ]
    if found:
        raise Refused(*found)


def _offences(node: nodes.Node, at: str | None) -> Iterator[tuple[int, str]]:
    """Line and name of what a template may not hold; `at` is what the loop around it is at."""
    name = type(node).__name__
    if name in _REFUSED:
        yield node.lineno, name
    elif name == "Call" and _called(node) != "super":
        yield node.lineno, f"{_called(node)}()"
    elif name == "Filter" and getattr(node, "name", "") not in FILTERS:
        yield node.lineno, f"|{getattr(node, 'name', '')}"
    elif name == "Extends" and getattr(getattr(node, "template", None), "value", None) != OWN:
        yield node.lineno, name
    elif name == "For":
        over, target = getattr(node, "iter", None), getattr(node, "target", None)
        if getattr(node, "recursive", False) or (at and getattr(over, "name", "") != at):
            yield node.lineno, name
        at = str(getattr(target, "name", "?"))
    for inner in node.iter_child_nodes():
        yield from _offences(inner, at)


def _called(node: nodes.Node) -> str:
    return str(getattr(getattr(node, "node", None), "name", "?"))
