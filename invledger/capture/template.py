"""Templates of an import map: `NW-{created|yymmdd}-{id|pad 4}` -> text, cell by cell.

A template is text with references in braces. A reference names a column of the row itself
(`quantity`) or of a joined row (`purchase.unit_cost`), then filters after `|`, applied from left
to right. `{{` and `}}` are braces. There are no expressions: what needs arithmetic belongs into
the source, where it can be seen.

Filters: `date` (by the map's date formats -> YYYY-MM-DD), `time` (-> HH:MM:SS), `yymmdd`,
`number` (by the map's decimal and thousands marks -> plain ASCII number), `abs`,
`pad N` (zeros to N digits), `upper`, `lower`, `before X` (the part before the first X), `line`
(line breaks and runs of blanks become one blank), `map NAME` (a value map; a value it lacks is a
Problem), `known NAME` (the same, but an unknown value stays as it is), `or TEXT` (where empty).

An empty cell stays empty through every filter but `or`. A filter that cannot do its work gives a
`CellFault`, which `plan` turns into a Problem with file, line and column.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from invledger.model import NUMBER

_REFERENCE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_BLANKS = re.compile(r"\s+")
DATE_DIRECTIVES = frozenset("YmdHMSyf%")


class CellFault(Exception):
    """A cell that a filter cannot read; `code` is a Problem code of for_capture."""

    def __init__(self, code: str, reference: Reference, value: str, **args: str) -> None:
        super().__init__(code)
        self.code, self.reference, self.value, self.extra = code, reference, value, args


class Filter(NamedTuple):
    """A filter's name and its argument, empty where it takes none."""

    name: str
    argument: str = ""


class Reference(NamedTuple):
    """A column of the row (`alias` empty) or of a joined row, and what is done to its text."""

    alias: str
    column: str
    filters: tuple[Filter, ...] = ()

    def __str__(self) -> str:
        return f"{self.alias}.{self.column}" if self.alias else self.column


@dataclass(frozen=True, slots=True)
class Formats:
    """How the source writes dates and numbers. `blanks` are texts that mean an empty cell."""

    dates: tuple[str, ...] = ("%Y-%m-%d",)
    decimal: str = "."
    thousands: str = ""
    strip: tuple[str, ...] = ()  # signs around a number, such as ¥
    blanks: tuple[str, ...] = ("",)
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Template = tuple[str | Reference, ...]
Cells = Callable[[Reference], str]


def parse_template(text: str) -> Template:
    """Text with references -> parts; raises ValueError with what is wrong."""
    parts: list[str | Reference] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
        if match[0] in {"{{", "}}"}:
            parts.append(match[0][0])
        elif match[1] is None:
            raise ValueError(f"a single {match[0]} in {text!r}; write it twice to mean itself")
        else:
            parts.append(parse_reference(match[1]))
    parts.append(text[end:])
    return tuple(part for part in parts if part != "")


def parse_reference(text: str) -> Reference:
    """`alias.column|filter|filter argument` -> a Reference; raises ValueError."""
    name, *filters = text.split("|")
    alias, dot, column = name.strip().partition(".")
    if not dot:
        alias, column = "", alias
    if not column:
        raise ValueError(f"no column is named in {{{text}}}")
    return Reference(alias, column, tuple(_parse_filter(part) for part in filters))


def _parse_filter(text: str) -> Filter:
    name, _, argument = text.strip().partition(" ")
    if name not in FILTERS:
        raise ValueError(f"unknown filter {name!r}; there are {', '.join(sorted(FILTERS))}")
    wants = name in WITH_ARGUMENT
    if wants != bool(argument):
        raise ValueError(f"filter {name!r} takes {'an' if wants else 'no'} argument")
    if name == "pad" and not (argument.isascii() and argument.isdigit() and len(argument) < 3):
        raise ValueError(f"pad takes a number of digits, not {argument!r}")
    return Filter(name, argument)


def references(template: Template) -> tuple[Reference, ...]:
    """The references of a template, in order."""
    return tuple(part for part in template if isinstance(part, Reference))


