"""Booked vouchers never change; what differs now comes as an adjusting voucher in an open period.

In: derived vouchers, Sources (register and vouchers as on disk). Out: the vouchers that belong on
disk and Problems. For a booked identity the block on disk is kept as it stands; derived minus all
that is booked of it (its `~1`, `~2` … included) becomes `<identity>~n`, red where negative; an
identity no longer derived is wholly taken back. DESIGN section 2, derived or booked. Codes:
booked-missing, booked-edited.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from invledger.model import Booking, Posting, Problem, Voucher, format_scaled, problem
from invledger.posting.sources import Sources

_Key = tuple[str, str, bool, tuple[tuple[str, str], ...]]
Digest = Callable[[Voucher, int], str]


def adjust_booked(
    derived: Collection[Voucher], sources: Sources
) -> tuple[list[Voucher], list[Problem]]:
    """Vouchers to stand on disk: booked ones verbatim, adjustments, all others as derived."""
    if not sources.register:
        return list(derived), []
    from invledger.ledger import voucher_digest

    broken: set[str] = set()
    booked, problems = _booked(sources, voucher_digest, broken)
    now: dict[str, Voucher] = {}
    standing: list[Voucher] = []
    for voucher in derived:
        if voucher.identity in booked or voucher.identity in broken:
            now[voucher.identity] = voucher
        else:
            standing.append(voucher)
    for identity, blocks in booked.items():
        standing += blocks
        if identity in broken:
            continue  # what was booked is not known: no adjustment can be right
        adjusting = _adjustment(identity, blocks, now.get(identity), sources)
        if adjusting is not None:
            standing.append(adjusting)
    return sorted(standing, key=lambda v: v.date), problems


def base_identity(identity: str) -> str:
    """The identity that `~n` adjusts."""
    stem, tilde, number = identity.rpartition("~")
    return stem if tilde and number.isdigit() else identity


def _booked(
    sources: Sources, digest: Digest, broken: set[str]
) -> tuple[dict[str, list[Voucher]], list[Problem]]:
    """Booked blocks on disk by base identity, oldest first; what of them is gone or edited."""
    posted = {voucher.identity: voucher for voucher in (*sources.money, *sources.posted)}
    decimals = sources.company.currency_decimals
    booked: dict[str, list[Voucher]] = {}
    problems: list[Problem] = []
    for entry in sources.register:
        block = posted.get(entry.identity)
        if block is None:
            problems.append(_missing(entry))
            broken.add(base_identity(entry.identity))
            continue
        if digest(block, decimals) != entry.digest:
            broken.add(base_identity(entry.identity))
            problems.append(
                problem(
                    "booked-edited",
                    block.place,
                    identity=entry.identity,
                    number=f"{entry.word}-{entry.number}",
                )
            )
        if block.derived:  # what people wrote stands in its own file and is never adjusted
            booked.setdefault(base_identity(entry.identity), []).append(block)
    return booked, problems


def _missing(entry: Booking) -> Problem:
    number = f"{entry.word}-{entry.number}"
    return problem(
        "booked-missing", entry.place, identity=entry.identity, number=number, period=entry.period
    )


def _adjustment(
    identity: str, blocks: list[Voucher], wanted: Voucher | None, sources: Sources
) -> Voucher | None:
    """Derived minus booked as one voucher, or None where they agree."""
    decimals: dict[_Key, int] = {}
    difference: dict[_Key, list[int]] = {}
    for voucher, sign in [*((block, -1) for block in blocks), *([(wanted, 1)] if wanted else [])]:
        for posting in voucher.postings:
            key, quantity, places = _key(posting)
            held = difference.setdefault(key, [0, 0])
            shift = max(places, decimals.get(key, 0))
            held[1] = held[1] * 10 ** (shift - decimals.get(key, 0))
            decimals[key] = shift
            held[0] += sign * posting.amount
            held[1] += sign * quantity * 10 ** (shift - places)
    postings = tuple(
        _posting(key, amount, quantity, decimals[key])
        for key, (amount, quantity) in difference.items()
        if amount
    )
    if not postings:
        return None
    if sum(posting.amount for posting in postings):
        raise AssertionError(f"adjust: {identity} does not balance")
    first = blocks[0]
    taken = [int(b.identity[len(identity) + 1 :] or 0) for b in blocks]
    links = wanted.links if wanted is not None else first.links
    return Voucher(
        _open_date(first.date, sources),
        f"{identity}~{max(taken) + 1}",
        first.payee,
        f"调整 {first.narration}",
        postings,
        links,
        first.word,
    )


def _key(posting: Posting) -> tuple[_Key, int, int]:
    """What makes two postings the same line; the quantity apart, as an integer with decimals."""
    meta = tuple((k, v) for k, v in posting.meta if k != "qty")
    text = next((v for k, v in posting.meta if k == "qty"), "0")
    whole, _, fraction = text.partition(".")
    is_debit = (posting.amount > 0) is not posting.red
    return (
        (posting.account, posting.currency, is_debit, meta),
        int(whole + fraction),
        len(fraction),
    )


def _posting(key: _Key, amount: int, quantity: int, decimals: int) -> Posting:
    account, currency, is_debit, meta = key
    if quantity and meta and meta[0][0] == "item":
        meta = (meta[0], ("qty", format_scaled(quantity, decimals)), *meta[1:])
    return Posting(account, amount, currency, (amount < 0) is is_debit, meta)


def _open_date(date: str, sources: Sources) -> str:
    """The date itself in an open period, else the first day of the next period that is open."""
    closed = sources.master.closed_periods()
    period = date[:7]
    if period not in closed:
        return date
    while period in closed:
        period = next_period(period)
    return f"{period}-01"


def next_period(period: str) -> str:
    """The month after `YYYY-MM`."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"
