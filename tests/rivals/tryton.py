"""`python -m tests.rivals.tryton`: the same movements in Tryton and here, with the reasons.

Installs Tryton from the package index into a virtual environment of its own (once), does the
movements there and in a company of ours, and shows for each item cost of sales and what is left:
Tryton's (as entered, and after its recomputation), ours, and the exact fraction. Every difference
is taken apart into Tryton's habits (`habits`), which must give Tryton's own figures exactly; what
they do not explain, beyond our rounding to the cent, is named and ends with 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tests.cases.books import Desk
from tests.cases.numbers import plain, rounded
from tests.cases.reading import Case, read_case
from tests.cases.writer import Writer
from tests.rivals import movements
from tests.rivals.habits import HABITS, Move, Outcome, Shop, cents, outcome, reasons

PACKAGES = ("trytond>=8.0", "trytond-stock>=8.0", "trytond-product-cost-fifo>=8.0", "proteus>=8.0")
METHODS = ("moving-average", "fifo")
COST = frozenset({"cost-of-sales"})
HOME = Path(tempfile.gettempdir()) / "invledger-rivals" / "tryton"
PRICE_DECIMALS = 4
OURS = "each of our costs is rounded to the cent, the rest stays in stock"
CENT = Fraction(1, 100)


class Found(NamedTuple):
    """One item: what each of us says, and why it differs."""

    method: str
    name: str
    theirs: Outcome
    recomputed: Outcome
    ours: Outcome
    exact: Outcome
    stray: Fraction  # what Tryton received, less what it sold and what it has left
    why: list[tuple[str, Outcome]]
    unexplained: list[str]


def main() -> int:
    """Compare and print; 1 where something remains unexplained."""
    parser = argparse.ArgumentParser(prog="python -m tests.rivals.tryton", description=__doc__)
    parser.add_argument("--n", type=int, default=6, help="generated items a method")
    parser.add_argument("--home", type=Path, default=HOME, help="where Tryton is installed")
    chosen = parser.parse_args()
    items = {**movements.hard(), **movements.generated(chosen.n)}
    said = ask(installed(chosen.home), items)
    with tempfile.TemporaryDirectory() as scratch:
        desk = Desk(Path(scratch))
        found = [
            compare(method, name, moves, said, desk)
            for method in METHODS
            for name, moves in items.items()
        ]
    for line in shown(found):
        sys.stdout.write(line + "\n")
    return 1 if any(one.unexplained for one in found) else 0


def installed(home: Path) -> Path:
    """A Python that has Tryton; installed where it is not there yet."""
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    words = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
    subprocess.run([*words, "--disable-pip-version-check"], check=True, stderr=subprocess.DEVNULL)
    return python


def ask(python: Path, items: Mapping[str, Sequence[Move]]) -> dict[str, Any]:
    """Do all movements in Tryton, every item once a method."""
    lines = [
        {"n": f"{method}/{name}/{m.n}", "item": f"{method}/{name}", "date": m.date,
         "type": m.type, "qty": str(m.quantity), "unit_price": rounded(m.price, PRICE_DECIMALS)}
        for method in METHODS
        for name, moves in items.items()
        for m in moves
    ]  # fmt: skip
    given = {
        "items": {f"{method}/{name}": method for method in METHODS for name in items},
        "movements": lines,
    }
    child = Path(__file__).with_name("tryton_child.py")
    done = subprocess.run(
        [str(python), str(child)], input=json.dumps(given), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"Tryton stopped:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def compare(
    method: str, name: str, moves: Sequence[Move], said: Mapping[str, Any], desk: Desk
) -> Found:
    """One item in both, taken apart."""
    theirs, recomputed = (
        _theirs(f"{method}/{name}", moves, said[when]) for when in ("entered", "recomputed")
    )
    ours = _ours(method, moves, desk)
    exact = outcome(method, moves, ())
    received = sum(
        (
            Fraction(rounded(m.price, PRICE_DECIMALS)) * m.quantity * _SIGN[m.type]
            for m in moves
            if m.type in _SIGN
        ),
        Fraction(),
    )
    shop = Shop(method, frozenset(HABITS))
    modelled = shop.run(moves)
    unexplained = []
    if modelled != theirs:
        unexplained.append(f"Tryton's habits would give {_said(modelled)}")
    room = CENT * len(moves) / 2
    if any(abs(a - b) > room for a, b in zip(ours, exact, strict=True)):
        unexplained.append(f"ours is further from the exact {_said(exact)} than cents")
    stray = received - theirs.cost - theirs.closing
    why = reasons(method, moves)
    if _said(theirs) != _said(ours):
        cost, closing = exact.cost - ours.cost, exact.closing - ours.closing
        why += [(OURS, Outcome(cost, closing))] if cost or closing else []
    return Found(method, name, theirs, recomputed, ours, exact, stray, why, unexplained)


_SIGN = {"purchase-receipt": 1, "purchase-return": -1}


def _theirs(item: str, moves: Sequence[Move], said: Mapping[str, Any]) -> Outcome:
    """Tryton's cost of sales and value on hand: its unit costs by quantity."""
    units = {m.n: Fraction(said["moves"][f"{item}/{m.n}"]) for m in moves}
    cost = sum((units[m.n] * m.quantity for m in moves if m.type == movements.OUT), Fraction())
    back = sum((units[m.n] * m.quantity for m in moves if m.type == movements.BACK), Fraction())
    incoming = {movements.IN, movements.BACK}
    quantity = sum(m.quantity if m.type in incoming else -m.quantity for m in moves)
    return Outcome(cost - back, quantity * Fraction(said["items"][item]))


