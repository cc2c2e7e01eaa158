"""What may happen in a history: one function a kind of movement, weighed in `STEPS`."""

from __future__ import annotations

from tests.posting.small import (
    COUNT,
    CUSTOMER,
    DISPATCHED,
    INVOICE,
    INVOICED,
    OPENING,
    OTHER,
    PRODUCTION,
    SCRAP,
    SUBCONTRACT,
    SUPPLIER,
    TRANSIT,
    row,
)
from tests.properties.histories import HOMES, ITEMS, TREATS, Happening, History, is_red


def receive(h: History) -> None:
    item = h.random.choice(list(ITEMS))
    given = h.price()
    if h.random.random() < 0.02:
        given = {}
    target = h.random.choice(HOMES)
    if h.random.random() < 0.15:
        h.put("other-in", item, h.quantity(item, 50 * ITEMS[item]), h.lot(), target=target,
              reason="gift", **(given or {"price": "1.00"}))  # fmt: skip
        return
    found = h.put("purchase-receipt", item, h.quantity(item, 50 * ITEMS[item]), h.lot(),
                  target=target, **given)  # fmt: skip
    if given and h.random.random() < 0.1:
        h.rows[-1] = found._replace(currency="USD")


def invoice(h: History) -> None:
    found = h.any_of("purchase-receipt")
    if found is None:
        return
    others = [r for r in h.of("purchase-receipt") if r.item == found.item]
    some = h.random.sample(others, min(len(others), h.random.choice((1, 1, 1, 2, 3))))
    quantity = sum(r.quantity for r in some)
    if h.random.random() < 0.3:
        quantity = h.quantity(found.item, quantity)
    given = h.price()
    if h.random.random() < 0.3:
        given["treat"] = h.random.choice(TREATS)
    made = row(h.day.isoformat(), "purchase-invoice", h.id(), h.text(found.item, quantity),
               item=found.item, ref=" ".join(r.id for r in some), **given)  # fmt: skip
    if h.random.random() < 0.1:
        made = made._replace(currency="USD")
    h.rows.append(made)


def freight(h: History) -> None:
    found = h.of("purchase-receipt")
    if found:
        some = h.random.sample(found, min(len(found), h.random.choice((1, 1, 2, 3))))
        given = {"basis": h.random.choice(("value", "quantity", "equal"))}
        if h.random.random() < 0.5:
            given["treat"] = h.random.choice(TREATS)
        h.document("landed-cost", h.money(), ref=" ".join(r.id for r in some), **given)


def send_back(h: History) -> None:
    found = h.any_of("purchase-receipt")
    if found is None:
        return
    there = h.have[found.item, found.target, found.lot]
    quantity = h.quantity(found.item, max(min(there, found.quantity), 1))
    ref = {} if h.random.random() < 0.1 else {"ref": found.id}
    h.put("purchase-return", found.item, quantity, found.lot, source=found.target, **ref)


def sell(h: History) -> None:
    stock = h.stock(*HOMES)
    if stock is None:
        return
    item, home, lot, there = stock
    most = there if h.random.random() < 0.97 else there * 2
    target = CUSTOMER if h.random.random() < 0.75 else DISPATCHED
    given = h.price() if h.random.random() < 0.8 else {}
    h.put("sale-delivery", item, h.quantity(item, most), lot, source=home, target=target, **given)


def accept(h: History) -> None:
    found = [r for r in h.of("sale-delivery") if r.target == DISPATCHED]
    if found:
        one = h.random.choice(found)
        there = h.have[one.item, DISPATCHED, one.lot]
        if there > 0:
            h.put("sale-acceptance", one.item, h.quantity(one.item, min(there, one.quantity)),
                  one.lot, price="3.00", ref=one.id)  # fmt: skip


def take_back(h: History) -> None:
    found = h.any_of("sale-delivery")
    if found is not None:
        source = found.target
        h.put("sale-return", found.item, h.quantity(found.item, found.quantity), found.lot,
              source=source, target=h.random.choice(HOMES), ref=found.id)  # fmt: skip


