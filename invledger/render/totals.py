"""Totals that stand under no column: named in both languages, nested ones as a small table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from invledger.model import Column, Table
from invledger.render.safe import padded, visible, width_of

_FIGURE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_NAMES = {
    "by_level": ("Level", "级次"),
    "trial_balance": ("Trial balance", "试算平衡"),
    "opening_debit": ("opening debit", "期初借方"),
    "opening_credit": ("opening credit", "期初贷方"),
    "debit": ("debit", "本期借方"),
    "credit": ("credit", "本期贷方"),
    "ytd_debit": ("debit this year", "本年累计借方"),
    "ytd_credit": ("credit this year", "本年累计贷方"),
    "closing_debit": ("closing debit", "期末借方"),
    "closing_credit": ("closing credit", "期末贷方"),
    "balanced": ("balanced", "是否平衡"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "unexplained": ("Unexplained", "未解释差异数"),
    "vouchers": ("Vouchers", "凭证张数"),
    "count": ("Lines", "行数"),
    "ledger_value": ("Inventory accounts", "总账存货科目"),
    "adjusted_later": ("Adjusted in later periods", "以后期间调整"),
    "difference": ("Difference", "差异"),
    "records": ("Records", "记录数"),
    "rejected": ("Rejected", "拒绝行数"),
    "repeated": ("Repeated", "重复行数"),
}


def named(key: str, language: str) -> str:
    """A key of the totals in a language; the key itself where it has no name."""
    title = _NAMES.get(key)
    return visible(key) if title is None else title[language == "zh"]


def other_totals(table: Table, columns: Sequence[Column], language: str) -> list[tuple[str, str]]:
    """Plain totals that are no column's own: name and figure; unnamed zeros are left out."""
    keys = {column.key for column in columns}
    return [
        (named(key, language), _spoken(value, language))
        for key, value in table.totals.items()
        if key not in keys
        and not isinstance(value, Mapping | list | tuple)
        and (key in _NAMES or str(value or "").strip("-0."))
    ]


def nested_totals(table: Table, language: str) -> list[list[str]]:
    """Totals that are mappings of figures, as rows of one table, the longer side downwards."""
    found: list[tuple[str, Mapping[str, object]]] = []
    for key, value in table.totals.items():
        if isinstance(value, Mapping) and value:
            found += _leaves(named(str(key), language), value)
    heads = list(dict.fromkeys(key for _, figures in found for key in figures))
    if not found:
        return []
    rows = [["", *(named(str(key), language) for key in heads)]]
    for name, figures in found:
        rows.append([name, *(_spoken(figures.get(key), language) for key in heads)])
    is_wide = len(heads) > len(found)
    return [list(row) for row in zip(*rows, strict=True)] if is_wide else rows


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of texts as lines: the first column on the left, the others on the right."""
    if not rows:
        return []
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            padded(text, width, right=at > 0)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def grouped(figure: str) -> str:
    """A figure with thousands separators; for eyes only, no other format has them."""
    sign, digits = ("-", figure[1:]) if figure.startswith("-") else ("", figure)
    whole, dot, fraction = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{fraction}"


def _leaves(name: str, value: Mapping[str, object]) -> list[tuple[str, Mapping[str, object]]]:
    """The innermost mappings below a total, each with its name."""
    if not any(isinstance(inner, Mapping) for inner in value.values()):
        return [(name, value)]
    leaves: list[tuple[str, Mapping[str, object]]] = []
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            leaves += _leaves(f"{name} {visible(str(key))}", inner)
    return leaves


def _spoken(value: object, language: str) -> str:
    text = "" if value is None else str(value)
    if _FIGURE.fullmatch(text):
        return grouped(text)
    return named(text, language) if text in {"yes", "no"} else visible(text)
