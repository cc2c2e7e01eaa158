"""The YAML of an import map, checked piece by piece -> `ImportMap`.

By hand, since a schema library would cost more start-up time than the import of a day's file, and
since every complaint wants the line of the map. Emits `import-map-invalid`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from invledger.capture.import_map import (
    KINDS,
    REQUIRED,
    Agreement,
    Condition,
    ImportMap,
    Join,
    Key,
    LeftOut,
    MapDocument,
    Output,
    SourceFile,
)
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

OPERATORS = ("above", "below", "empty", "not")
_TOP = ("import", "title", "device", "formats", "files", "maps", *KINDS, "left-out")


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

    def table(
        self, value: object, at: tuple[Key, ...], allowed: Sequence[str] = ()
    ) -> dict[str, object]:
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
        self.complain(
            at, f"{_spoken(at)} must be a text" if value else f"{_spoken(at)} is missing"
        )
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

    def entries(
        self, value: object, at: tuple[Key, ...]
    ) -> Iterator[tuple[tuple[Key, ...], object]]:
        if value is not None and not isinstance(value, list):
            self.complain(at, f"{_spoken(at)} must be a list")
        for index, entry in enumerate(value if isinstance(value, list) else ()):
            yield (*at, index), entry

    def title(self, value: object, at: tuple[Key, ...]) -> Title:
        both = self.table(value, at, ("zh", "en"))
        return self.text(both.get("en"), (*at, "en")), self.text(both.get("zh"), (*at, "zh"))

    def read(self) -> ImportMap:
        top = self.table(self.document.data, (), _TOP)
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
            used = {part[:1] or "%" for part in form.split("%")[1:]}
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
            agree=tuple(
                self.agreement(*one) for one in self.entries(table.get("agree"), (*at, "agree"))
            ),
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
        used: list[tuple[Reference, str]] = []
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
