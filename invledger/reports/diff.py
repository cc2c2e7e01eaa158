"""`diff` as tables: the effect of a change by item, account, period, voucher and movement.

Schema `invledger.diff/1`: one row a figure, told apart by `part`: stock (an item), balance (an
account), profit (a period), voucher (a voucher's account), movement (a line of a movement). The
amounts of balances and vouchers are debit positive; a profit is positive, a loss negative. `why`
names the movements that made a derived figure differ; `rules`, `master` and `money` are words.
For people the same stands as one table a part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from invledger.model import Cell, Column, Item, Refused, Table, Title, Voucher, format_price
from invledger.reports.causes import named
from invledger.reports.effect import Effect, Moved, Pair, Shown, Side
from invledger.reports.figures import Figures
from invledger.reports.query import Query, chosen_items, is_chosen_account, sorted_rows

TITLE: Title = ("Effect of the change", "变更的账务影响")
PARTS: dict[str, Title] = {
    "stock": ("Stock", "库存变化"),
    "balance": ("Balances", "科目余额变化"),
    "profit": ("Profit", "利润变化"),
    "voucher": ("Vouchers", "凭证变化"),
    "movement": ("Movements", "出入库及成本变化"),
}
_KIND = Column("kind", ("Change", "变更"), "term")
_ITEM = Column("item", ("Item", "存货编码"))
_NAME = Column("name", ("Name", "名称"))
_BEFORE = Column("before", ("Before", "变更前"), "money")
_AFTER = Column("after", ("After", "变更后"), "money")
_CHANGE = Column("change", ("Difference", "差额"), "money")
_QUANTITIES = (
    Column("quantity_before", ("Quantity before", "变更前数量"), "quantity"),
    Column("quantity_after", ("Quantity after", "变更后数量"), "quantity"),
    Column("quantity_change", ("Difference", "数量差"), "quantity"),
)
_DATE = Column("date", ("Date", "日期"), "date")
_WHY = Column("why", ("Because of", "原因"), "term")
COLUMNS: dict[str, tuple[Column, ...]] = {
    "stock": (_ITEM, _NAME, *_QUANTITIES, _BEFORE, _AFTER, _CHANGE),
    "balance": (Column("account", ("Account", "科目")), _NAME, _BEFORE, _AFTER, _CHANGE),
    "profit": (Column("period", ("Period", "会计期间")), _BEFORE, _AFTER, _CHANGE),
    "voucher": (
        _KIND, _DATE, Column("voucher", ("Voucher", "凭证")),
        Column("account", ("Account", "科目")), _BEFORE, _AFTER, _CHANGE, _WHY,
    ),
    "movement": (
        _KIND, _DATE, Column("movement", ("Movement", "单据行")),
        Column("type", ("Type", "类型"), "term"), _ITEM,
        Column("field", ("What", "内容"), "term"),
        Column("was", ("Before", "变更前")), Column("now", ("After", "变更后")), _WHY,
    ),
}  # fmt: skip
_PART = Column("part", ("Part", "部分"), "term")
Row = dict[str, Cell]


def diff(found: Effect, query: Query, parts: tuple[str, ...] = ()) -> Table:
    """Everything in one table, for machines; `parts` are some of PARTS, none means all."""
    rows = [row for name in parts or PARTS for row in _rows(found, query, name)]
    seen: dict[str, Column] = {_PART.key: _PART}
    for name in parts or PARTS:
        for column in COLUMNS[name]:
            seen.setdefault(column.key, column)
    rows = [{key: row.get(key) for key in (*seen, *row)} for row in rows]
    columns = tuple(seen.values())
    return Table("diff", TITLE, columns, sorted_rows(rows, query.sort, columns), totals(found))


def diff_tables(found: Effect, query: Query, parts: tuple[str, ...] = ()) -> list[Table]:
    """One table a part, for people; a part where nothing differs is left out."""
    tables = []
    for name in parts or PARTS:
        rows = list(_rows(found, query, name))
        if rows:
            rows = sorted_rows(rows, query.sort if len(parts) == 1 else "", COLUMNS[name])
            own = _own_totals(found, name)
            tables.append(Table("diff", PARTS[name], COLUMNS[name], rows, own))
    return tables


def totals(found: Effect) -> dict[str, object]:
    """Stock value, profit and numbers of vouchers and movements."""
    counts: dict[str, dict[str, int]] = {"vouchers": {}, "movements": {}}
    for name, changes in (("vouchers", found.shown), ("movements", found.moved)):
        for one in changes:
            counts[name][one.kind] = counts[name].get(one.kind, 0) + 1
    return {
        "stock": _pair(found, _sum(found.values)),
        "profit": _pair(found, _sum(found.profits)),
        **counts,
    }


def _own_totals(found: Effect, name: str) -> dict[str, object]:
    pairs = {"stock": found.values, "profit": found.profits}.get(name)
    return dict(_pair(found, _sum(pairs))) if pairs is not None else {}


def _sum(pairs: dict[str, Pair]) -> Pair:
    return [sum(pair[0] for pair in pairs.values()), sum(pair[1] for pair in pairs.values())]


def _pair(found: Effect, pair: Pair) -> Row:
    figures = Figures.of(found.after.sources)
    before, after = pair
    return {
        "before": figures.money(before),
        "after": figures.money(after),
        "change": figures.money(after - before),
    }


def _rows(found: Effect, query: Query, part: str) -> Iterator[Row]:
    rows_of = {
        "stock": _stock, "balance": _balances, "profit": _profits, "voucher": _vouchers,
        "movement": _movements,
    }  # fmt: skip
    for row in rows_of[part](found, query):
        yield {"part": part, **row}


def _item(found: Effect, code: str) -> Item | None:
    known = found.after.sources.master.items.get(code)
    return known or found.before.sources.master.items.get(code)


def _items(found: Effect, query: Query) -> frozenset[str] | None:
    """Codes that the filters let through; an item that only the first side knows counts too."""
    if not query.items and not query.categories:
        return None
    try:
        return chosen_items(found.after.sources, query)
    except Refused:
        return chosen_items(found.before.sources, query)


def _stock(found: Effect, query: Query) -> Iterator[Row]:
    chosen = _items(found, query)
    figures = Figures.of(found.after.sources)
    for code in sorted(found.values.keys() | found.quantities.keys()):
        was, now = found.quantities.get(code, [0, 0])
        worth = found.values.get(code, [0, 0])
        differs = was != now or worth[0] != worth[1]
        if not (differs or query.zero) or not (chosen is None or code in chosen):
            continue
        item = _item(found, code)
        yield {
            "item": code,
            "name": item.name if item is not None else "",
            "name_en": item.name_en if item is not None else "",
            "quantity_before": figures.quantity(was, item),
            "quantity_after": figures.quantity(now, item),
            "quantity_change": figures.quantity(now - was, item),
            **_pair(found, worth),
        }


def _balances(found: Effect, query: Query) -> Iterator[Row]:
    for account in sorted(found.balances):
        pair = found.balances[account]
        code, names = _account(found, account)
        differs = pair[0] != pair[1]
        if (differs or query.zero) and is_chosen_account(account, code, query):
            yield {"account": account, "code": code, **names, **_pair(found, pair)}


def _account(found: Effect, account: str) -> tuple[str, Row]:
    for side in (found.after, found.before):
        known = side.sources.master.accounts.get(account)
        if known is not None:
            return known.code, {"name": known.title, "name_en": known.title_en}
    return "", {"name": "", "name_en": ""}


def _profits(found: Effect, query: Query) -> Iterator[Row]:
    for period in sorted(found.profits):
        pair = found.profits[period]
        if pair[0] != pair[1] or query.zero:
            yield {"period": period, **_pair(found, pair)}


def _vouchers(found: Effect, query: Query) -> Iterator[Row]:
    chosen = _items(found, query)
    for one in found.shown:
        either = one.after or one.before
        if either is None or (
            query.types and either.identity.partition("/")[0] not in query.types
        ):
            continue
        if chosen is not None and not _speaks_of(one, "item", chosen):
            continue
        if query.parties and not _speaks_of(one, "party", frozenset(query.parties)):
            continue
        yield from _voucher(found, one, either, query)


def _speaks_of(one: Shown, key: str, names: frozenset[str]) -> bool:
    both = [voucher for voucher in (one.before, one.after) if voucher is not None]
    return any(
        (key_, value) == (key, value) and value in names
        for voucher in both
        for posting in voucher.postings
        for key_, value in posting.meta
        if key_ == key
    )


def _why(causes: tuple[str, ...]) -> Row:
    """The first few causes and how many more for people, all of them for programs."""
    first, more = named(causes)
    return {"why": f"{first} …+{more}" if more else first, "causes": " ".join(causes)}


def _voucher(found: Effect, one: Shown, either: Voucher, query: Query) -> Iterator[Row]:
    """A row an account; one without account where only words or dimensions differ."""
    sums: dict[str, Pair] = defaultdict(lambda: [0, 0])
    for at, voucher in enumerate((one.before, one.after)):
        for posting in voucher.postings if voucher is not None else ():
            sums[posting.account][at] += posting.amount
    head: Row = {
        "kind": one.kind,
        "date": either.date,
        "voucher": either.identity,
        "summary": either.narration,
        **_why(one.causes),
    }
    if one.before is not None and one.before.date != either.date:
        head["date_before"] = one.before.date
    if one.kind == "changed" and all(was == now for was, now in sums.values()):
        yield {**head, "account": "", "change": None}
        return
    for account in sorted(sums):
        code, names = _account(found, account)
        if is_chosen_account(account, code, query):
            row: Row = {**head, "account": account, "code": code, **names}
            row |= _pair(found, sums[account])
            for key, voucher in (("before", one.before), ("after", one.after)):
                if voucher is None:
                    row[key] = None
            yield row


def _movements(found: Effect, query: Query) -> Iterator[Row]:
    chosen = _items(found, query)
    for one in found.moved:
        side = found.after if one.after is not None else found.before
        at = one.after if one.after is not None else one.before
        row = side.sources.table.row(at or 0)
        if (
            (chosen is not None and row.item not in chosen)
            or (query.types and row.type not in query.types)
            or (query.parties and row.party not in query.parties)
        ):
            continue
        head: Row = {
            "kind": one.kind,
            "date": row.date,
            "movement": row.citation,
            "type": row.type,
            "item": row.item,
            "file": f"{row.path}:{row.lineno}",
            **_why(one.causes),
        }
        for name, was, now in _told(found, one):
            yield {**head, "field": name, "was": was, "now": now}


def _told(found: Effect, one: Moved) -> Iterator[tuple[str, str, str]]:
    """What differs of a line, in words: each field, and its cost."""
    sides = ((found.before, one.before), (found.after, one.after))
    figures = Figures.of(found.after.sources)
    was, now = (_facts(found, side, at) if at is not None else {} for side, at in sides)
    costs = [
        figures.money(side.derivation.costed.costs[at]) if at is not None else ""
        for side, at in sides
    ]
    names = one.fields if one.kind == "changed" else ("quantity", "price")
    for name in names if one.kind != "recosted" else ():
        if was.get(name, "") != now.get(name, ""):
            yield name, was.get(name, ""), now.get(name, "")
    if costs[0] != costs[1]:
        yield "cost", costs[0], costs[1]


def _facts(found: Effect, side: Side, at: int) -> dict[str, str]:
    """The fields of a line as people write them."""
    row, figures = side.sources.table.row(at), Figures.of(side.sources)
    facts = {name: "" if value is None else str(value) for name, value in zip(
        row._fields, row, strict=True)}  # fmt: skip
    facts["quantity"] = figures.quantity(row.quantity, _item(found, row.item)) if row.item else ""
    facts["price"] = "" if row.price is None else format_price(row.price)
    facts["amount"] = "" if row.amount is None else figures.money(row.amount)
    facts["meta"] = " ".join(f"{key}: {text}" for key, text in row.meta)
    return facts