def fill(template: Template, cells: Cells, formats: Formats) -> str:
    """A template's text for one row; empty where every reference of it is empty. CellFault."""
    texts: list[str] = []
    seen = filled = False
    for part in template:
        if isinstance(part, str):
            texts.append(part)
            continue
        value = read_reference(part, cells, formats)
        seen, filled = True, filled or value != ""
        texts.append(value)
    return "".join(texts) if filled or not seen else ""


def read_reference(reference: Reference, cells: Cells, formats: Formats) -> str:
    """The text of one reference after its filters; raises CellFault."""
    value = cells(reference)
    value = "" if value in formats.blanks else value
    for step in reference.filters:
        if value == "" and step.name != "or":
            continue
        value = FILTERS[step.name](value, step.argument, reference, formats)
    return value


def _moment(value: str, reference: Reference, formats: Formats) -> time.struct_time:
    for form in formats.dates:
        try:
            return time.strptime(value, form)
        except ValueError:
            continue
    raise CellFault("import-cell-date", reference, value, formats=" ".join(formats.dates))


def _date(value: str, _: str, reference: Reference, formats: Formats) -> str:
    moment = _moment(value, reference, formats)
    return f"{moment.tm_year:04d}-{moment.tm_mon:02d}-{moment.tm_mday:02d}"


def _time(value: str, _: str, reference: Reference, formats: Formats) -> str:
    moment = _moment(value, reference, formats)
    return f"{moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d}"


def _yymmdd(value: str, _: str, reference: Reference, formats: Formats) -> str:
    moment = _moment(value, reference, formats)
    return f"{moment.tm_year % 100:02d}{moment.tm_mon:02d}{moment.tm_mday:02d}"


def _number(value: str, _: str, reference: Reference, formats: Formats) -> str:
    text = value
    for sign in formats.strip:
        text = text.removeprefix(sign).removesuffix(sign)
    text = text.strip()
    if formats.thousands:
        head, mark, tail = text.partition(formats.decimal)
        text = _ungrouped(head, formats.thousands) + mark + tail
    if formats.decimal != ".":
        text = "?" if "." in text else text.replace(formats.decimal, ".")
    text = re.sub(r"^([+-]?)\.", r"\g<1>0.", text)
    if NUMBER.fullmatch(text) is None:
        raise CellFault("import-cell-number", reference, value)
    return text.removeprefix("+")


def _ungrouped(head: str, mark: str) -> str:
    """Digits without their thousands marks; kept as they are where the groups are not of three."""
    first, *groups = head.split(mark)
    if groups and (not first.lstrip("+-") or any(len(group) != 3 for group in groups)):
        return head
    return head.replace(mark, "")


def _abs(value: str, _: str, __: Reference, ___: Formats) -> str:
    return value.lstrip("+-")


def _pad(value: str, width: str, _: Reference, __: Formats) -> str:
    return value.zfill(int(width))


def _mapped(value: str, name: str, reference: Reference, formats: Formats) -> str:
    known = formats.maps[name].get(value)
    if known is None:
        raise CellFault("import-cell-unmapped", reference, value, map=name)
    return known


def _known(value: str, name: str, _: Reference, formats: Formats) -> str:
    return formats.maps[name].get(value, value)


FILTERS: Mapping[str, Callable[[str, str, Reference, Formats], str]] = {
    "abs": _abs,
    "before": lambda value, mark, _, __: value.partition(mark)[0].strip(),
    "date": _date,
    "known": _known,
    "line": lambda value, _, __, ___: _BLANKS.sub(" ", value).strip(),
    "lower": lambda value, _, __, ___: value.lower(),
    "map": _mapped,
    "number": _number,
    "or": lambda value, other, _, __: value or other,
    "pad": _pad,
    "time": _time,
    "upper": lambda value, _, __, ___: value.upper(),
    "yymmdd": _yymmdd,
}
WITH_ARGUMENT = frozenset({"before", "known", "map", "or", "pad"})
