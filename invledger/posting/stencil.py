"""Stencils: what all plain rows of one kind become, learned from the plain path and proved by it.

Rows that share type, ends, class of item and what they state differ in figures and names only. So
one of them goes through valuation and posting, and what comes out is kept as a stencil: the kind
of the kernel's line, its pools, and the text of its vouchers with places for what differs. Two
rows of other figures are then made both ways; where the texts differ in one byte there is no
stencil, and the plain path does the work. A fast path (`books.swift`) decides nothing of its own.

No stencil: anything that cites, reverses, is dated, taxed otherwise than by a deductible rate,
grouped by day or period, or posts an amount other than the line's own net amount or its cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace

from invledger.costing.interface import Costed, CostLine, Kind, Setting
from invledger.ledger import print_voucher
from invledger.model import (
    Item,
    Master,
    MovementTable,
    Row,
    format_scaled,
    line_amount,
)
from invledger.posting.closing_form import Carried, Closings
from invledger.posting.derive import Deriver, derive_vouchers
from invledger.posting.methods import CLOSING
from invledger.posting.plan import LinePlan, Plan
from invledger.posting.rule import Rule
from invledger.posting.sources import Sources, Valued
from invledger.posting.stencil_form import (
    Count,
    Figure,
    Like,
    Pieces,
    Slot,
    Stencil,
    StencilVoucher,
    voucher_form,
)
from invledger.posting.valuation import value_rows

_KINDS = (Kind.RECEIVE, Kind.ISSUE, Kind.MOVE, Kind.SKIP)
_MONTH = 7  # characters of a date that name it
_SAMPLES = ((7001, 12_345_600_000, 8123), (93, 70_010_000_000, 61_207))  # quantity, price, cost


class Stencils:
    """Learns stencils for one company; `sources` has no movements of its own."""

    def __init__(self, sources: Sources, date: str) -> None:
        self.sources = sources
        self.date = date  # the first of the books
        self._known: dict[Like, Stencil | None] = {}

    def of(self, like: Like) -> Stencil | None:
        """The stencil of such rows, or None where they need the plain path."""
        if like not in self._known:
            self._known[like] = self._learn(like)
        return self._known[like]

    def _learn(self, like: Like) -> Stencil | None:
        versions = self.sources.rules.get(like.type, ())
        if len(versions) != 1 or not _is_plain_rule(versions[0]):
            return None
        rule = versions[0]
        rows = [
            self._row(like, f"X-{number}", sample, rule.rank)
            for number, sample in enumerate(_SAMPLES)
        ]
        mini = replace(
            self.sources, table=MovementTable.of(rows), problems=[], money=[],
            master=self._master(like, rows[0].party), rules=self._rules(rule),
        )  # fmt: skip
        valued = value_rows(mini)
        nets = [self._net(row) for row in rows]
        if not (_is_plain_valued(valued) and all(map(_is_plain_line, valued.lines, nets))):
            return None
        known = {Kind.RECEIVE: nets, Kind.SKIP: [0] * len(rows)}
        costs = known.get(Kind(valued.lines[0].kind)) or [sample[2] for sample in _SAMPLES]
        costed = Costed(costs, {}, [], {}, {}, [])
        deriver = Deriver(mini, valued, costed)
        found = {self._shown(like, row, at, deriver) for at, row in enumerate(rows)}
        stencil = found.pop()
        if found or stencil is None:
            return None
        wanted = [
            text
            for row, net, cost in zip(rows, nets, costs, strict=True)
            for text in self.texts(stencil, row, net, cost)
        ]
        carried = Carried(0, 0, sum(row.quantity for row in rows), sum(costs))
        items = [mini.master.items[like.item]]
        closings = self.closings(items).of_month(self.date[:_MONTH], [stencil], [carried])
        texts = [closing.text for closing in closings]
        return stencil if _printed(mini, valued, costed) == (wanted, texts) else None

    def closings(self, items: Sequence[Item]) -> Closings:
        """What makes the vouchers of a month's end, of stencils learned here."""
        company = self.sources.company
        return Closings(
            self.sources.rules, items, (company.currency, company.currency_decimals)
        )  # fmt: skip

    def _shown(self, like: Like, row: Row, at: int, deriver: Deriver) -> Stencil | None:
        """The stencil as one row of certain figures shows it; not proved yet."""
        valued = deriver.valued
        line, net = valued.lines[at], self._net(row)
        plan = deriver.plan_of(at)
        if plan is None or plan.is_late or plan.group not in ("", "document"):
            return None
        lines = _lines(plan, valued.amounts[at], net) if _is_plain_closing(plan) else None
        if lines is None:
            return None
        rule, currency = self.sources.rules[like.type][0], self.sources.company.currency
        vouchers = tuple(
            voucher_form(rule, aspect, some, currency) for aspect, some in lines if some
        )
        is_valued = line.kind == Kind.RECEIVE
        if not all(_balances(voucher, is_valued=is_valued) for voucher in vouchers):
            return None
        return Stencil(
            line.kind, _scope(line.source, row.item), _scope(line.target, row.item), is_valued,
            vouchers, like, plan.closing,
        )  # fmt: skip

    def _row(self, like: Like, id_: str, sample: tuple[int, int, int], rank: int) -> Row:
        quantity, price, _ = sample
        has_price = like.has_price
        return Row(
            date=self.date, rank=rank, time="", id=id_, line=1, type=like.type,
            party=next(iter(self.sources.master.parties), "") if like.has_party else "",
            item=like.item, quantity=quantity, source=like.source, target=like.target,
            price=price if has_price else None, amount=None,
            currency=self.sources.company.currency if has_price else "",
            lot="", expiry="", order="", ref="", reason=like.reason, tax="", owner="", payee="",
            narration="", links="", meta=(), path="", lineno=1,
        )  # fmt: skip

    def _rules(self, rule: Rule) -> dict[str, tuple[Rule, ...]]:
        """The rule of a type, and those of the types that it may cite."""
        rules = self.sources.rules
        return {type_: rules[type_] for type_ in (rule.type, *rule.cites) if type_ in rules}

    def _master(self, like: Like, party: str) -> Master:
        """What of the master data a row names: looking at all items would take long."""
        whole = self.sources.master
        ends = {like.source: None, like.target: None}
        return replace(
            whole,
            items={like.item: whole.items[like.item]},
            locations={name: whole.locations[name] for name in ends},
            parties={party: whole.parties[party]} if party else {},
        )

    def _net(self, row: Row) -> int:
        if row.price is None:
            return 0
        item = self.sources.master.items[row.item]
        decimals = self.sources.company.currency_decimals
        return line_amount(row.quantity, item.decimals, row.price, decimals)

    def texts(self, stencil: Stencil, row: Row, net: int, cost: int) -> Iterator[str]:
        """The vouchers of a row as the stencil prints them: what every fast printer repeats."""
        party = self.sources.master.parties.get(row.party)
        payee = row.payee or (party.name if party else "")
        slots = {Slot.DATE: row.date, Slot.PAYEE: payee, Slot.ID: row.id, Slot.ITEM: row.item,
                 Slot.PARTY: row.party}  # fmt: skip
        decimals = self.sources.company.currency_decimals

        def said(pieces: Pieces) -> Iterator[str]:
            for piece in pieces:
                if isinstance(piece, str):
                    yield piece
                elif isinstance(piece, Figure):
                    amount = (cost if piece.is_cost else net) * piece.sign
                    yield format_scaled(amount, decimals).rjust(piece.width)
                elif isinstance(piece, Count):
                    yield format_scaled(row.quantity * piece.sign, piece.decimals)
                else:
                    yield slots[piece]

        for voucher in stencil.vouchers:
            lines = [line for line in voucher.lines if (cost if line.is_cost else net)]
            text = "".join(
                "".join([*said(line.before_party), *(said(line.party) if row.party else ())])
                for line in lines
            )
            head = "".join(said(voucher.with_payee if payee else voucher.without_payee))
            if lines:
                yield head + text


