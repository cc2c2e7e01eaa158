"""Bills of material: what an item is made of, and what that is worth, for estimates of output.

An item says it by metadata of items.beancount: `bom: "FAB-OXF=2.5 ROD-ALU=4"` (base units of each
component in one base unit), `bom-cost: "12.00"` (labour and overhead of one). A component is worth
its standard, planned or estimate price in force on the date, else its own bill; nothing is
guessed where there is neither. Source: DESIGN section 3, production. Codes: bom-unclear,
bom-missing, estimate-missing.
"""

from __future__ import annotations

from fractions import Fraction

from invledger.model import NUMBER, PRICE_ONE, Item, Master
from invledger.posting.setting import ESTIMATING


class Unknown(Exception):
    """A bill that does not say what one is worth: a Problem code and its values."""

    def __init__(self, code: str, **said: str) -> None:
        super().__init__(code)
        self.code, self.said = code, said


def cost_of_one(
    master: Master, item: Item, date: str, above: tuple[str, ...] = ()
) -> Fraction:
    """What one base unit is worth by its bill, in the company's currency; `above`: the items whose
    bills led here. Raises Unknown.
    """
    text, above = item.meta.get("bom", ""), (*above, item.code)
    if not text:
        raise Unknown("bom-missing", item=item.code)
    total = _number(item, item.meta.get("bom-cost", "0"))
    for part in text.split():
        code, equals, quantity = part.partition("=")
        component = master.items.get(code)
        if component is None or not equals or code in above:
            raise Unknown("bom-unclear", item=item.code, bom=text)
        total += _number(item, quantity) * _worth(master, component, date, above)
    return total


def _worth(master: Master, component: Item, date: str, above: tuple[str, ...]) -> Fraction:
    """One base unit of a component: its price, else its own bill."""
    for kind in ESTIMATING:
        price = master.price_on(component.code, kind, date)
        if price is not None:
            return Fraction(price.price, PRICE_ONE)
    if component.meta.get("bom"):
        return cost_of_one(master, component, date, above)
    raise Unknown("estimate-missing", item=component.code, date=date)


def _number(item: Item, text: str) -> Fraction:
    over, slash, under = text.partition("/")
    parts = (over, under) if slash else (over, "1")
    if any(NUMBER.fullmatch(part) is None or part.startswith("-") for part in parts):
        raise Unknown("bom-unclear", item=item.code, bom=item.meta.get("bom", ""))
    if not Fraction(parts[1]):
        raise Unknown("bom-unclear", item=item.code, bom=item.meta.get("bom", ""))
    return Fraction(Fraction(parts[0]), Fraction(parts[1]))
