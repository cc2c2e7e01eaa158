"""What was read from a company's files, and what follows from it: the two big values of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from invledger.costing.interface import Costed, CostLine, Setting
from invledger.model import Booking, Company, Master, MovementTable, Problem, Voucher
from invledger.posting.chart import Chart
from invledger.posting.citations import Citation
from invledger.posting.foreign import Foreign
from invledger.posting.rule import Rule
from invledger.posting.tax import TaxTable


@dataclass(slots=True)
class Sources:
    """Everything derivation may look at. `posted` (files in vouchers/) is only compared with."""

    company: Company
    master: Master
    rules: Mapping[str, tuple[Rule, ...]]  # type -> versions, oldest first
    chart: Chart
    tax: TaxTable
    table: MovementTable
    money: list[Voucher]  # written by people: ledgers/money
    posted: list[Voucher]  # ledgers/vouchers, as on disk
    register: list[Booking]
    problems: list[Problem]
    data_digest: str = ""
    rules_digest: str = ""
    stamp: str = ""
    posted_until: str = ""  # the last date of ledgers/vouchers, where `posted` was not read
    #: Where the rows are not all: pools kept at a price, as item, quantity, value at that price
    #: and the price, by key; before the first row.
    held: Mapping[str, tuple[str, int, int, int]] = field(default_factory=dict)


class WriteDown(NamedTuple):
    """What a write-down document says: an amount, or (value, quantity) of the realisable value."""

    item: str
    pool: str
    location: str
    amount: int
    unit_value: tuple[int, int] | None = None


@dataclass(slots=True)
class Valued:
    """The table seen by the kernel: one CostLine a row, and the money that documents state.

    `amounts[i]` names what rules may post for row i: net, tax, gross, value, accrued, invoiced …
    (cost, variance and true-ups are added after costing).
    """

    lines: list[CostLine]
    amounts: list[Mapping[str, int]]
    problems: list[Problem]
    reverses: dict[int, int] = field(default_factory=dict)  # row -> the row that it reverses
    cited: dict[int, list[Citation]] = field(default_factory=dict)  # row -> what its `ref:` names
    late_matches: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    setting: Setting = field(default_factory=Setting)
    foreign: dict[int, Foreign] = field(default_factory=dict)  # what rows say in other currencies
    write_downs: dict[int, WriteDown] = field(default_factory=dict)
    #: by purchase return, quantity and value of what had not been billed when it went back
    unbilled: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Derivation:
    """What follows from Sources. The same sources give the same derivation, byte for byte."""

    valued: Valued
    costed: Costed
    vouchers: Collection[Voucher]  # as derived now, before looking at what is booked
    problems: list[Problem] = field(default_factory=list)