def carry(h: History) -> None:
    stock = h.stock(*HOMES, TRANSIT)
    if stock is None:
        return
    item, home, lot, there = stock
    quantity = h.quantity(item, there)
    if home == TRANSIT:
        h.put("transfer-in", item, quantity, lot, source=TRANSIT, target=h.random.choice(HOMES))
    elif h.random.random() < 0.3:
        h.put("transfer-out", item, quantity, lot, source=home, target=TRANSIT)
    else:
        other = h.random.choice([place for place in HOMES if place != home])
        h.put("transfer", item, quantity, lot, source=home, target=other)


def lose(h: History) -> None:
    stock = h.stock(*HOMES)
    if stock is None:
        return
    item, home, lot, there = stock
    type_, target, given = h.random.choice((
        ("scrap", SCRAP, {"reason": "spoilt"}), ("count-shortage", COUNT, {}),
        ("other-out", OTHER, {"reason": "internal-use"}), ("other-out", OTHER, {"reason": "gift"}),
    ))  # fmt: skip
    h.put(type_, item, h.quantity(item, there), lot, source=home, target=target, **given)


def find(h: History) -> None:
    item = h.random.choice(list(ITEMS))
    given = h.price() if h.random.random() < 0.5 else {}
    h.put("count-overage", item, h.quantity(item, 5 * ITEMS[item]), h.lot(), source=COUNT,
          target=h.random.choice(HOMES), **given)  # fmt: skip


def settle_loss(h: History) -> None:
    found = h.any_of("scrap", "count-shortage", "production-loss")
    if found is not None:
        h.document("loss-settlement", ref=found.id, reason=h.random.choice(("normal", "abnormal")))


def feed(h: History) -> None:
    stock = h.stock(*HOMES)
    if stock is None:
        return
    item, home, lot, there = stock
    order = h.random.choice([*h.orders, f"W{len(h.orders)}"])
    h.orders[order] = 1
    h.put("production-issue", item, h.quantity(item, there), lot, source=home, target=PRODUCTION,
          order=order)  # fmt: skip


def work(h: History) -> None:
    if not h.orders:
        return
    order = h.random.choice(list(h.orders))
    kind = h.random.random()
    if kind < 0.7:
        reason = h.random.choice(("labour", "overhead"))
        h.document("production-cost", h.money(), order=order, reason=reason)
    elif kind < 0.8:
        share = h.random.choice(("", "", "5%"))
        money = "" if share else h.money(100)
        h.document("production-loss", money, order=order, reason="damp", share=share)
    else:
        issue = h.any_of("production-issue")
        if issue is not None:
            h.put("production-handback", issue.item, h.quantity(issue.item, issue.quantity),
                  issue.lot, source=PRODUCTION, target=issue.source, ref=issue.id)  # fmt: skip


def make(h: History) -> None:
    if not h.orders:
        return
    order = h.random.choice(list(h.orders))
    item = h.random.choice(list(ITEMS))
    given = h.random.choice((
        {}, {}, {"share": h.random.choice(("0.5", "30%", "1/3"))}, {"amount": h.money(200)},
        {"estimate": "standard"}, {"estimate": "last-cost"},
        {"estimate": "stated", "price": "2.5"},
    ))  # fmt: skip
    h.put("production-receipt", item, h.quantity(item, 20 * ITEMS[item]), h.lot(),
          source=PRODUCTION, target=h.random.choice(HOMES), order=order, **given)  # fmt: skip


def settle_order(h: History) -> None:
    if h.orders:
        order = h.random.choice(list(h.orders))
        given = {"settlement": "at-completion"}
        if h.random.random() < 0.5:
            given = {"settlement": h.random.choice(("equivalent-units", "material-only")),
                     "wip": str(h.random.randrange(9)), "stage": "40%"}  # fmt: skip
        h.document("production-settlement", order=order, **given)


def adjust(h: History) -> None:
    stock = h.stock(*HOMES)
    if stock is None:
        return
    item, home, lot, _ = stock
    kind = h.random.random()
    where = {"location": home}
    if kind < 0.3:
        found = h.any_of("purchase-receipt", "other-in", "count-overage")
        if found is not None:
            amount = h.money(3000, -300)
            h.document("cost-adjustment", amount, ref=found.id, reason="freight")
    elif kind < 0.5:
        h.document("revaluation", h.money(3000, -300), item=item, reason="r", **where)
    elif kind < 0.7:
        h.document("revaluation", item=item, reason="r", unit_cost=h.money(900), **where)
    elif kind < 0.85:
        h.document("write-down", h.money(300), item=item, **where)
    else:
        h.document("write-down", item=item, nrv=h.money(500), **where)
    if h.rows[-1].type in ("revaluation", "write-down"):
        h.rows[-1] = h.rows[-1]._replace(lot=lot)