def _ours(method: str, moves: Sequence[Move], desk: Desk) -> Outcome:
    """Cost of sales in the vouchers of a company of ours, and the value of its stock."""
    case = _case(method, moves)
    now = desk.at(case, Writer(case), moves[-1].n)
    if now.problems:
        raise SystemExit("\n".join(f"{p.place} {p.code} {dict(p.args)}" for p in now.problems))
    return Outcome(now.balance(COST), now.total())


def _case(method: str, moves: Sequence[Move]) -> Case:
    """The movements as a case: receipts at the amount that is paid, to the cent."""
    lines = []
    for m in moves:
        into, out = ("WH1", "SUPPLIER") if "purchase" in m.type else ("CUSTOMER", "WH1")
        come, go = (out, into) if m.type in (movements.IN, movements.OUT) else (into, out)
        amount = plain(Fraction(cents(m.price * m.quantity)), 2)
        lines.append(
            {"n": m.n, "date": m.date, "type": m.type, "item": "ITEM", "from": come, "to": go,
             "qty": str(m.quantity), "amount": amount if m.type == movements.IN else None,
             "ref": str(m.ref) if m.ref else None}
        )  # fmt: skip
    raw = {
        "id": "rival", "method": method, "currency": {"code": "USD", "decimals": 2},
        "pool": "company", "negative_stock": "allow", "movements": lines, "expect": [],
        "policy": {"purchase_return": "original-receipt-cost"},
    }  # fmt: skip
    return read_case("rival", json.dumps(raw).encode())


def shown(found: Sequence[Found]) -> Iterator[str]:
    """The table, a line an item and a line a reason, and what it comes to."""
    head = ("method", "item", "Tryton cost/left", "recomputed", "ours", "exact", "stray")
    yield "  ".join(word.ljust(width) for word, width in zip(head, _WIDTHS, strict=True))
    for one in found:
        cells = (
            one.method, one.name, _said(one.theirs), _said(one.recomputed), _said(one.ours),
            _said_exactly(one.exact), plain(one.stray, 2),
        )  # fmt: skip
        yield "  ".join(word.ljust(width) for word, width in zip(cells, _WIDTHS, strict=True))
        for habit, change in one.why:
            yield f"    {habit}: cost {_signed(change.cost)}, left {_signed(change.closing)}"
        for text in one.unexplained:
            yield f"    UNEXPLAINED: {text}"
    same = sum(_said(one.theirs) == _said(one.ours) for one in found)
    odd = sum(bool(one.unexplained) for one in found)
    lost = sum(cents(one.stray) != "0.00" for one in found)
    yield (
        f"{len(found)} items: {same} agree to the cent, {len(found) - same} differ, "
        f"{odd} of all unexplained; in {lost} Tryton's own do not add up"
    )


_WIDTHS = (14, 20, 22, 22, 22, 34, 10)


def _said(figures: Outcome) -> str:
    return f"{cents(figures.cost)} / {cents(figures.closing)}"


def _said_exactly(figures: Outcome) -> str:
    return " / ".join(str(figure) for figure in figures)


def _signed(change: Fraction) -> str:
    """A change to six decimals: what four decimals of a unit do is often less than a cent."""
    return ("+" if change > 0 else "") + rounded(change, 6)


if __name__ == "__main__":
    sys.exit(main())
