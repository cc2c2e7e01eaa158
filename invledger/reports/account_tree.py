"""The accounts as a tree: which account is summed into which, and how deep it stands.

A parent is the nearest account above it in the name (`Liabilities:2202-应付账款` over
`…:2202-应付账款:暂估`, even where nobody opened it), else the account of the same root whose code
is the longest proper beginning of its own (2221 over 222101).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from invledger.model import Account

DEBIT_ROOTS = ("Assets", "Expenses")


@dataclass(slots=True)
class AccountTree:
    """Accounts in the order of their codes, every one after its parent, with level from 1."""

    accounts: dict[str, Account] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)  # "" at the top
    levels: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, opened: Mapping[str, Account], used: Iterable[str]) -> AccountTree:
        tree = cls()
        for name in {*opened, *used}:
            parts = name.split(":")
            for depth in range(2, len(parts) + 1):
                above = ":".join(parts[:depth])
                tree.accounts.setdefault(above, opened.get(above) or implied_account(above))
        by_code = {(_root(a.name), a.code): a.name for a in tree.accounts.values() if a.code}
        for name, account in tree.accounts.items():
            above = name.rpartition(":")[0]
            tree.parents[name] = above if above in tree.accounts else _by_code(account, by_code)
        tree._set_order()
        return tree

    def above(self, name: str) -> Iterable[str]:
        """The account and everything that it is summed into."""
        while name:
            yield name
            name = self.parents[name]

    def _set_order(self) -> None:
        """Walk from the tops down, children by code and name."""
        below: dict[str, list[str]] = {}
        for name, parent in self.parents.items():
            below.setdefault(parent, []).append(name)
        waiting = [(name, 1) for name in self._falling(below.get("", []))]
        while waiting:
            name, level = waiting.pop()
            self.order.append(name)
            self.levels[name] = level
            waiting += [(child, level + 1) for child in self._falling(below.get(name, []))]

    def _falling(self, names: list[str]) -> list[str]:
        return sorted(names, key=lambda name: (self.accounts[name].code, name), reverse=True)


def implied_account(name: str) -> Account:
    """An account that stands in a name only: code and title from its last component."""
    code, dash, title = name.rpartition(":")[2].partition("-")
    if not dash or not code.isdigit():
        code, title = "", name.rpartition(":")[2]
    direction = "debit" if _root(name) in DEBIT_ROOTS else "credit"
    return Account(name=name, code=code, title=title, direction=direction)


def _root(name: str) -> str:
    return name.partition(":")[0]


def _by_code(account: Account, by_code: Mapping[tuple[str, str], str]) -> str:
    root = _root(account.name)
    for length in range(len(account.code) - 1, 0, -1):
        found = by_code.get((root, account.code[:length]))
        if found is not None and found != account.name:
            return found
    return ""
