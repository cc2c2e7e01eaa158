"""Runs in a virtual environment that has Tryton: movements as JSON in, what Tryton says out.

`python tryton_child.py < movements.json`: each movement is done in the order in which it is given,
in a database in memory; then every product is recomputed. Out: unit cost of every movement and
cost price of every product, before and after. Prices and quantities are strings.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from proteus import Model, Wizard
from trytond.modules.company.tests.tools import create_company
from trytond.modules.currency.tests.tools import get_currency
from trytond.modules.stock.move import Move
from trytond.tests.tools import activate_modules

Record = Any  # of a model that exists only while Tryton runs

PLACES = {
    "purchase-receipt": ("SUP", "STO"),
    "sale-delivery": ("STO", "CUS"),
    "sale-return": ("CUS", "STO"),
    "purchase-return": ("STO", "SUP"),
}


def main() -> None:
    given = json.load(sys.stdin)
    patch.object(Move, "on_change_with_assignation_required", return_value=False).start()
    activate_modules(["stock", "product_cost_fifo"], create_company)
    products = {name: product(name, method) for name, method in given["items"].items()}
    moves = {m["n"]: done(m, products[m["item"]]) for m in given["movements"]}
    entered = said(products, moves)
    for one in products.values():
        Wizard("product.recompute_cost_price", [one]).execute("recompute")
    json.dump({"entered": entered, "recomputed": said(products, moves)}, sys.stdout)


def product(name: str, method: str) -> Record:
    """A product of ours, in pieces to four decimals."""
    (unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
    template = Model.get("product.template")()
    template.name, template.type, template.default_uom = name, "goods", unit
    template.cost_price_method = {"moving-average": "average"}.get(method, method)
    template.save()
    return template.products[0]


def done(movement: dict[str, str], of: Record) -> Record:
    """One movement, done."""
    location = Model.get("stock.location")
    come, go = (location.find([("code", "=", code)])[0] for code in PLACES[movement["type"]])
    move = Model.get("stock.move")()
    move.product, move.quantity = of, float(movement["qty"])
    move.from_location, move.to_location = come, go
    move.effective_date = dt.date.fromisoformat(movement["date"])
    move.unit_price, move.currency = Decimal(movement["unit_price"]), get_currency()
    move.click("do")
    return move


def said(products: dict[str, Record], moves: dict[str, Record]) -> dict[str, Any]:
    """Unit costs by movement and by product."""
    for one in (*products.values(), *moves.values()):
        one.reload()
    return {
        "moves": {n: str(move.cost_price) for n, move in moves.items()},
        "items": {name: str(one.cost_price) for name, one in products.items()},
    }


if __name__ == "__main__":
    main()
