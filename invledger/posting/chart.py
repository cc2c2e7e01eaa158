"""From roles to accounts: the chart says which account plays a role, where need be by category."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from invledger.model import Account


@dataclass(slots=True)
class Chart:
    """Role resolution over the accounts of a company; the most specific claim wins."""

    accounts: dict[str, Account] = field(default_factory=dict)
    _claims: dict[str, list[tuple[dict[str, str], str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> Chart:
        chart = cls()
        for account in accounts:
            chart.accounts[account.name] = account
            for claim in account.roles:
                chart._claims.setdefault(claim.role, []).append((dict(claim.where), account.name))
        return chart

    def account(self, role: str, **facts: str) -> str | None:
        """The account for a role given facts such as category=, site=, party=; None if none."""
        best: tuple[int, str] | None = None
        for where, name in self._claims.get(role, ()):
            fits = all(facts.get(key) == value for key, value in where.items())
            if fits and (best is None or len(where) > best[0]):
                best = (len(where), name)
        return None if best is None else best[1]

    def claim_keys(self) -> frozenset[str]:
        """The facts that some claim asks for: category, site, party."""
        return frozenset(
            key for claims in self._claims.values() for where, _ in claims for key in where
        )

    def claims(self, role: str) -> list[tuple[dict[str, str], str]]:
        """Every claim to a role: what it asks for, and the account."""
        return list(self._claims.get(role, ()))

    def roles(self) -> frozenset[str]:
        """Every role that some account claims."""
        return frozenset(self._claims)
