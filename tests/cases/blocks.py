"""What a case's movements look like in the books: the text that a keeper or accountant writes.

One function a type of movement; `TYPES` names them. A movement of a case is one entry of ours,
save where we have a document of its own for a part of it (other inputs of a production run are a
production-cost document; a bill that differs is the whole bill).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tests.cases.documents import landed_cost, price_difference, revaluation, write_down
from tests.cases.numbers import plain
from tests.cases.reading import Movement
from tests.cases.writer import CUSTOMER, OPENING, SUPPLIER, Block, Writer


def blocks(writer: Writer, until: int) -> Iterator[Block]:
    """All entries up to the movement `until`, in the order in which they were entered."""
    for movement in writer.case.movements:
        yield from TYPES[movement.type](writer, movement)
        if movement.n == until:
            return


def _purchase_receipt(w: Writer, m: Movement) -> Iterator[Block]:
    if m.note == OPENING:
        yield w.movement(replace(m, come="OPENING"), "opening", {}, price=True)
        return
    yield w.movement(m, "purchase-receipt", {"party": SUPPLIER}, price=True)


def _sale_delivery(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "sale-delivery", {"party": CUSTOMER, **_issue(w, m)})


def _issue(w: Writer, m: Movement) -> dict[str, str]:
    """What an issue may say of its cost: the receipts it takes, or what it costs."""
    facts = {"pick": w.refs(m.pick)}
    if m.unit_cost is not None and w.case.policy.get("issue_at_stated_cost"):
        facts["unit-cost"] = plain(m.unit_cost / w.case.factor(m), 2)
    return facts


def _scrap(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "scrap", {"reason": "spoilt", **_issue(w, m)})


def _count_loss(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "count-shortage", _issue(w, m))


def _count_gain(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "count-overage", {}, price=True)


def _purchase_return(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "purchase-return", {"party": SUPPLIER, "ref": w.refs(m.pick or m.refs)})


def _sale_return(w: Writer, m: Movement) -> Iterator[Block]:
    if m.refs:
        yield w.movement(m, "sale-return", {"party": CUSTOMER, "ref": w.refs(m.refs)})
    else:  # goods that nobody can tie to a delivery come in at a stated cost
        facts = {"reason": "returned", "party": CUSTOMER}
        yield w.movement(replace(m, come="OTHER"), "other-in", facts, price=True)


def _transfer(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "transfer", _issue(w, m))


def _production_issue(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "production-issue", {"order": w.orders[m.n], **_issue(w, m)})


def _production_receipt(w: Writer, m: Movement) -> Iterator[Block]:
    """Product out of an order with its other inputs; or material that comes back from it."""
    order = w.orders[m.n]
    issues = [w.by_number[n] for n in m.refs if w.by_number[n].type == "production-issue"]
    if issues and issues[0].item == m.item:
        facts = {"ref": w.refs((issues[0].n,)), "order": w.taken_apart(m, issues[0])}
        yield w.movement(m, "production-handback", facts)
        return
    inputs = w.case.value(m)
    if inputs is not None:
        facts = {"order": order, "reason": "overhead"}
        yield w.document(m, "production-cost", facts, w.money(inputs), part=1)
    facts = {"order": order}
    if m.share is not None:
        facts["share"] = plain(m.share)
    yield w.movement(m, "production-receipt", facts)


TYPES: Mapping[str, Callable[[Writer, Movement], Iterator[Block]]] = {
    "purchase-receipt": _purchase_receipt,
    "sale-delivery": _sale_delivery,
    "scrap": _scrap,
    "count-loss": _count_loss,
    "count-gain": _count_gain,
    "purchase-return": _purchase_return,
    "sale-return": _sale_return,
    "transfer": _transfer,
    "production-issue": _production_issue,
    "production-receipt": _production_receipt,
    "landed-cost": landed_cost,
    "invoice-price-difference": price_difference,
    "revaluation": revaluation,
    "write-down": write_down,
}
