"""The shapes of `rules/*.yaml`, over strings. Imported late: they are many.

Numbers stay strings here; `read` turns them into integers by our own grammar. The shapes also
give the JSON Schemas for editors. Annotations are looked at when the program runs (`fitting`).
"""
# ruff: noqa: RUF012  nobody changes the default of a document

from typing import Annotated, Literal

from invledger.posting.fitting import Doc, First, Text, key
from invledger.posting.rule import AMOUNTS, ASPECTS

_YES = {"true": True, "false": False, "yes": True, "no": False}


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value not in _YES:
            raise ValueError("true or false")
        return _YES[value]
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _title(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


Flag = Annotated[bool, First(_flag)]
_WORD = "a word of small letters, digits and hyphens"
Word = Annotated[str, Text(r"^[a-z][a-z0-9-]*$", _WORD)]
Words = Annotated[list[Word], First(_listed)]
Choice = Annotated[str, Text(r"^([a-z][a-z0-9-]*)?$", _WORD)]
Chosen = Annotated[list[Choice], First(_listed)]
_NUMBER = "a number such as 13 or 0.5"
_DATE = "a date such as 2026-04-01"
_RANK = "a whole number up to 999"
_CURRENCY = "three capital letters such as CNY"
Number = Annotated[str, Text(r"^-?[0-9]+(\.[0-9]+)?$", _NUMBER)]
Date = Annotated[str, Text(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", _DATE)]
_LOCATION = "a location such as Assets:Stock:SH"
Location = Annotated[str, Text(r"^((Assets|Equity)(:[^\s:]+)+)?$", _LOCATION)]
CLASSES = (
    "available", "inspection", "locked", "rejected", "transit", "dispatched", "subcontract",
    "supplier", "customer", "production", "scrap", "count", "opening", "other", "order", "invoice",
)  # fmt: skip
Class = Literal[
    "available", "inspection", "locked", "rejected", "transit", "dispatched", "subcontract",
    "supplier", "customer", "production", "scrap", "count", "opening", "other", "order", "invoice",
]  # fmt: skip
Classes = Annotated[list[Class], First(_listed)]
Amount = Literal[AMOUNTS]  # type: ignore[valid-type]  # one list feeds code and schema
Aspect = Literal[ASPECTS]  # type: ignore[valid-type]  # one list feeds code and schema


class TitleDoc(Doc):
    """A title in Chinese and English."""

    zh: str
    en: str


Title = Annotated[TitleDoc, First(_title)]


class FlowDoc(Doc):
    """Classes of locations that goods may leave, and that they may enter."""

    from_: Classes = key("from")
    to: Classes


class DefaultDoc(Doc):
    """Accounts that `record` takes where nobody names a location."""

    from_: Location = key("from", "")
    to: Location = ""


class PriceDoc(Doc):
    """What the price of a line means, and whether it bears VAT."""

    means: Literal["cost", "sale", "none"]
    required: Flag = False
    tax: Flag = True


class CitesDoc(Doc):
    """Which types `ref:` may name."""

    types: Words
    required: Flag = False


class LineDoc(Doc):
    """A voucher line: one side, a role, a named amount."""

    debit: Word | None = None
    credit: Word | None = None
    amount: Amount
    aspect: Aspect = "main"
    red: Flag = False
    foreign: Flag = False
    quantity: Flag = False
    item: Flag = False
    at: Literal["from", "to"] | None = None
    party: Flag = False
    order: Flag = False
    dept: Flag = False
    project: Flag = False
    handler: Flag = False
    lot: Flag = False
    when: dict[Word, Chosen] = {}


class VoucherDoc(Doc):
    """The voucher that a type's movements become."""

    word: str = "记"
    group: Literal["document", "day", "period"] = "document"
    summary: str = "{title} {party} {id}"
    lines: list[LineDoc]


def _voucher(value: object) -> object:
    if isinstance(value, str):
        if value != "none":
            raise ValueError("`none`, or a mapping with `lines`")
        return {"lines": []}
    return value


class ExampleDoc(Doc):
    """Facts and amounts given, voucher lines expected as `[role, amount]`, debit positive."""

    given: dict[Word, str] = {}
    expect: list[tuple[Word, Number]]


class RuleDoc(Doc):
    """`rules/movements/<type>.yaml`."""

    type: Word
    title: Title
    ledger: Literal["stock", "document", "value", "money", "policy"] = "stock"
    valid_from: Date | Literal[""] = key("valid-from", "")
    from_: Classes | None = key("from", None)
    to: Classes | None = None
    flows: list[FlowDoc] = []
    default: DefaultDoc = DefaultDoc()
    rank: Annotated[str, Text(r"^[0-9]{1,3}$", _RANK)] = "50"
    price: PriceDoc = PriceDoc(means="none")
    fields: dict[Word, Literal["required", "optional", "forbidden"]] = {}
    reasons: Words = []
    cites: CitesDoc = CitesDoc(types=[])
    voucher: Annotated[VoucherDoc, First(_voucher)]
    examples: list[ExampleDoc] = []


_LATE = Literal["recost", "remaining-share", "on-hand-share", "expense"]
Places = Annotated[str, Text(r"^([0-9]|exact)$", "a digit or exact")]


class CostDoc(Doc):
    """How cost is kept: every field of CostPolicy; what is not said is inherited."""

    method: str | None = None
    pool: Literal["company", "site", "location", "lot", "lot+site"] | None = None
    negative: Literal["refuse", "provisional"] | None = None
    estimate: Literal["last-used", "last-receipt", "zero"] | None = None
    true_up: Literal["shortage", "balance"] | None = key("true-up", None)
    purchase_return: Literal["receipt-cost", "method"] | None = key("purchase-return", None)
    backdated: Literal["recost", "current-average"] | None = None
    stated_issue: Literal["ignore", "cost"] | None = key("stated-issue", None)
    landed_cost: _LATE | None = key("landed-cost", None)
    invoice_difference: _LATE | None = key("invoice-difference", None)
    period: Literal["day", "month", "year"] | None = None
    receipts_first: Flag | None = key("receipts-first", None)
    cycles: Literal["exact", "previous", "refuse"] | None = None
    unit_decimals: Places | None = key("unit-decimals", None)
    rate: Literal["period", "opening"] | None = None
    rate_decimals: Places | None = key("rate-decimals", None)
    ending: Literal["rest", "rate"] | None = None
    reason: str = ""


class CostChangeDoc(Doc):
    """A dated change of cost policies, for a category, an item or (neither) the company."""

    from_: Date = key("from")
    category: Word | None = None
    item: str | None = None
    cost: CostDoc
    apply: Literal["prospective", "retrospective"]
    reason: Annotated[str, Text(r"[\s\S]", "some text")]


class CategoryDoc(Doc):
    """A class of items."""

    title: Title
    cost: CostDoc = CostDoc()
    tax: Word | Literal[""] = ""


class ProductionDoc(Doc):
    """How work orders are settled, and what their output is worth until then."""

    settlement: Literal["at-completion", "equivalent-units", "material-only"] = "at-completion"
    estimate: Literal["", "standard", "bom", "last-cost"] = ""


class CompanyDoc(Doc):
    """`rules/company.yaml`."""

    name: Title
    registration: str = ""
    currency: Annotated[str, Text(r"^[A-Z]{3}$", _CURRENCY)] = "CNY"
    currency_decimals: Literal["0", "1", "2", "3", "4"] = key("currency-decimals", "2")
    chart: Word = "cas"
    taxpayer: Literal["general", "small-scale", "none"] = "general"
    prices: Literal["net", "gross"] = "net"
    revenue: Literal["at-delivery", "at-invoice", "at-acceptance"] = "at-delivery"
    cost_voucher: Literal["separate", "together"] = key("cost-voucher", "separate")
    invoice_difference: _LATE = key("invoice-difference", "recost")
    grouping: dict[Word, Literal["document", "day", "period"]] = {}
    book: Literal["daily", "period", "manual"] = "manual"
    timezone: str = "Asia/Shanghai"
    engine: str = "1"
    production: ProductionDoc = ProductionDoc()
    cost: CostDoc = CostDoc()
    categories: dict[Word, CategoryDoc] = {}
    items: dict[str, CostDoc] = {}
    order: Literal["by-date", "as-entered"] = "by-date"
    books: Literal["statutory", "management"] = "statutory"
    cost_changes: list[CostChangeDoc] = key("cost-changes", [])
    management: CostDoc = CostDoc()


class RateDoc(Doc):
    """A VAT rate in per cent, in force from a date."""

    class_: Word = key("class")
    taxpayer: Literal["general", "small-scale"]
    since: Date
    rate: Number
    deductible: Flag = True
    source: str = ""


class TaxDoc(Doc):
    """`rules/tax.yaml`."""

    note: str = ""
    deemed_margin: Number = key("deemed-margin", "10")
    rates: list[RateDoc]


class AccountDoc(Doc):
    """An account of a chart pack."""

    code: Annotated[str, Text(r"^[0-9]+$", "digits such as 1405")]
    zh: str
    en: str
    root: Literal["Assets", "Liabilities", "Equity", "Income", "Expenses"]
    parent: str = ""
    direction: Literal["debit", "credit", ""] = ""
    role: str = ""
    taxpayer: Literal["general", "small-scale", ""] = ""
    since: str = ""


class ChartDoc(Doc):
    """`rules/charts/<chart>.yaml`."""

    chart: Word
    title: Title
    note: str = ""
    accounts: list[AccountDoc]
