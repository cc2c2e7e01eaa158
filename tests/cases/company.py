"""A complete company as text, for one case: founded as `init` does it, then filled as users do.

The chart is the program's own, but every role that shares an account gets an account of its own,
so that vouchers can be compared role by role. Companies of one currency and kind are founded once
and then filled anew for each case.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from invledger.books import NewCompany, init
from invledger.ledger import commodity_of, print_account, read_master
from invledger.model import Account
from invledger.store import FolderTree
from tests.cases.blocks import blocks
from tests.cases.numbers import decimals_of, plain
from tests.cases.offer import MANAGEMENT, METHODS, NAMED, ORDERS, settings_of
from tests.cases.reading import Case
from tests.cases.writer import COUNTERPARTIES, Block, Writer, account_of, quoted

#: kinds of master prices that a method needs, and where quantities are counted in money
PRICE_KINDS = {"standard": "standard", "planned": "planned", "retail": "retail"}
COUNTED_IN_MONEY = frozenset({"planned-cost", "retail"})
UNIT_DECIMALS = 9  # an item is kept with at most so many decimals
SOURCES = ("movements", "documents", "vouchers")


def found(root: Path, currency: str) -> None:
    """A fresh company without movements, in a folder that is not there."""
    init(root, NewCompany("样例", "Sample", taxpayer="none", currency=currency))
    tree = FolderTree(root)
    master, _ = read_master(tree)
    accounts = [one for account in master.accounts.values() for one in _by_role(account)]
    text = "\n".join(print_account(account) for account in accounts)
    (root / "ledgers" / "accounts.beancount").write_text(text, "utf-8")
    (root / "ledgers" / "parties.beancount").write_text(
        '2000-01-01 custom "party" "V0001" "供应商"\n  kind: "supplier"\n\n'
        '2000-01-01 custom "party" "C0001" "客户"\n  kind: "customer"\n',
        "utf-8",
    )


def _by_role(account: Account) -> Iterable[Account]:
    """The account with its first role, and one more for every other role that it plays."""
    first, *others = dict.fromkeys(claim.role for claim in account.roles) or ("",)
    for number, role in enumerate((first, *others)):
        claims = tuple(claim for claim in account.roles if claim.role == role)
        if not number:
            yield replace(account, roles=claims)
            continue
        name = f"{account.name}:{number}"
        code = f"{account.code}9{number}"
        yield replace(account, name=name, code=code, roles=claims)


def fill(root: Path, case: Case, writer: Writer, until: int) -> None:
    """Write the case up to the movement `until`; what an earlier case left goes away."""
    for folder in SOURCES:
        for year in (root / "ledgers" / folder).iterdir():
            if year.name != "0000":
                shutil.rmtree(year)
    texts = {
        "rules/company.yaml": company_text(case),
        "ledgers/items.beancount": items_text(case),
        "ledgers/locations.beancount": locations_text(case),
        "ledgers/prices.beancount": prices_text(case, until),
        **files_of(blocks(writer, until)),
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def files_of(blocks: Iterable[Block]) -> dict[str, str]:
    """One file a day and folder, as a device writes them."""
    files: dict[str, list[str]] = {}
    for block in blocks:
        year, month, _ = block.date.split("-")
        path = f"ledgers/{block.folder}/{year}/{month}/{block.date}.K.beancount"
        files.setdefault(path, []).append(block.text)
    return {path: "\n".join(texts) for path, texts in files.items()}


def company_text(case: Case) -> str:
    """`rules/company.yaml` with the case's policy."""
    settings = settings_of(case.method, case.pool, case.policy)
    settings["negative"] = "provisional" if case.may_be_short else "refuse"
    if any(m.type == "purchase-return" and m.pick for m in case.movements):
        settings["purchase-return"] = "receipt-cost"  # the return says which receipt it undoes
    if case.method == "specific" and all(m.lot for m in case.movements if m.item):
        settings["pool"] = NAMED.get(case.pool, settings["pool"])
    cost = ", ".join(f"{name}: {word}" for name, word in settings.items())
    books = "books: management\n" if settings["method"] in MANAGEMENT else ""
    order = ORDERS[str(case.policy.get("order", "by-date-recost"))]
    return (
        "name: {zh: 样例, en: Sample}\n"
        f"currency: {case.currency}\n"
        f"currency-decimals: {case.decimals}\n"
        "chart: cas\n"
        "taxpayer: none\n"
        f"order: {order}\n"
        f"{books}"
        f"cost: {{{cost}}}\n"
        "categories:\n"
        "  goods: {title: {zh: 库存商品, en: Goods}}\n"
    )


