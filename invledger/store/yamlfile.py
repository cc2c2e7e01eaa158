"""YAML as strings with places: the one door to PyYAML.

Events, not nodes: tags, anchors and aliases are seen before anything is built from them, depth
is counted before anything is nested. Every scalar is text; numbers are read by our own grammar
further up. An empty value is "".

Problems: yaml-syntax, yaml-tag, yaml-alias, yaml-merge, yaml-duplicate, yaml-depth, yaml-size,
yaml-key, yaml-documents, text-encoding, text-control.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from invledger.model import Place, Problem, Refused, Tree, problem

if TYPE_CHECKING:
    from yaml.events import Event

Value = str | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]
Marks = dict[Path, tuple[int, int]]

YAML_BYTES_MAX = 2**20
DEPTH_MAX = 24

#: Controls except tab and newline, bidirectional marks, zero-width and byte-order marks.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)


def read_yaml(tree: Tree, path: str) -> tuple[Value, Marks, list[Problem]]:
    """The document at `path`: plain str/list/dict, place (line, column) of every node, Problems.

    With Problems the value is what could be read, {} where nothing could.
    """
    try:
        data = tree.read(path)
    except Refused as refused:
        return {}, {}, list(refused.problems)
    return parse_yaml(path, data)


def parse_yaml(path: str, data: bytes) -> tuple[Value, Marks, list[Problem]]:
    """As `read_yaml`, of bytes at hand."""
    found = text_problem(path, data)
    if found is not None:
        return {}, {}, [found]
    import yaml

    builder = _Builder(path)
    try:
        builder.take(yaml.parse(data, Loader=yaml.CSafeLoader))
    except Refused as refused:
        return {}, {}, list(refused.problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _within(data, path, mark.line + 1, mark.column + 1) if mark else Place(path)
        return {}, {}, [problem("yaml-syntax", place, reason=error.problem or "not YAML")]
    except yaml.YAMLError:
        return {}, {}, [problem("yaml-syntax", Place(path), reason="not YAML")]
    return builder.value, builder.marks, builder.problems


def _within(data: bytes, path: str, line: int, column: int) -> Place:
    """A place no further down than the last line: LibYAML counts one more at the end of a file."""
    last = data.count(b"\n") + (not data.endswith(b"\n"))
    return Place(path, line, column) if line <= last else Place(path, max(last, 1))


def text_problem(path: str, data: bytes) -> Problem | None:
    """The first thing that keeps bytes from being plain UTF-8 text of a fair size."""
    if len(data) > YAML_BYTES_MAX:
        return problem("yaml-size", Place(path), size=len(data), limit=YAML_BYTES_MAX)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        return problem("text-encoding", Place(path, line, column))
    hit = FORBIDDEN.search(text)
    if hit is None:
        return None
    line = text.count("\n", 0, hit.start()) + 1
    column = hit.start() - (text.rfind("\n", 0, hit.start()) + 1) + 1
    return problem("text-control", Place(path, line, column), character=f"U+{ord(hit[0]):04X}")


class _Builder:
    """Turns events into plain values; a stack of open lists and mappings, no recursion."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.value: Value = {}
        self.marks: Marks = {}
        self.problems: list[Problem] = []
        self._open: list[tuple[Path, list[Value] | dict[str, Value]]] = []
        self._keys: list[str | None] = []
        self._documents = 0

    def take(self, events: Iterable[Event]) -> None:
        import yaml

        for event in events:
            if isinstance(event, yaml.NodeEvent):
                if event.anchor is not None:  # an alias names one too
                    raise Refused(problem("yaml-alias", self._place(event)))
                if getattr(event, "tag", None) is not None:
                    raise Refused(problem("yaml-tag", self._place(event)))
                if isinstance(event, yaml.ScalarEvent):
                    self._scalar(event, str(event.value))
                else:
                    self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
                self._keys.pop()
            elif isinstance(event, yaml.DocumentStartEvent):
                if event.tags or event.version:
                    raise Refused(problem("yaml-tag", self._place(event)))
                self._documents += 1
                if self._documents > 1:
                    raise Refused(problem("yaml-documents", self._place(event)))

    def _scalar(self, event: Event, text: str) -> None:
        if self._expects_key():
            mapping = self._open[-1][1]
            if text == "<<":
                raise Refused(problem("yaml-merge", self._place(event)))
            if text in mapping:
                place = self._place(event)
                self.problems.append(problem("yaml-duplicate", place, key=text))
            self._keys[-1] = text
            self.marks[(*self._open[-1][0], text)] = _mark(event)
            return
        self._put(event, text)

    def _begin(self, event: Event, container: list[Value] | dict[str, Value]) -> None:
        if self._expects_key():
            raise Refused(problem("yaml-key", self._place(event)))
        if len(self._open) >= DEPTH_MAX:
            raise Refused(problem("yaml-depth", self._place(event), limit=DEPTH_MAX))
        path = self._put(event, container)
        self._open.append((path, container))
        self._keys.append(None)

    def _put(self, event: Event, value: Value) -> Path:
        """Hang a value where it belongs and note its place; a mapping's entry keeps its key's."""
        if not self._open:
            self.value = value
            self.marks[()] = _mark(event)
            return ()
        parent_path, parent = self._open[-1]
        if isinstance(parent, list):
            path = (*parent_path, len(parent))
            parent.append(value)
            self.marks[path] = _mark(event)
            return path
        key = self._keys[-1] or ""
        self._keys[-1] = None
        parent[key] = value
        return (*parent_path, key)

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][1], dict) and self._keys[-1] is None

    def _place(self, event: Event) -> Place:
        return Place(self.path, *_mark(event))


def _mark(event: Event) -> tuple[int, int]:
    if event.start_mark is None:
        return 0, 0
    return event.start_mark.line + 1, event.start_mark.column + 1