def _is_plain_valued(valued: Valued) -> bool:
    """Whether a row asks for nothing beside its line and amounts."""
    setting = replace(valued.setting, periods={}, unit_shift={}, fallback={})
    others = (f.name for f in fields(Valued) if f.name not in {"lines", "amounts", "setting"})
    return setting == Setting() and not any(getattr(valued, name) for name in others)


def _is_plain_line(line: CostLine, net: int) -> bool:
    """Whether a row does one thing to one pool or two, by its own figures alone."""
    value = net if line.kind == Kind.RECEIVE else None
    return line.kind in _KINDS and line.cites < 0 and not line.order and line.value == value


def _printed(
    mini: Sources, valued: Valued, costed: Costed
) -> tuple[list[str], list[str]] | None:
    """The vouchers that the plain path makes, those of a period's end apart."""
    made, problems = derive_vouchers(mini, valued, costed)
    decimals = mini.company.currency_decimals
    texts: tuple[list[str], list[str]] = [], []
    for voucher in made:
        is_closing = voucher.identity.endswith(f"/{CLOSING}")
        texts[is_closing].append(print_voucher(voucher, decimals))
    return None if problems else texts


def _is_plain_rule(rule: Rule) -> bool:
    return (
        rule.ledger == "stock"
        and not rule.valid_from
        and not rule.matches
        and not rule.cites_required
    )


def _is_plain_closing(plan: Plan) -> bool:
    """Whether what is posted once a period is cost by item, and nothing else of a row counts."""
    return not plan.closing or (
        plan.span == "month"
        and not any(some for _, some in plan.aspects if any(x.amount == "cost" for x in some))
        and all(
            line.amount == "cost" and line.account[0] != "?" and not line.dimensions
            for line in plan.closing
        )
    )


def _scope(key: str, item: str) -> str | None:
    return key[len(item) :] if key else None


def _lines(
    plan: Plan, amounts: Mapping[str, int], net: int
) -> list[tuple[str, list[LinePlan]]] | None:
    """The lines that post something, by aspect; None where one is not plain."""
    found = []
    for aspect, some in plan.aspects:
        lines = []
        for line in some:
            if line.amount != "cost":
                amount = amounts.get(line.amount, 0)
                if not amount:
                    continue
                if amount != net:
                    return None
            if line.account[0] == "?" or set(line.dimensions) - {"party", "order"}:
                return None
            lines.append(line)
        keys = {(x.account, x.is_debit, x.decimals >= 0, x.dimensions) for x in lines}
        if len(keys) < len(lines):
            return None
        found.append((aspect, lines))
    return found


def _balances(voucher: StencilVoucher, *, is_valued: bool) -> bool:
    costs = sum(line.sign for line in voucher.lines if line.is_cost)
    nets = sum(line.sign for line in voucher.lines if not line.is_cost)
    return costs + nets == 0 if is_valued else costs == nets == 0