def items_of(case: Case) -> list[str]:
    """The items that the case moves, in the order in which they come up."""
    return list(dict.fromkeys(m.item for m in case.movements if m.item))


def items_text(case: Case) -> str:
    texts = []
    opened = min(m.date for m in case.movements)
    for sku in items_of(case):
        facts = {
            "name": sku, "sku": sku, "category": "goods", "unit": unit_of(case),
            "units": " ".join(
                f"{unit.upper()}={factor}" for unit, factor in case.uoms.items()
            ),
        }  # fmt: skip
        for measure in ("weight", "volume"):
            if measure in case.items.get(sku, {}):
                facts[measure] = plain(case.items[sku][measure])
        lines = [f"{opened} commodity {commodity_of(sku)}"]
        lines += [f"  {key}: {quoted(text)}" for key, text in facts.items() if text]
        lines.append(f"  decimals: {item_decimals(case, sku)}")
        texts.append("\n".join(lines) + "\n")
    return "\n".join(texts)


def unit_of(case: Case) -> str:
    return case.base_unit.upper() if case.base_unit else "PCS"


def item_decimals(case: Case, sku: str) -> int:
    """As many as the case's quantities of the item need."""
    if case.method in COUNTED_IN_MONEY:
        return max(case.decimals, 2)
    exact = [case.base_quantity(m) for m in case.movements if m.item == sku]
    needed = [decimals_of(quantity, UNIT_DECIMALS) for quantity in exact]
    if None in needed:
        raise ValueError(f"{sku}: a quantity that is no decimal number of the base unit")
    return max((n for n in needed if n is not None), default=0)


def locations_text(case: Case) -> str:
    opened = min(m.date for m in case.movements)
    ours = dict.fromkeys(
        where
        for m in case.movements
        for where in (m.come, m.go)
        if where and where not in COUNTERPARTIES
    )
    accounts = [
        *(account_of(where) for where in ours),
        *COUNTERPARTIES.values(),
        "Equity:Invoice:Purchase",
        "Equity:Invoice:Supplier",
    ]
    return "".join(f"{opened} open {account}\n" for account in accounts)


def prices_text(case: Case, until: int) -> str:
    """Standard, planned and selling prices, and estimates of goods without any cost history."""
    opened = min(m.date for m in case.movements)
    estimates = case.policy.get("fallback_cost") or {}
    kind = PRICE_KINDS.get(METHODS[case.method], "")
    rows = []
    for sku in items_of(case):
        code = commodity_of(sku)
        if case.may_be_short:  # no price at all means that nothing is known: nothing it costs
            rows.append((opened, code, str(estimates.get(sku, "0.00")), "estimate"))
        if case.method in COUNTED_IN_MONEY:
            rows.append((opened, code, "1.00", kind))
        elif kind and "standard_cost" in case.items.get(sku, {}):
            rows.append((opened, code, plain(case.items[sku]["standard_cost"], 2), kind))
    for m in case.movements:
        if m.type == "revaluation" and m.unit_cost is not None and kind == "standard":
            rows.append((m.date, commodity_of(m.item), plain(m.unit_cost, 2), kind))
        if m.n == until:
            break
    return "\n".join(
        f'{date} price {code} {price} {case.currency}\n  kind: "{kind}"\n'
        for date, code, price, kind in rows
    )
