"""Own amounts of a row: what its price, quantity and VAT say, before anything is cited.

Memoised by item, party and epoch (the stretch between two changes of rates). Codes: missing-price
(reported by `valuation`), zero-price, zero-amount, rate-missing, tax-rate-unknown.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from invledger.model import (
    PRICE_DECIMALS,
    MovementTable,
    divide_rounded,
    parse_scaled,
)
from invledger.posting.foreign import (
    PRICE_ONE,
    ExchangeRates,
    Foreign,
    stated_rate_of,
)
from invledger.posting.split import NO_TAX, split_amount, stated_rate
from invledger.posting.tax import Rate
from invledger.posting.work import NOTHING, Amounts, Shape, Work


class Pricing:
    """Own amounts of a row: what price, quantity and VAT say, memoised by item, party, epoch."""

    def __init__(self, work: Work) -> None:
        self.work = work
        table = work.sources.table
        self.changes = work.sources.tax.changes()
        self.date, self.epoch = "", 0
        self.rates: dict[tuple[str, str, bool], tuple[int, bool, Rate]] = {}
        decimals = work.sources.company.currency_decimals
        shift = PRICE_DECIMALS - decimals
        self.scales = {
            code: 10 ** (item.decimals + shift) for code, item in work.master.items.items()
        }
        self.one = 10**shift
        self.exchange = ExchangeRates(work.master, work.sources.company.currency)
        self.gross_entry = work.sources.company.prices == "gross"
        self.table: MovementTable = table
        self.shared: dict[tuple[int, int, bool, bool, bool], tuple[Amounts, int | None]] = {}

    def of(self, at: int, shape: Shape) -> Amounts:
        table, rule = self.table, shape.rule
        amount = table.amount[at]
        if amount is None:
            price = table.price[at]
            if price is None:
                if rule.price_required:
                    self.work.unpriced.add(at)
                return NOTHING
            if not price:
                self._ask_for_reason(at)
            scale = self.scales.get(table.item[at], self.one)
            if self._is_foreign(at):
                item = self.work.master.items.get(table.item[at])
                decimals = item.decimals if item is not None else 0
                scale = 10 ** (decimals + PRICE_DECIMALS - self._decimals(at))
            amount = divide_rounded(table.quantity[at] * price, scale)
        elif not amount:
            self._judge_nothing(at, shape)
        if self._is_foreign(at):
            return self._foreign(at, amount, shape)
        return self._stated(at, amount, shape)

    def _is_foreign(self, at: int) -> bool:
        return self.table.currency[at] not in ("", self.work.sources.company.currency)

    def _decimals(self, at: int) -> int:
        """Decimals of amounts in the row's currency."""
        return self.work.master.decimals_of(self.table.currency[at], self.work.sources.company)

    def _judge_nothing(self, at: int, shape: Shape) -> None:
        """An amount of zero is stated: for goods, or by a document that brings value."""
        table = self.table
        if table.item[at]:
            if shape.buying or shape.selling:
                self._ask_for_reason(at)
        elif shape.rule.ledger == "value" and not table.reason[at]:
            self.work.report("zero-amount", at)

    def _ask_for_reason(self, at: int) -> None:
        """Goods for nothing: only with a reason."""
        if not self.table.reason[at]:
            self.work.report("zero-price", at, item=self.table.item[at])

    def _stated(self, at: int, amount: int, shape: Shape) -> Amounts:
        """The amounts of a row that states one, net or gross of VAT."""
        if shape.buying or shape.selling:
            return self._split(at, amount, shape)
        return {"net": amount, "gross": amount, "value": amount}

    def _foreign(self, at: int, amount: int, shape: Shape) -> Amounts:
        """Amounts at the rate of the day, or the stated one; the value is rounded once."""
        table, currency = self.table, self.table.currency[at]
        said = self.work.special.get(at, {}).get("rate", "")
        rate = stated_rate_of(said) if said else self.exchange.at(currency, table.date[at])
        if rate is None:
            stated = f"(rate: {said})" if said else ""
            self.work.report(
                "rate-missing", at, currency=currency, date=table.date[at], rate=stated
            )
            return NOTHING
        own = self._stated(at, amount, shape)
        price = table.price[at]
        shift = self.work.sources.company.currency_decimals - self._decimals(at)
        said_in = Foreign(currency, rate, shift)
        whole = said_in.converted(amount, rate)
        if table.amount[at] is None and price is not None:
            scale = self.scales.get(table.item[at], self.one)
            whole = divide_rounded(table.quantity[at] * price * rate, scale * PRICE_ONE)
        tax = said_in.converted(own.get("tax", 0), rate)
        is_gross = own.get("gross") == amount
        net, gross = (whole - tax, whole) if is_gross else (whole, whole + tax)
        off = tax if own.get("deductible-tax") else 0
        value = net if shape.selling else gross - off
        known = {"net": net, "tax": tax, "gross": gross, "value": value, "accrued": value,
                 "deductible-tax": off}  # fmt: skip
        made = {name: known[name] for name in own}
        exact = {name: (made[name], own[name]) for name in own}
        self.work.foreign[at] = replace(said_in, exact=exact)
        return made

    def _split(self, at: int, amount: int, shape: Shape) -> Amounts:
        if not shape.rule.taxed:
            return {"net": amount, "gross": amount, "value": amount, "accrued": amount}
        rate, deductible = self._rate(at, shape)
        gross_entry, tax_amount = self.gross_entry, None
        notes = self.work.special.get(at)
        if notes is not None:
            gross_entry = notes.get("price-is", "gross" if gross_entry else "net") == "gross"
            if "tax-amount" in notes:
                tax_amount = parse_scaled(notes["tax-amount"], self._decimals(at))
                if tax_amount is None:
                    self.work.report("tax-rate-unknown", at, tax=notes["tax-amount"])
        net, tax, gross = split_amount(
            amount, rate, gross_entry=gross_entry, tax_amount=tax_amount
        )
        if shape.selling:
            return {"net": net, "tax": tax, "gross": gross, "value": net}
        off = tax if deductible else 0
        value = gross - off
        return {
            "net": net,
            "tax": tax,
            "gross": gross,
            "value": value,
            "accrued": value,
            "deductible-tax": off,
        }

    def known_rate(
        self, at: int, date: str, item: str, party: str, buying: bool
    ) -> tuple[int, bool, Rate]:
        """Rate, deductibility and record for a row that states nothing; row `at` is reported
        where rules/tax.yaml has no rate.
        """
        if date != self.date:
            self.date = date
            epoch = bisect_right(self.changes, date)
            if epoch != self.epoch:
                self.epoch = epoch
                self.rates.clear()
        known = self.rates.get((item, party, buying))
        if known is None:
            taxes = self.work.taxes
            rate = taxes.rate(item, party, date, buying=buying) if item else NO_TAX
            if rate is None:
                rate = NO_TAX
                if not self.table.tax[at]:
                    self.work.report("tax-rate-unknown", at, tax=taxes.class_of(item))
            known = (rate.rate, taxes.deductible(party, "", rate), rate)
            self.rates[item, party, buying] = known
        return known

    def _rate(self, at: int, shape: Shape) -> tuple[int, bool]:
        """The rate of a row in ten-thousandths, and whether its tax may be deducted."""
        table, work = self.table, self.work
        item, party = table.item[at], table.party[at]
        rate, deductible, record = self.known_rate(at, table.date[at], item, party, shape.buying)
        stated, notes = table.tax[at], work.special.get(at)
        if not stated and notes is None:
            return rate, deductible
        share = stated_rate(stated) if stated else rate
        if share is None:
            work.report("tax-rate-unknown", at, tax=stated)
            share = 0
        own = Rate("", "", "", share) if stated else record
        says = notes.get("deductible", "") if notes else ""
        return share, work.taxes.deductible(party, says, own)
