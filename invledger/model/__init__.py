"""model: the words of the house. Records, numbers, tables, Problems, the Tree; no I/O."""

from invledger.model.company import (
    MANAGEMENT_ONLY,
    METHODS,
    PERIODIC,
    POOLS,
    PRICE_KINDS,
    Category,
    Company,
    CostChange,
    CostPolicy,
    Says,
    fitted,
    management_view,
    saying,
)
from invledger.model.master import Master
from invledger.model.number import (
    DIGITS_MAX,
    NUMBER,
    PRICE_DECIMALS,
    PRICE_ONE,
    divide_rounded,
    format_price,
    format_scaled,
    line_amount,
    parse_scaled,
    share,
)
from invledger.model.problem import (
    NOWHERE,
    Place,
    Problem,
    Refused,
    exit_code_of,
    problem,
)
from invledger.model.records import (
    Account,
    Booking,
    Item,
    Location,
    Meta,
    Party,
    Period,
    Posting,
    Price,
    RoleClaim,
    Setting,
    Voucher,
)
from invledger.model.report import Cell, Column, Table, Title
from invledger.model.table import MovementTable, RawRow, RawTable, Row
from invledger.model.tree import MemoryTree, OverlayTree, Tree

__all__ = [
    "DIGITS_MAX", "MANAGEMENT_ONLY", "METHODS", "NOWHERE", "NUMBER", "PERIODIC", "POOLS",
    "PRICE_DECIMALS", "PRICE_KINDS", "PRICE_ONE",
    "Account", "Booking", "Category", "Cell", "Column", "Company", "CostChange", "CostPolicy",
    "Item",
    "Location", "Master", "MemoryTree", "Meta", "MovementTable", "OverlayTree", "Party",
    "Period", "Place",
    "Posting", "Price", "Problem", "RawRow", "RawTable", "Refused", "RoleClaim", "Row", "Says",
    "Setting", "Table", "Title", "Tree", "Voucher",
    "divide_rounded", "exit_code_of", "fitted", "format_price", "format_scaled", "line_amount",
    "management_view", "parse_scaled", "problem", "saying", "share",
]  # fmt: skip
