"""Read `rules/`: movement types, VAT rates. Charts stand in `packs`, the company in `policies`.

In: YamlDocuments. Out: records of the house and Problems with `file:line:col`; None where the
document cannot be used. Codes: those of `schema`, tax-rate-number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from invledger.model import Problem, parse_scaled, problem
from invledger.posting.pools import COUNTERPARTIES
from invledger.posting.rule import DIMENSIONS, Example, Rule, RuleLine
from invledger.posting.schema import Path, YamlDocument, validate
from invledger.posting.tax import Rate, TaxTable

if TYPE_CHECKING:
    from invledger.posting.documents import ExampleDoc, LineDoc, RuleDoc


def read_rule(document: YamlDocument) -> tuple[tuple[Rule, ...], list[Problem]]:
    """The rule of one file, or its versions where the file is a list of them."""
    from invledger.posting.documents import RuleDoc

    ways: list[Path] = [()]
    if isinstance(document.data, list):
        ways = [(index,) for index in range(len(document.data))]
    rules: list[Rule] = []
    problems: list[Problem] = []
    for at in ways:
        doc, found = validate(document, RuleDoc, at)
        problems += found
        if doc is not None:
            rules.append(_rule_of(document, doc, at, problems))
    return tuple(rules), problems


def rules_of(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Rules by type, versions oldest first: what `Sources.rules` holds."""
    grouped: dict[str, list[Rule]] = {}
    for rule in rules:
        grouped.setdefault(rule.type, []).append(rule)
    return {
        type_: tuple(sorted(versions, key=lambda r: (r.valid_from, r.place)))
        for type_, versions in sorted(grouped.items())
    }


def _rule_of(document: YamlDocument, doc: RuleDoc, at: Path, problems: list[Problem]) -> Rule:
    flows = [(frozenset(flow.from_), frozenset(flow.to)) for flow in doc.flows]
    if doc.from_ and doc.to:
        flows.insert(0, (frozenset(doc.from_), frozenset(doc.to)))
    voucher = doc.voucher
    lines: list[RuleLine] = []
    for index, line in enumerate(voucher.lines):
        where: Path = (*at, "voucher", "lines", index)
        if (line.debit is None) == (line.credit is None):
            problems.append(problem("rule-line-side", document.place(*where), type=doc.type))
            continue
        lines.append(_line_of(document, line, where))
    if not flows and doc.ledger in ("stock", "document"):
        problems.append(problem("rule-no-flow", document.place(*at), type=doc.type))
    return Rule(
        type=doc.type,
        title=doc.title.zh,
        title_en=doc.title.en,
        ledger=doc.ledger,
        valid_from=doc.valid_from,
        flows=tuple(flows),
        default_source=doc.default.from_ or _only_place(come for come, _ in flows),
        default_target=doc.default.to or _only_place(go for _, go in flows),
        rank=int(doc.rank),
        price_means=doc.price.means,
        price_required=doc.price.required,
        taxed=doc.price.tax,
        fields=dict(doc.fields),
        reasons=tuple(doc.reasons),
        cites=tuple(doc.cites.types),
        cites_required=doc.cites.required,
        word=voucher.word,
        group=voucher.group,
        summary=voucher.summary,
        lines=tuple(lines),
        examples=tuple(
            _example_of(document, example, (*at, "examples", index))
            for index, example in enumerate(doc.examples)
        ),
        place=document.place(*at),
    )


def _only_place(classes: Iterable[frozenset[str]]) -> str:
    """The counterparty of a rule that knows only one: `Equity:Stock:Supplier`; else ''."""
    named = frozenset[str]().union(*classes)
    (only,) = named if len(named) == 1 else ("",)
    return f"Equity:Stock:{only.capitalize()}" if only in COUNTERPARTIES else ""


def _line_of(document: YamlDocument, line: LineDoc, where: Path) -> RuleLine:
    return RuleLine(
        side="debit" if line.debit else "credit",
        role=line.debit or line.credit or "",
        amount=line.amount,
        aspect=line.aspect,
        red=line.red,
        foreign=line.foreign,
        quantity=line.quantity,
        item=line.item,
        at=line.at or "",
        dimensions=tuple(name for name in DIMENSIONS if getattr(line, name)),
        when={key: tuple(values) for key, values in line.when.items()},
        place=document.place(*where),
    )


def _example_of(document: YamlDocument, example: ExampleDoc, where: Path) -> Example:
    """An example with its amounts in hundredths; more decimals are cut by no one: see schema."""
    return Example(
        given=dict(example.given),
        expect=tuple((role, parse_scaled(text, 2) or 0) for role, text in example.expect),
        place=document.place(*where),
    )


def read_tax(document: YamlDocument) -> tuple[TaxTable, list[Problem]]:
    """VAT rates; an empty table where the file cannot be read."""
    from invledger.posting.documents import TaxDoc

    doc, problems = validate(document, TaxDoc)
    if doc is None:
        return TaxTable(), problems
    rates: list[Rate] = []
    for index, row in enumerate(doc.rates):
        rate = parse_scaled(row.rate, 2)
        if rate is None or not 0 <= rate < 10_000:
            place = document.place("rates", index, "rate")
            problems.append(problem("tax-rate-number", place, value=row.rate))
            continue
        rates.append(Rate(row.class_, row.taxpayer, row.since, rate, row.deductible))
    margin = parse_scaled(doc.deemed_margin, 2)
    return TaxTable(tuple(rates), 1000 if margin is None else margin), problems


def rule_json_schema() -> dict[str, object]:
    """JSON Schema of `rules/movements/*.yaml`, for editors."""
    from invledger.posting.documents import RuleDoc
    from invledger.posting.fitting import model_of

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model_of(RuleDoc).model_json_schema(by_alias=True, mode="validation"),
    }
