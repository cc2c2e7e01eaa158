"""Documents of value in the books of a case: charges, bills, revaluations, write-downs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from invledger.ledger import commodity_of
from tests.cases.numbers import plain, rounded
from tests.cases.reading import Movement
from tests.cases.writer import COUNTERPARTIES, DOCUMENTS, SUPPLIER, Block, Writer, account_of


def landed_cost(w: Writer, m: Movement) -> Iterator[Block]:
    basis = m.basis or str(w.case.policy.get("landed_basis", "value"))
    facts = {"party": SUPPLIER, "ref": w.refs(m.refs), "basis": basis}
    amount = m.amount or Fraction()
    money = w.money(w.case.value(m) or Fraction())
    if m.currency and m.rate:
        money, facts["rate"] = f"{plain(amount, 2)} {m.currency}", plain(m.rate)
    if amount < 0:
        facts["reason"] = "credit"
    yield w.document(m, "landed-cost", facts, money)


def price_difference(w: Writer, m: Movement) -> Iterator[Block]:
    """The bill over the whole receipt: its price is the receipt's and the difference."""
    receipt = w.by_number[m.refs[0]]
    difference = w.case.value(m) or Fraction()
    if receipt.type != "purchase-receipt" or _is_billed(w, m, receipt):
        facts = {"ref": w.refs(m.refs), "reason": "price"}
        yield w.document(m, "cost-adjustment", facts, w.money(difference))
        return
    quantity, code = plain(w.case.base_quantity(receipt)), commodity_of(receipt.item)
    total = difference + Fraction(rounded(w.case.value(receipt) or Fraction(), w.case.decimals))
    facts = {"party": SUPPLIER, "ref": w.refs(m.refs)}
    lines = [
        *w.head(m, "purchase-invoice", facts),
        f"  Equity:Invoice:Purchase  {quantity} {code}",
        f"    amount: {w.money(total)}",
        f"  Equity:Invoice:Supplier  -{quantity} {code}",
    ]
    yield Block(DOCUMENTS, m.date, "\n".join(lines) + "\n")


def _is_billed(w: Writer, m: Movement, receipt: Movement) -> bool:
    return any(
        other.n < m.n and other.type == m.type and other.refs == (receipt.n,)
        for other in w.case.movements
    )


def revaluation(w: Writer, m: Movement) -> Iterator[Block]:
    facts = {"item": commodity_of(m.item), "reason": "revaluation"}
    if w.case.method == "standard" and m.unit_cost is not None:
        yield w.document(m, "standard-cost-change", {"item": facts["item"]})
        return
    facts["ref"] = w.refs(m.refs)
    if m.unit_cost is not None:
        facts["unit-cost"] = plain(m.unit_cost, 2)
        yield w.document(m, "revaluation", {**facts, **_named_pool(m, m)})
    else:
        facts |= {} if m.refs else _pool(w, m)
        yield w.document(m, "revaluation", facts, w.money(w.case.value(m) or Fraction()))


def write_down(w: Writer, m: Movement) -> Iterator[Block]:
    facts = {"item": commodity_of(m.item), "reason": "nrv", **_pool(w, m)}
    yield w.document(m, "write-down", facts, w.money(w.case.value(m) or Fraction()))


def _pool(w: Writer, m: Movement) -> dict[str, str]:
    """The pool whose value changes, if not all is one: as said, or the only place."""
    known = _named_pool(m, m)
    for other in w.case.movements:
        if other.n == m.n:
            break
        if other.item == m.item:
            known = {**_named_pool(other, m), **known}
    wanted = {"warehouse": ("location",), "lot": ("lot",), "lot+warehouse": ("location", "lot")}
    return {key: known[key] for key in wanted.get(w.case.pool, ()) if key in known}


def _named_pool(m: Movement, of: Movement) -> dict[str, str]:
    """The place and the lot that a movement names."""
    where = next((w for w in (m.go, m.come) if w and w not in COUNTERPARTIES), "")
    facts = {"lot": of.lot or m.lot, "location": account_of(where) if where else ""}
    return {key: text for key, text in facts.items() if text}
