"""`item add`, `location add`, `party add`: one more entry at the end of a master file.

The text is made by the printer, read back together with the file it joins, and appended as every
other block: codes are unique, nothing that stands is touched.

Problems: master-exists, master-name-bad, record-value-missing, record-value-bad; `ledger`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from invledger.ledger import (
    class_of,
    commodity_of,
    print_item,
    print_location,
    print_party,
    read_master,
)
from invledger.ledger.grammar import is_date
from invledger.model import (
    Item,
    Location,
    OverlayTree,
    Party,
    Place,
    Problem,
    exit_code_of,
    problem,
)
from invledger.store import FolderTree, append_block, run_foreign

ITEMS = "ledgers/items.beancount"
LOCATIONS = "ledgers/locations.beancount"
PARTIES = "ledgers/parties.beancount"
ROOTS = ("Assets", "Equity", "Liabilities", "Income", "Expenses")
STATUSES = ("available", "inspection", "locked", "rejected")
DATE_DEFAULT = "2000-01-01"

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}", re.ASCII)
_ACCOUNT = re.compile(r"(Assets|Equity)(:[A-Z0-9][\w-]*)+")
_UNIT = re.compile(r"([^\s=]+)=(\d+(?:/[1-9]\d*)?)", re.ASCII)


@dataclass(slots=True)
class AddOutcome:
    """What was added: its code, where it stands, its text."""

    code: str = ""
    path: str = ""
    text: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return exit_code_of(self.problems)

    def report(self, code: str, /, **args: object) -> None:
        self.problems.append(problem(code, Place(self.path), "", **args))

    def require(self, values: Mapping[str, str], kind: str, *names: str) -> None:
        for name in names:
            if not values.get(name):
                self.report("record-value-missing", type=kind, name=name)


def add_item(root: Path, values: Mapping[str, str], *, dry_run: bool = False) -> AddOutcome:
    """An item from `code name unit …` (keys as in items.beancount); raises Refused of the disk."""
    outcome = AddOutcome(commodity_of(values.get("code", "")), ITEMS)
    outcome.require(values, "item", "code", "name", "unit")
    code, decimals = values.get("code", ""), values.get("decimals") or "0"
    if code and len(code) > 64:
        outcome.report("master-name-bad", code=code)
    if decimals not in {"0", "1", "2", "3", "4", "5", "6"}:
        outcome.report("record-value-bad", name="decimals", value=decimals, wanted="0–6")
        decimals = "0"
    item = Item(
        code=outcome.code,
        name=values.get("name", ""),
        unit=values.get("unit", ""),
        decimals=int(decimals),
        name_en=values.get("name-en", ""),
        category=values.get("category", ""),
        sku=code,
        spec=values.get("spec", ""),
        tax=values.get("tax", ""),
        lot=values.get("lot") == "TRUE",
        expiry=values.get("expiry") == "TRUE",
        units=_units(outcome, values.get("units", "")),
        opened=_date(outcome, values),
    )
    return _add(root, outcome, print_item(item), "items", dry_run=dry_run)


def add_location(root: Path, values: Mapping[str, str], *, dry_run: bool = False) -> AddOutcome:
    """A location from `account name …`; raises Refused of the disk."""
    account = values.get("account", "")
    if account and account.partition(":")[0] not in ROOTS:
        account = f"Assets:Stock:{account}"
    outcome = AddOutcome(account, LOCATIONS)
    outcome.require(values, "location", "account")
    if account and _ACCOUNT.fullmatch(account) is None:
        outcome.report("master-name-bad", code=account)
    status = values.get("status", "")
    if status and status not in STATUSES:
        wanted = " / ".join(STATUSES)
        outcome.report("record-value-bad", name="status", value=status, wanted=wanted)
    parts = account.split(":")
    location = Location(
        account=account,
        class_=class_of(account, status or "available") or "",
        site=values.get("site") or (parts[2] if len(parts) > 2 else ""),
        name=values.get("name", ""),
        name_en=values.get("name-en", ""),
        opened=_date(outcome, values),
    )
    return _add(root, outcome, print_location(location), "locations", dry_run=dry_run)


def add_party(root: Path, values: Mapping[str, str], *, dry_run: bool = False) -> AddOutcome:
    """A supplier, customer … from `code name …`; raises Refused of the disk."""
    code = values.get("code", "")
    outcome = AddOutcome(code, PARTIES)
    outcome.require(values, "party", "code", "name")
    if code and _CODE.fullmatch(code) is None:
        outcome.report("master-name-bad", code=code)
    known = ("code", "name", "name-en", "date")
    party = Party(
        code=code,
        name=values.get("name", ""),
        name_en=values.get("name-en", ""),
        meta={key: value for key, value in values.items() if value and key not in known},
    )
    text = print_party(party, _date(outcome, values))
    return _add(root, outcome, text, "parties", dry_run=dry_run)


def _add(root: Path, outcome: AddOutcome, text: str, book: str, *, dry_run: bool) -> AddOutcome:
    """Read the file with the new text at its end, then append it."""
    outcome.text = text
    tree = FolderTree(root)
    if outcome.problems:
        return outcome
    master, found = read_master(tree, run_foreign)
    if outcome.code in getattr(master, book):
        outcome.report("master-exists", code=outcome.code)
        return outcome
    held = tree.read(outcome.path) if tree.exists(outcome.path) else b""
    joined = held + (b"" if held.endswith(b"\n\n") else b"\n") + text.encode()
    master, after = read_master(OverlayTree(tree, {outcome.path: joined}), run_foreign)
    outcome.problems += [p for p in after if p not in found]
    if outcome.code not in getattr(master, book):
        outcome.report("master-name-bad", code=outcome.code)
    if outcome.exit_code == 0 and not dry_run:
        append_block(root, outcome.path, text, accept=lambda now: _unchanged(now, held))
    return outcome


def _unchanged(now: bytes, held: bytes) -> bool:
    """Whether nobody wrote since we looked; else the caller's look at codes would be stale."""
    return now == held


def _units(outcome: AddOutcome, text: str) -> dict[str, Fraction]:
    units: dict[str, Fraction] = {}
    for word in text.split():
        match = _UNIT.fullmatch(word)
        if match is None or Fraction(match[2]) == 0:
            outcome.report("record-value-bad", name="units", value=word, wanted="BOX=24")
            continue
        units[match[1]] = Fraction(match[2])
    return units


def _date(outcome: AddOutcome, values: Mapping[str, str]) -> str:
    date = values.get("date") or DATE_DEFAULT
    if not is_date(date):
        outcome.report("record-value-bad", name="date", value=date, wanted="YYYY-MM-DD")
        return DATE_DEFAULT
    return date
