"""A report as data: what `reports` makes and `render` prints. Cells are text, int or None.

Amounts and quantities are already text with their decimals (never floats), so that every format
shows the same figure. Titles are (English, Chinese). A row may hold keys that no column names:
JSON shows them, tables do not, but for `<key>_en` and `<key>_zh`, which a table in that language
shows in place of `<key>` where they are not empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cell = str | int | None
Title = tuple[str, str]

#: How a column is shown: `text` and `date` to the left, the others to the right. `number` is a
#: bare integer (a level, a depth), `price` an amount per unit, `term` a word that
#: `reports.TERMS` names in both languages (or free text, shown as it is).
KINDS = ("text", "term", "date", "number", "quantity", "price", "money")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: JSON key, titles, and how it is shown (one of `KINDS`)."""

    key: str
    title: Title
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table with totals and the audit stamp; `name` gives `invledger.<name>/1`.

    `totals` maps the keys of columns to their sums, and further names (`by_level`,
    `trial_balance`) to mappings of the same kind. `about` stands under the title for people: what
    span and what part of the books the table shows, each as a title and its value.
    """

    name: str
    title: Title
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Cell]]
    totals: Mapping[str, object] = field(default_factory=dict)
    audit: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[Title] = ()
    version: int = 1
    about: Sequence[tuple[Title, Title]] = ()

    @property
    def schema(self) -> str:
        return f"invledger.{self.name}/{self.version}"
