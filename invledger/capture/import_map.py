"""`rules/imports/<name>.yaml` -> `ImportMap`: how the files of a source become our records.

    import: shop                       # name of the source; every record carries it as `source`
    title: {zh: 网店订单, en: Shop orders}
    device: SHOP                       # writer of the files and first part of every id
    formats:                           # how the source writes dates and numbers
      dates: ["%Y-%m-%d %H:%M:%S"]
      decimal: "."
      thousands: ","
      strip: ["¥"]
      blanks: ["", "NULL"]             # texts that mean an empty cell
    files:
      sales: {file: sales.csv, encoding: gb18030, delimiter: ";", header: 1}
      goods: {file: goods.csv, optional: true}
    maps:
      status: {A: available, B: locked}
    items: parties: locations: movements:     # four lists of outputs, each entry:
      - name: sale                     # shown in control totals; default the type or the kind
        from: sales                    # one record a row of this file; without it: one record
        where: {kind: [S, T]}          # rows that it takes; all conditions must hold
        join:
          good: {file: goods, key: {code: sales_code}, required: true, once: false}
        agree:                         # two cells that must say the same
          - {left: quantity, right: good.qty, otherwise: reject}   # or note
        set:                           # fields of the record: templates, see `template`
          type: sale-delivery
          id: "SHOP-{date|yymmdd}-{no|pad 4}"
    left-out:                          # what the map leaves out, for the control totals
      - {title: {zh: 运费, en: Shipping}, from: sales, where: {…}, sum: {amount: [fee]}}

`where` conditions: a text or a list of texts (one of them), or `{not: [...]}`, `{empty: true}`,
`{above: "0"}`, `{below: "0"}`; columns of joined rows are written `good.kind`. A join finds the one
row of a file whose key columns equal cells of this row (`key: {their column: our column}`); more
than one is a Problem, none is one only where `required`, and with `once` two rows must not find the
same one. `sum` multiplies the columns it lists.
`set` of a movement with `line:` makes rows of one id into lines of one movement.

Everything in the map is text. Emits `import-map-invalid` with the place in the map.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from invledger.capture.sheet import ENCODINGS, SheetFormat
from invledger.capture.template import (
    DATE_DIRECTIVES,
    Formats,
    Reference,
    Template,
    parse_reference,
    parse_template,
    references,
)
from invledger.model import Place, Problem, Title, problem

KINDS = ("items", "parties", "locations", "movements")
REQUIRED = {
    "items": ("code", "name", "unit", "decimals"),
    "parties": ("code", "name"),
    "locations": ("account",),
    "movements": ("id", "type", "date"),
}
OPERATORS = ("above", "below", "empty", "not")
Key = str | int


@dataclass(frozen=True, slots=True)
class MapDocument:
    """A YAML file as text, lists and dicts, with the (line, column) of every node by its path."""

    path: str
    data: object
    marks: Mapping[tuple[Key, ...], tuple[int, int]] = field(default_factory=dict)


class Condition(NamedTuple):
    """What a cell must be: one of `values` (`in`, `not`), empty or not, above or below a number."""

    cell: Reference
    operator: str
    values: tuple[str, ...]


class Join(NamedTuple):
    """Find the row of `file` whose columns equal cells of this row (or of an earlier join)."""

    alias: str
    file: str
    key: tuple[tuple[str, Reference], ...]
    required: bool
    once: bool  # a row of the file belongs to one row of ours


class Agreement(NamedTuple):
    """Two cells that must say the same; where not, `reject` the row or `note` it."""

    left: Reference
    right: Reference
    otherwise: str


@dataclass(frozen=True, slots=True)
class Output:
    """One kind of record from one file (or one constant record where `source` is empty)."""

    kind: str
    name: str
    source: str = ""
    where: tuple[Condition, ...] = ()
    joins: tuple[Join, ...] = ()
    agree: tuple[Agreement, ...] = ()
    fields: Mapping[str, Template] = field(default_factory=dict)
    place: Place = Place("")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that the map leaves out on purpose, counted and summed."""

    title: Title
    source: str
    where: tuple[Condition, ...] = ()
    joins: tuple[Join, ...] = ()
    sums: tuple[tuple[str, tuple[Reference, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the source: its name, how to read it, whether it may be missing."""

    file: str
    format: SheetFormat = SheetFormat()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A whole map, checked."""

    name: str
    title: Title
    device: str
    formats: Formats
    files: Mapping[str, SourceFile]
    outputs: tuple[Output, ...]
    left_out: tuple[LeftOut, ...]
    path: str = ""


def read_import_map(document: MapDocument) -> tuple[ImportMap | None, list[Problem]]:
    """Check a map and make it a record; None when anything in it is wrong."""
    reader = _Reader(document)
    made = reader.read()
    return (None if reader.problems else made), reader.problems


class _Reader:
    """Walks the document with a path in hand, so that every complaint has its line."""

    def __init__(self, document: MapDocument) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def complain(self, at: tuple[Key, ...], reason: str) -> None:
        marks, known = self.document.marks, at
        while known and known not in marks:
            known = known[:-1]
        place = Place(self.document.path, *marks.get(known, (0, 0)))
        self.problems.append(problem("import-map-invalid", place, reason=reason))

    def table(self, value: object, at: tuple[Key, ...], allowed: Sequence[str] = ()) -> dict[str, object]:
        """A mapping with known keys; complains and gives an empty one otherwise."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.complain(at, f"{_spoken(at)} must be a mapping")
            return {}
        for key in value:
            if allowed and key not in allowed:
                self.complain((*at, key), f"unknown key {key!r}; known: {', '.join(allowed)}")
        return value

    def text(self, value: object, at: tuple[Key, ...], default: str | None = None) -> str:
        if value is None and default is not None:
            return default
        if isinstance(value, str) and (value or default == ""):
            return value
        self.complain(at, f"{_spoken(at)} must be a text" if value else f"{_spoken(at)} is missing")
        return ""

    def texts(self, value: object, at: tuple[Key, ...]) -> tuple[str, ...]:
        """A text or a list of texts."""
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.complain(at, f"{_spoken(at)} must be a text or a list of texts")
        return ()

    def flag(self, value: object, at: tuple[Key, ...]) -> bool:
        if value not in {None, "true", "false"}:
            self.complain(at, f"{_spoken(at)} must be true or false")
        return value == "true"

    def entries(self, value: object, at: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], object]]:
        if value is not None and not isinstance(value, list):
            self.complain(at, f"{_spoken(at)} must be a list")
        for index, entry in enumerate(value if isinstance(value, list) else ()):
            yield (*at, index), entry

    def title(self, value: object, at: tuple[Key, ...]) -> Title:
        both = self.table(value, at, ("zh", "en"))
        return self.text(both.get("en"), (*at, "en")), self.text(both.get("zh"), (*at, "zh"))

    def read(self) -> ImportMap:
        allowed = ("import", "title", "device", "formats", "files", "maps", *KINDS, "left-out")
        top = self.table(self.document.data, (), allowed)
        formats = self.formats(top)
        files = self.files(top.get("files"))
        outputs = tuple(
            self.output(kind, at, entry, files)
            for kind in KINDS
            for at, entry in self.entries(top.get(kind), (kind,))
        )
        left_out = tuple(
            self.left_out(at, entry, files)
            for at, entry in self.entries(top.get("left-out"), ("left-out",))
        )
        self.check_maps(outputs, formats)
        device = self.text(top.get("device"), ("device",))
        if not (device.isascii() and device.isalnum()):
            self.complain(("device",), "device must be ASCII letters and digits")
        return ImportMap(
            name=self.text(top.get("import"), ("import",)),
            title=self.title(top.get("title"), ("title",)),
            device=device,
            formats=formats,
            files=files,
            outputs=outputs,
            left_out=left_out,
            path=self.document.path,
        )

    def formats(self, top: Mapping[str, object]) -> Formats:
        at = ("formats",)
        known = ("dates", "decimal", "thousands", "strip", "blanks")
        table = self.table(top.get("formats"), at, known)
        dates = self.texts(table.get("dates", ["%Y-%m-%d"]), (*at, "dates"))
        for form in dates:
            used = set(form.split("%")[i][:1] or "%" for i in range(1, len(form.split("%"))))
            if not used <= DATE_DIRECTIVES or not {"m", "d"} <= used or not {"Y", "y"} & used:
                self.complain((*at, "dates"), f"{form!r} must name year, month and day in digits")
        maps = {
            name: {
                key: self.text(value, ("maps", name, key), "")
                for key, value in self.table(entry, ("maps", name)).items()
            }
            for name, entry in self.table(top.get("maps"), ("maps",)).items()
        }
        marks = [self.text(table.get("decimal"), (*at, "decimal"), "."),
                 self.text(table.get("thousands"), (*at, "thousands"), "")]  # fmt: skip
        if len(marks[0]) != 1 or len(marks[1]) > 1 or marks[0] == marks[1]:
            self.complain(at, "decimal and thousands are two different single characters")
        return Formats(
            dates=dates,
            decimal=marks[0],
            thousands=marks[1],
            strip=self.texts(table.get("strip", []), (*at, "strip")),
            blanks=("", *self.texts(table.get("blanks", []), (*at, "blanks"))),
            maps=maps,
        )

    def files(self, value: object) -> dict[str, SourceFile]:
        files: dict[str, SourceFile] = {}
        for name, entry in self.table(value, ("files",)).items():
            at = ("files", name)
            table = self.table(entry, at, ("file", "encoding", "delimiter", "header", "optional"))
            encoding = self.text(table.get("encoding"), (*at, "encoding"), "utf-8").lower()
            delimiter = self.text(table.get("delimiter"), (*at, "delimiter"), ",")
            header = self.text(table.get("header"), (*at, "header"), "1")
            if encoding not in ENCODINGS:
                self.complain((*at, "encoding"), f"encoding is one of {', '.join(ENCODINGS)}")
            if len(delimiter) != 1:
                self.complain((*at, "delimiter"), "delimiter is one character")
            if not (header.isascii() and header.isdigit() and int(header) > 0):
                self.complain((*at, "header"), "header is the line that names the columns, from 1")
                header = "1"
            files[name] = SourceFile(
                self.text(table.get("file"), (*at, "file")),
                SheetFormat(encoding, delimiter, int(header)),
                self.flag(table.get("optional"), (*at, "optional")),
            )
        return files

    def output(
        self, kind: str, at: tuple[Key, ...], entry: object, files: Mapping[str, SourceFile]
    ) -> Output:
        table = self.table(entry, at, ("name", "from", "where", "join", "agree", "set"))
        source = self.source(table, at, files, optional=True)
        fields = {
            name: self.template(value, (*at, "set", name))
            for name, value in self.table(table.get("set"), (*at, "set")).items()
        }
        for name in REQUIRED[kind]:
            if name not in fields:
                self.complain((*at, "set"), f"set names no {name!r}")
        aliases = self.joins(table.get("join"), (*at, "join"), files)
        output = Output(
            kind=kind,
            name=self.text(table.get("name"), (*at, "name"), kind),
            source=source,
            where=self.conditions(table.get("where"), (*at, "where")),
            joins=aliases,
            agree=tuple(self.agreement(*one) for one in self.entries(table.get("agree"), (*at, "agree"))),
            fields=fields,
            place=Place(self.document.path, *self.document.marks.get(at, (0, 0))),
        )
        self.check_aliases(output, at)
        return output

    def left_out(
        self, at: tuple[Key, ...], entry: object, files: Mapping[str, SourceFile]
    ) -> LeftOut:
        table = self.table(entry, at, ("title", "from", "where", "join", "sum"))
        return LeftOut(
            title=self.title(table.get("title"), (*at, "title")),
            source=self.source(table, at, files, optional=False),
            where=self.conditions(table.get("where"), (*at, "where")),
            joins=self.joins(table.get("join"), (*at, "join"), files),
            sums=tuple(
                (
                    name,
                    tuple(
                        self.reference(one, (*at, "sum", name))
                        for one in self.texts(value, (*at, "sum", name))
                    ),
                )
                for name, value in self.table(
                    table.get("sum"), (*at, "sum"), ("quantity", "amount")
                ).items()
            ),
        )

    def source(
        self,
        table: Mapping[str, object],
        at: tuple[Key, ...],
        files: Mapping[str, SourceFile],
        *,
        optional: bool,
    ) -> str:
        source = self.text(table.get("from"), (*at, "from"), "" if optional else None)
        if source and source not in files:
            self.complain((*at, "from"), f"no file is called {source!r}")
        return source

    def template(self, value: object, at: tuple[Key, ...]) -> Template:
        try:
            return parse_template(self.text(value, at))
        except ValueError as error:
            self.complain(at, str(error))
            return ()

    def reference(self, value: object, at: tuple[Key, ...]) -> Reference:
        try:
            return parse_reference(self.text(value, at))
        except ValueError as error:
            self.complain(at, str(error))
            return Reference("", "")

    def joins(
        self, value: object, at: tuple[Key, ...], files: Mapping[str, SourceFile]
    ) -> tuple[Join, ...]:
        made = []
        for alias, entry in self.table(value, at).items():
            table = self.table(entry, (*at, alias), ("file", "key", "required", "once"))
            file = self.text(table.get("file"), (*at, alias, "file"))
            if file and file not in files:
                self.complain((*at, alias, "file"), f"no file is called {file!r}")
            key = tuple(
                (column, self.reference(own, (*at, alias, "key", column)))
                for column, own in self.table(table.get("key"), (*at, alias, "key")).items()
            )
            if not key:
                self.complain((*at, alias), "a join needs a key")
            required = self.flag(table.get("required"), (*at, alias, "required"))
            once = self.flag(table.get("once"), (*at, alias, "once"))
            made.append(Join(alias, file, key, required, once))
        return tuple(made)

    def conditions(self, value: object, at: tuple[Key, ...]) -> tuple[Condition, ...]:
        return tuple(
            Condition(self.reference(cell, (*at, cell)), *self.condition(wanted, (*at, cell)))
            for cell, wanted in self.table(value, at).items()
        )

    def condition(self, wanted: object, at: tuple[Key, ...]) -> tuple[str, tuple[str, ...]]:
        if not isinstance(wanted, dict):
            return "in", self.texts(wanted, at)
        table = self.table(wanted, at, OPERATORS)
        if len(table) != 1:
            self.complain(at, f"one of {', '.join(OPERATORS)}")
            return "in", ()
        ((operator, value),) = table.items()
        if operator == "empty":
            return operator, ("true",) if self.flag(value, (*at, operator)) else ("false",)
        values = self.texts(value, (*at, operator))
        if operator in {"above", "below"} and (len(values) != 1 or not _is_number(values[0])):
            self.complain(at, f"{operator} takes a number")
        return operator, values

    def agreement(self, at: tuple[Key, ...], entry: object) -> Agreement:
        table = self.table(entry, at, ("left", "right", "otherwise"))
        otherwise = self.text(table.get("otherwise"), (*at, "otherwise"), "reject")
        if otherwise not in {"reject", "note"}:
            self.complain((*at, "otherwise"), "otherwise is reject or note")
        return Agreement(
            self.reference(table.get("left"), (*at, "left")),
            self.reference(table.get("right"), (*at, "right")),
            otherwise,
        )

    def check_aliases(self, output: Output, at: tuple[Key, ...]) -> None:
        """A reference may name only joins of its own output, a join only earlier ones."""
        known = {""} if output.source else set[str]()
        used = [(one, "join") for one in ()]
        for join in output.joins:
            used += [(own, "join") for _, own in join.key if own.alias not in known]
            known.add(join.alias)
        cells = [(one.cell, "where") for one in output.where]
        cells += [(cell, "agree") for one in output.agree for cell in (one.left, one.right)]
        cells += [(cell, "set") for t in output.fields.values() for cell in references(t)]
        used += [(cell, part) for cell, part in cells if cell.alias not in known]
        for cell, part in used:
            self.complain((*at, part), f"{{{cell}}} names a row that nothing brings in")

    def check_maps(self, outputs: Sequence[Output], formats: Formats) -> None:
        for output in outputs:
            for template in output.fields.values():
                for cell in references(template):
                    for step in cell.filters:
                        if step.name in {"map", "known"} and step.argument not in formats.maps:
                            self.complain(("maps",), f"no map is called {step.argument!r}")


def _spoken(at: tuple[Key, ...]) -> str:
    return ".".join(str(key) for key in at) or "the map"


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()
