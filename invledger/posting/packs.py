"""Chart packs: a standard's accounts as data, and the accounts of a new company made from one.

`rules/charts/cas.yaml` and `sbe.yaml` list code, Chinese and English title, root, direction and
the roles that each account plays. Codes clash between the two (5001 is production cost in one and
revenue in the other), so nothing but a pack knows a code. Codes: those of `schema`, chart-parent,
chart-role, chart-twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from invledger.model import NOWHERE, Account, Place, Problem, RoleClaim, problem
from invledger.posting.schema import YamlDocument, validate

_DEBIT_ROOTS = ("Assets", "Expenses")


class PackAccount(NamedTuple):
    """One account of a pack; `taxpayer` says for whom it is made, '' for all."""

    code: str
    title: str
    title_en: str
    root: str
    parent: str
    direction: str
    roles: tuple[RoleClaim, ...]
    taxpayer: str
    place: Place


@dataclass(frozen=True, slots=True)
class ChartPack:
    """A standard's chart of accounts."""

    name: str
    title: str
    title_en: str
    accounts: tuple[PackAccount, ...]
    place: Place = NOWHERE


def read_claims(text: str) -> tuple[RoleClaim, ...] | None:
    """`role [key=value]…; role …` as claims; None where it is not of that form."""
    claims: list[RoleClaim] = []
    for part in text.split(";"):
        role, *conditions = part.split()
        pairs = [tuple(condition.split("=")) for condition in conditions]
        if not role or any(len(pair) != 2 for pair in pairs):
            return None
        claims.append(RoleClaim(role, tuple((pair[0], pair[1]) for pair in pairs)))
    return tuple(claims)


def read_chart_pack(document: YamlDocument) -> tuple[ChartPack | None, list[Problem]]:
    """The pack of one file, or None where it cannot be used."""
    from invledger.posting.documents import ChartDoc

    doc, problems = validate(document, ChartDoc)
    if doc is None:
        return None, problems
    codes: set[str] = set()
    accounts: list[PackAccount] = []
    for index, row in enumerate(doc.accounts):
        place = document.place("accounts", index)
        if row.code in codes and not row.taxpayer:
            problems.append(problem("chart-twice", place, code=row.code))
        if row.parent and row.parent not in codes:
            problems.append(problem("chart-parent", place, code=row.code, parent=row.parent))
        codes.add(row.code)
        claims = read_claims(row.role) if row.role.strip() else ()
        if claims is None:
            problems.append(problem("chart-role", place, code=row.code, role=row.role))
            claims = ()
        direction = row.direction or ("debit" if row.root in _DEBIT_ROOTS else "credit")
        accounts.append(
            PackAccount(
                row.code,
                row.zh,
                row.en,
                row.root,
                row.parent,
                direction,
                claims,
                row.taxpayer,
                place,
            )
        )
    pack = ChartPack(doc.chart, doc.title.zh, doc.title.en, tuple(accounts), document.place())
    return (pack if not problems else None), problems


def accounts_of(pack: ChartPack, *, taxpayer: str, opened: str) -> list[Account]:
    """The accounts that a company of a taxpayer status opens on a date, parents first.

    Names are `Root:CODE-title`, those of sub-accounts `parent:title`: `Assets:1405-库存商品`,
    `Liabilities:2202-应付账款:暂估`.
    """
    names: dict[str, str] = {}
    accounts: list[Account] = []
    for row in pack.accounts:
        if row.taxpayer and row.taxpayer != taxpayer:
            continue
        if row.parent and row.parent not in names:
            continue
        above = names.get(row.parent)
        name = f"{above}:{row.title}" if above else f"{row.root}:{row.code}-{row.title}"
        names[row.code] = name
        accounts.append(
            Account(
                name=name,
                code=row.code,
                title=row.title,
                title_en=row.title_en,
                direction=row.direction,
                roles=row.roles,
                opened=opened,
                place=row.place,
            )
        )
    return accounts
