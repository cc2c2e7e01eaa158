"""The cache form of a raw table: columns, each in the shape that is smallest and fastest to read.

A head line with format, reader version and byte order; a line with the SHA-256 of the rest; a JSON
line that names the columns; then their bytes. A constant column is one text, a column of few
values is these and an array of positions, any other is its texts joined by line feeds (the reader
lets no line feed into a text). No pickle: a damaged or foreign entry gives ValueError, never code.
"""

from __future__ import annotations

import json
import sys
from array import array
from hashlib import sha256
from typing import Any

from invledger.ledger.movements import READER_VERSION
from invledger.model import RawRow, RawTable

_HEAD = f"invledger-raw {READER_VERSION} {sys.byteorder}\n".encode()
_DIGEST = 64
_FEW = 4  # a column is encoded by positions when values repeat at least so often on average


def dump_raw(table: RawTable) -> bytes:
    """The table as bytes for the cache. Deterministic."""
    shapes: list[list[Any]] = []
    parts: list[bytes] = []
    for name in RawRow._fields:
        shape, column_parts = _dump(name, table.columns[name])
        shapes.append([name, *shape, [len(part) for part in column_parts]])
        parts += column_parts
    named = {"path": table.path, "count": len(table), "columns": shapes}
    body = json.dumps(named, separators=(",", ":")).encode() + b"\n" + b"".join(parts)
    return _HEAD + sha256(body).hexdigest().encode() + b"\n" + body


def _dump(name: str, column: list[Any]) -> tuple[list[Any], list[bytes]]:
    if name == "lineno":
        return ["numbers"], [array("I", column).tobytes()]
    if column and column.count(column[0]) == len(column):
        return ["constant", column[0]], []
    if name != "meta" and len(set(column)) * _FEW > len(column):
        return ["texts"], ["\n".join(column).encode()]
    values = list(dict.fromkeys(column))
    at = {value: position for position, value in enumerate(values)}
    width = "H" if len(values) < 2**16 else "I"
    positions = array(width, [at[value] for value in column])
    return ["positions", values, width], [positions.tobytes()]


def load_raw(data: bytes) -> RawTable:
    """What `dump_raw` wrote; raises ValueError for anything else, whole or not."""
    if not data.startswith(_HEAD):
        raise ValueError("another format, reader version or byte order")
    start = len(_HEAD) + _DIGEST + 1
    body = memoryview(data)[start:]
    if sha256(body).hexdigest().encode() + b"\n" != data[len(_HEAD) : start]:
        raise ValueError("the entry is damaged")
    end = data.index(b"\n", start)
    named = json.loads(data[start:end])
    table = RawTable(named["path"])
    at = end + 1
    for name, kind, *shape, sizes in named["columns"]:
        part = memoryview(data)[at : at + sum(sizes)]
        table.columns[name] = _load(name, (kind, shape), part, named["count"])
        at += sum(sizes)
    if at != len(data):
        raise ValueError("the entry is longer than it says")
    return table


def _load(name: str, form: tuple[str, list[Any]], part: memoryview, count: int) -> list[Any]:
    kind, shape = form
    if kind == "numbers":
        numbers = array("I")
        numbers.frombytes(part)
        return numbers.tolist()
    if kind == "constant":
        return [_value(name, shape[0])] * count
    if kind == "texts":
        return str(part, "utf-8").split("\n") if count else []
    values = [_value(name, value) for value in shape[0]]
    positions = array(shape[1])
    positions.frombytes(part)
    return list(map(values.__getitem__, positions))


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    return tuple((key, text) for key, text in value) if name == "meta" else value
