"""Is the register of booked vouchers whole, and does what is booked still stand?

Numbers of a period and word run 1, 2, 3 … without a gap and without repetition, each voucher is
booked once, by a reviewer who is not the preparer; and a voucher
written by hand is, to the letter, the one that was booked.

Anti-pattern: taking 记-7 out of the register because it was wrong.

Good: reverse the movement (`reverses:`) or correct it in the open period; the register keeps 记-7
and gains the red voucher.

Emits `register-gap`, `register-number-twice`, `register-voucher-twice`,
`register-same-person`, `booked-edited`.
"""

from __future__ import annotations

from collections.abc import Iterable

from invledger.ledger import voucher_digest
from invledger.model import Booking, Problem, problem
from invledger.posting.sources import Derivation, Sources


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """Problems of the register, at the entry that they concern."""
    del derivation
    register = sources.register
    alone = [
        problem("register-same-person", entry.place, person=entry.prepared, number=_name(entry))
        for entry in register
        if entry.prepared and entry.prepared == entry.reviewed
    ]
    return [*_numbers(register), *_twice(register), *alone, *_by_hand(sources)]


def _numbers(register: Iterable[Booking]) -> list[Problem]:
    """Gaps and repetitions per period and word."""
    groups: dict[tuple[str, str], list[Booking]] = {}
    for entry in register:
        groups.setdefault((entry.period, entry.word), []).append(entry)
    found = []
    for entries in groups.values():
        expected = 1
        for entry in sorted(entries, key=lambda entry: entry.number):
            if entry.number < expected:
                found.append(problem("register-number-twice", entry.place, number=_name(entry)))
                continue
            if entry.number > expected:
                gap = f"{entry.word}-{expected}"
                if entry.number - 1 > expected:
                    gap += f" … {entry.word}-{entry.number - 1}"
                found.append(
                    problem("register-gap", entry.place, missing=gap, period=entry.period)
                )
            expected = entry.number + 1
    return found


def _twice(register: Iterable[Booking]) -> list[Problem]:
    """Vouchers that were booked more than once."""
    seen: dict[str, Booking] = {}
    found = []
    for entry in register:
        first = seen.setdefault(entry.identity, entry)
        if first is not entry:
            found.append(
                problem(
                    "register-voucher-twice",
                    entry.place,
                    voucher=entry.identity,
                    first=_name(first),
                )
            )
    return found


def _by_hand(sources: Sources) -> list[Problem]:
    """Hand-written vouchers that are no longer what was booked (derived ones: see vouchers)."""
    decimals = sources.company.currency_decimals
    money = {voucher.identity: voucher for voucher in sources.money}
    found = []
    for entry in sources.register:
        voucher = money.get(entry.identity)
        if voucher is not None and voucher_digest(voucher, decimals) != entry.digest:
            facts = {"identity": entry.identity, "number": _name(entry)}
            found.append(problem("booked-edited", voucher.place, **facts))
    return found


def _name(entry: Booking) -> str:
    return f"{entry.word}-{entry.number}"