def undo(h: History) -> None:
    found = [r for r in h.rows if not is_red(r)]
    if not found:
        return
    chosen, id_ = h.random.choice(found[-8:]).id, h.id()
    for one in [r for r in found if r.id == chosen]:
        for place, sign in ((one.source, 1), (one.target, -1)):
            if place.startswith("Assets:Stock"):
                h.have[one.item, place, one.lot] += sign * one.quantity
        h.rows.append(one._replace(
            date=h.day.isoformat(), id=id_, source=one.target, target=one.source, ref="",
            price=None, amount=one.amount if not one.item else None, meta=(("reverses", one.id),),
        ))  # fmt: skip


STEPS: dict[Happening, int] = {
    receive: 24, invoice: 10, freight: 5, send_back: 4, sell: 20, accept: 3, take_back: 4,
    carry: 7, lose: 4, find: 2, settle_loss: 2, feed: 6, work: 4, make: 6, settle_order: 2,
    adjust: 5, undo: 3,
}  # fmt: skip


def open_books(h: History) -> None:
    item = h.random.choice(list(ITEMS))
    h.put("opening", item, h.quantity(item, 50 * ITEMS[item]), h.lot(), source=OPENING,
          target=h.random.choice(HOMES), **h.price())  # fmt: skip


def release(h: History) -> None:
    stock = h.stock(*HOMES)
    if stock is not None:
        item, home, lot, there = stock
        other = h.random.choice([place for place in HOMES if place != home])
        h.put("status-change", item, h.quantity(item, there), lot, source=home, target=other)


def send_out(h: History) -> None:
    stock = h.stock(*HOMES)
    if stock is not None:
        item, home, lot, there = stock
        h.put("subcontract-issue", item, h.quantity(item, there), lot, source=home,
              target=SUBCONTRACT, party="V2")  # fmt: skip


def fetch(h: History) -> None:
    """Components used up, the fee, the product; now and then what was left over."""
    stock = h.stock(SUBCONTRACT)
    if stock is None:
        return
    item, home, lot, there = stock
    used, made = h.quantity(item, there), h.random.choice(list(ITEMS))
    kind, id_ = "subcontract-receipt", ""
    parts: list[tuple[str, int, str, str, str, dict[str, str]]]
    parts = [(item, used, lot, home, PRODUCTION, {})]
    if h.random.random() < 0.8:
        parts.append(("WORK", 1, "", SUPPLIER, PRODUCTION, {"price": h.money()}))
    parts.append((made, h.quantity(made, 20 * ITEMS[made]), h.lot(), PRODUCTION,
                  h.random.choice(HOMES), {}))  # fmt: skip
    if used < there:
        parts.append((item, there - used, lot, home, h.random.choice(HOMES), {}))
    for number, (code, quantity, own, source, target, given) in enumerate(parts, 1):
        found = h.put(kind, code, quantity, own, source=source, target=target, party="V2",
                      line=str(number), **given)  # fmt: skip
        id_ = id_ or found.id
        h.rows[-1] = found._replace(id=id_)


def credit(h: History) -> None:
    found = h.any_of("purchase-return")
    if found is not None:
        h.rows.append(row(h.day.isoformat(), "purchase-credit", h.id(),
                          h.text(found.item, h.quantity(found.item, found.quantity)),
                          item=found.item, source=INVOICE, target=INVOICED, ref=found.id,
                          price=h.price().get("price", "1.00")))  # fmt: skip


def bill(h: History) -> None:
    found = h.any_of("sale-delivery", "sale-acceptance")
    if found is not None:
        h.rows.append(row(h.day.isoformat(), "sale-invoice", h.id(),
                          h.text(found.item, h.quantity(found.item, found.quantity)),
                          item=found.item, source=INVOICE, target=INVOICED, ref=found.id,
                          price=h.price().get("price", "1.00")))  # fmt: skip


#: With the types that are rarer in a company's day.
ALL_STEPS = STEPS | {open_books: 3, release: 3, send_out: 8, fetch: 8, credit: 4, bill: 5}
