"""The shapes of `rules/*.yaml` as pydantic models over strings. Import late: pydantic is heavy.

Numbers stay strings here; `read` turns them into integers by our own grammar. The models also
give the JSON Schemas for editors.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

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


Flag = Annotated[bool, BeforeValidator(_flag)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Words = Annotated[list[Word], BeforeValidator(_listed)]
Choice = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9-]*)?$")]
Chosen = Annotated[list[Choice], BeforeValidator(_listed)]
Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
LOCATION = r"^((Assets|Equity)(:[^\s:]+)+)?$"
CLASSES = (
    "available", "inspection", "locked", "rejected", "transit", "dispatched", "subcontract",
    "supplier", "customer", "production", "scrap", "count", "opening", "other", "order", "invoice",
)  # fmt: skip
Class = Literal[
    "available", "inspection", "locked", "rejected", "transit", "dispatched", "subcontract",
    "supplier", "customer", "production", "scrap", "count", "opening", "other", "order", "invoice",
]  # fmt: skip
Classes = Annotated[list[Class], BeforeValidator(_listed)]
Amount = Literal[AMOUNTS]  # type: ignore[valid-type]  # one list feeds code and schema
Aspect = Literal[ASPECTS]  # type: ignore[valid-type]  # one list feeds code and schema


class Strict(BaseModel):
    """Unknown keys are refused, strings are not guessed into other types."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class TitleDoc(Strict):
    """A title in Chinese and English."""

    zh: str
    en: str


Title = Annotated[TitleDoc, BeforeValidator(_title)]


class FlowDoc(Strict):
    """Classes of locations that goods may leave, and that they may enter."""

    from_: Classes = Field(alias="from")
    to: Classes


class DefaultDoc(Strict):
    """Accounts that `record` takes where nobody names a location."""

    from_: Annotated[str, StringConstraints(pattern=LOCATION)] = Field("", alias="from")
    to: Annotated[str, StringConstraints(pattern=LOCATION)] = ""


class PriceDoc(Strict):
    """What the price of a line means, and whether it bears VAT."""

    means: Literal["cost", "sale", "none"]
    required: Flag = False
    tax: Flag = True


class CitesDoc(Strict):
    """Which types `ref:` may name."""

    types: Words
    required: Flag = False


class LineDoc(Strict):
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


class VoucherDoc(Strict):
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


class ExampleDoc(Strict):
    """Facts and amounts given, voucher lines expected as `[role, amount]`, debit positive."""

    given: dict[Word, str] = {}
    expect: list[tuple[Word, Number]]


class RuleDoc(Strict):
    """`rules/movements/<type>.yaml`."""

    type: Word
    title: Title
    ledger: Literal["stock", "document", "value", "money", "policy"] = "stock"
    valid_from: Date | Literal[""] = Field("", alias="valid-from")
    from_: Classes | None = Field(None, alias="from")
    to: Classes | None = None
    flows: list[FlowDoc] = []
    default: DefaultDoc = Field(default_factory=lambda: DefaultDoc.model_validate({}))
    rank: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}$")] = "50"
    price: PriceDoc = PriceDoc(means="none")
    fields: dict[Word, Literal["required", "optional", "forbidden"]] = {}
    reasons: Words = []
    cites: CitesDoc = CitesDoc(types=[])
    voucher: Annotated[VoucherDoc, BeforeValidator(_voucher)]
    examples: list[ExampleDoc] = []


_LATE = Literal["recost", "remaining-share", "on-hand-share", "expense"]
Places = Annotated[str, StringConstraints(pattern=r"^([0-9]|exact)$")]


