"""Do the vouchers on disk say exactly what the sources give?

Every movement makes its vouchers once: none may be missing, none may stand without a source, none
twice, none changed by hand. What should stand on disk is derivation, with booked vouchers kept
and adjusted; it is compared voucher by voucher with what does stand there.

Anti-pattern: correcting an amount in `ledgers/vouchers/`. The next `post` takes it away, and until
then stock and ledger differ.

Good: correct the movement (while its period is open), run `invledger post`, commit both.

Days that were never posted at all are told day by day while they are few, else in one finding.

Emits `voucher-missing`, `vouchers-unposted` (whole days), `voucher-orphan`, `voucher-doubled`,
`voucher-differs`, and those of `posting.adjust` for what is booked.
"""

from __future__ import annotations

from collections.abc import Sequence

from invledger.model import Place, Problem, Voucher, problem
from invledger.posting.adjust import adjust_booked
from invledger.posting.sources import Derivation, Sources

DAYS_NAMED_MAX = 3


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """Problems of the files in `ledgers/vouchers/`."""
    standing, found = adjust_booked(derivation.vouchers, sources)
    wanted = {voucher.identity: voucher for voucher in standing}
    on_disk: dict[str, Voucher] = {}
    for voucher in sources.posted:
        if voucher.identity in on_disk:
            first = on_disk[voucher.identity].place
            found.append(
                problem("voucher-doubled", voucher.place, voucher=voucher.identity, first=first)
            )
            continue
        on_disk[voucher.identity] = voucher
        known = wanted.get(voucher.identity)
        if known is None:
            found.append(problem("voucher-orphan", voucher.place, voucher=voucher.identity))
        elif not is_same(known, voucher):
            found.append(problem("voucher-differs", voucher.place, voucher=voucher.identity))
    lacking = [voucher for identity, voucher in wanted.items() if identity not in on_disk]
    return [*found, *_missing(sources, lacking)]


#: What a voucher says: every field but where it stands and who wrote it.
_SAID = Voucher._fields.index("derived")


def is_same(one: Voucher, other: Voucher) -> bool:
    """Whether two vouchers say the same, wherever they stand."""
    return one[:_SAID] == other[:_SAID]


def _missing(sources: Sources, lacking: Sequence[Voucher]) -> list[Problem]:
    """One Problem a voucher; one a day, or for all days, where whole days were never posted."""
    posted = {voucher.date for voucher in sources.posted}
    by_day: dict[str, list[Voucher]] = {}
    for voucher in lacking:
        by_day.setdefault(voucher.date, []).append(voucher)
    wanted = {voucher.links[0] for voucher in lacking if voucher.links}
    places = {
        id_: Place(sources.table.path[row], sources.table.lineno[row])
        for row, id_ in reversed(list(enumerate(sources.table.id)))
        if id_ in wanted
    }
    found = _unposted({day: len(by_day[day]) for day in sorted(by_day) if day not in posted})
    for day in sorted(by_day.keys() & posted):
        for voucher in by_day[day]:
            place = places.get(voucher.links[0], voucher.place) if voucher.links else voucher.place
            found.append(problem("voucher-missing", place, voucher=voucher.identity))
    return found


def _unposted(days: dict[str, int]) -> list[Problem]:
    """Days without any voucher on disk, each with its number of vouchers."""
    if len(days) > DAYS_NAMED_MAX:
        when = f"{min(days)} … {max(days)}"
        place, count = Place("ledgers/vouchers"), sum(days.values())
        return [problem("vouchers-unposted", place, count=count, days=len(days), when=when)]
    return [
        problem(
            "vouchers-unposted",
            Place(f"ledgers/vouchers/{day[:4]}/{day[5:7]}/{day}.beancount"),
            count=count,
            days=1,
            when=day,
        )
        for day, count in days.items()
    ]
