"""posting: rules, charts and taxes read from `rules/`; movements and costs into vouchers. Pure.

Order of a run: `read_company`, `read_rule` + `rules_of`, `read_tax`, `value_rows`, (the kernel),
`derive_vouchers`, `adjust_booked`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger import late

if TYPE_CHECKING:
    from invledger.posting.adjust import adjust_booked
    from invledger.posting.chart import Chart
    from invledger.posting.citations import Citation
    from invledger.posting.derive import derive_vouchers
    from invledger.posting.examples import Shown, preview, run_examples
    from invledger.posting.lint import lint_rules
    from invledger.posting.money import money_voucher
    from invledger.posting.packs import ChartPack, accounts_of, read_chart_pack
    from invledger.posting.plan import inventory_account, kind_name
    from invledger.posting.policies import read_company, unknown_items
    from invledger.posting.pools import Pools, class_of
    from invledger.posting.read import read_rule, read_tax, rule_json_schema, rules_of
    from invledger.posting.rule import Example, Rule, RuleLine, ranks_of, version_at
    from invledger.posting.schema import YamlDocument, validate
    from invledger.posting.sources import Derivation, Sources, Valued
    from invledger.posting.tax import Rate, TaxTable
    from invledger.posting.valuation import value_rows
    from invledger.posting.worth import refused_worth

__all__ = [
    "Chart", "ChartPack", "Citation", "Derivation", "Example", "Pools", "Rate", "Rule", "RuleLine",
    "Shown", "Sources", "TaxTable", "Valued", "YamlDocument",
    "accounts_of", "adjust_booked", "class_of", "derive_vouchers", "inventory_account",
    "kind_name", "lint_rules", "money_voucher", "preview", "ranks_of", "read_chart_pack",
    "read_company", "read_rule", "read_tax", "refused_worth", "rule_json_schema", "rules_of",
    "run_examples",
    "unknown_items", "validate", "value_rows", "version_at",
]  # fmt: skip

__getattr__ = late(
    __name__,
    {
        "adjust": ("adjust_booked",),
        "chart": ("Chart",),
        "citations": ("Citation",),
        "derive": ("derive_vouchers",),
        "examples": ("Shown", "preview", "run_examples"),
        "lint": ("lint_rules",),
        "money": ("money_voucher",),
        "packs": ("ChartPack", "accounts_of", "read_chart_pack"),
        "plan": ("inventory_account", "kind_name"),
        "policies": ("read_company", "unknown_items"),
        "pools": ("Pools", "class_of"),
        "read": ("read_rule", "read_tax", "rule_json_schema", "rules_of"),
        "rule": ("Example", "Rule", "RuleLine", "ranks_of", "version_at"),
        "schema": ("YamlDocument", "validate"),
        "sources": ("Derivation", "Sources", "Valued"),
        "tax": ("Rate", "TaxTable"),
        "valuation": ("value_rows",),
        "worth": ("refused_worth",),
    },
)  # fmt: skip