class CostDoc(Strict):
    """How cost is kept: every field of CostPolicy; what is not said is inherited."""

    method: str | None = None
    pool: Literal["company", "site", "location", "lot", "lot+site"] | None = None
    negative: Literal["refuse", "provisional"] | None = None
    estimate: Literal["last-used", "last-receipt", "zero"] | None = None
    true_up: Literal["shortage", "balance"] | None = Field(None, alias="true-up")
    purchase_return: Literal["receipt-cost", "method"] | None = Field(
        None, alias="purchase-return"
    )
    backdated: Literal["recost", "current-average"] | None = None
    stated_issue: Literal["ignore", "cost"] | None = Field(None, alias="stated-issue")
    landed_cost: _LATE | None = Field(None, alias="landed-cost")
    invoice_difference: _LATE | None = Field(None, alias="invoice-difference")
    period: Literal["day", "month", "year"] | None = None
    receipts_first: Flag | None = Field(None, alias="receipts-first")
    cycles: Literal["exact", "previous", "refuse"] | None = None
    unit_decimals: Places | None = Field(None, alias="unit-decimals")
    rate: Literal["period", "opening"] | None = None
    rate_decimals: Places | None = Field(None, alias="rate-decimals")
    ending: Literal["rest", "rate"] | None = None
    reason: str = ""


def _no_cost() -> CostDoc:
    return CostDoc.model_validate({})


class CostChangeDoc(Strict):
    """A dated change of cost policies, for a category, an item or (neither) the company."""

    from_: Date = Field(alias="from")
    category: Word | None = None
    item: str | None = None
    cost: CostDoc
    apply: Literal["prospective", "retrospective"]
    reason: Annotated[str, StringConstraints(min_length=1)]


class CategoryDoc(Strict):
    """A class of items."""

    title: Title
    cost: CostDoc = Field(default_factory=_no_cost)
    tax: Word | Literal[""] = ""


class ProductionDoc(Strict):
    """How work orders are settled, and what their output is worth until then."""

    settlement: Literal["at-completion", "equivalent-units", "material-only"] = "at-completion"
    estimate: Literal["", "standard", "last-cost"] = ""


class CompanyDoc(Strict):
    """`rules/company.yaml`."""

    name: Title
    registration: str = ""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    currency_decimals: Literal["0", "1", "2", "3", "4"] = Field("2", alias="currency-decimals")
    chart: Word = "cas"
    taxpayer: Literal["general", "small-scale", "none"] = "general"
    prices: Literal["net", "gross"] = "net"
    revenue: Literal["at-delivery", "at-invoice", "at-acceptance"] = "at-delivery"
    cost_voucher: Literal["separate", "together"] = Field("separate", alias="cost-voucher")
    invoice_difference: _LATE = Field("recost", alias="invoice-difference")
    grouping: dict[Word, Literal["document", "day", "period"]] = {}
    book: Literal["daily", "period", "manual"] = "manual"
    timezone: str = "Asia/Shanghai"
    engine: str = "1"
    production: ProductionDoc = ProductionDoc()
    cost: CostDoc = Field(default_factory=_no_cost)
    categories: dict[Word, CategoryDoc] = {}
    items: dict[str, CostDoc] = {}
    order: Literal["by-date", "as-entered"] = "by-date"
    books: Literal["statutory", "management"] = "statutory"
    cost_changes: list[CostChangeDoc] = Field([], alias="cost-changes")
    management: CostDoc = Field(default_factory=_no_cost)


class RateDoc(Strict):
    """A VAT rate in per cent, in force from a date."""

    class_: Word = Field(alias="class")
    taxpayer: Literal["general", "small-scale"]
    since: Date
    rate: Number
    deductible: Flag = True
    source: str = ""


class TaxDoc(Strict):
    """`rules/tax.yaml`."""

    note: str = ""
    deemed_margin: Number = Field("10", alias="deemed-margin")
    rates: list[RateDoc]


class AccountDoc(Strict):
    """An account of a chart pack."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]+$")]
    zh: str
    en: str
    root: Literal["Assets", "Liabilities", "Equity", "Income", "Expenses"]
    parent: str = ""
    direction: Literal["debit", "credit", ""] = ""
    role: str = ""
    taxpayer: Literal["general", "small-scale", ""] = ""
    since: str = ""


class ChartDoc(Strict):
    """`rules/charts/<chart>.yaml`."""

    chart: Word
    title: Title
    note: str = ""
    accounts: list[AccountDoc]
