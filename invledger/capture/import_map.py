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
      - name: sale                     # shown in control totals; default: the kind
        from: sales                    # one record a row; without `from`: one record
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

`where` conditions: a text or a list of texts (one of them), `{not: [...]}`, `{empty: true}`,
`{above: "0"}`, `{below: "0"}`; columns of joined rows are written `good.kind`. Joins and
conditions are taken in turn: a row that is not for this output is let go before a later join can
miss it. A join finds the one row of a file whose key columns equal cells of this row (`key: {their
column: our column}`); more than one is a Problem, none is one only where `required`, and with
`once` two rows must not find the same one. `sum` multiplies the columns that it lists. A movement
whose `set` names a `line` is one of several rows of that id, each a line of one movement.

Everything in the map is text. `map_reader` checks it, with the place of what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from invledger.capture.sheet import SheetFormat
from invledger.capture.template import Formats, Reference, Template
from invledger.model import Place, Title

KINDS = ("items", "parties", "locations", "movements")
REQUIRED = {
    "items": ("code", "name", "unit", "decimals", "opened"),
    "parties": ("code", "name", "opened"),
    "locations": ("account", "opened"),
    "movements": ("id", "type", "date"),
}
Key = str | int


@dataclass(frozen=True, slots=True)
class MapDocument:
    """A YAML file as text, lists and dicts, with the (line, column) of every node by its path."""

    path: str
    data: object
    marks: Mapping[tuple[Key, ...], tuple[int, int]] = field(default_factory=dict)


class Condition(NamedTuple):
    """What a cell must be: in `values` or not, empty or not, above or below a number."""

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
