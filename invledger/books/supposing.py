"""Suppositions for `cost --what-if`: the books as they would be, as a Tree that writes nothing.

A supposition is `<key>=<value>` for a cost policy, `price:<id>[/<line>]=12.30` (also `amount:`),
`date:<id>=2026-03-01` or `rule:<file>`. Each becomes another text of a source file, so that the
reader judges it as it judges what people write; its Problems name the supposition.

Codes: what-if-unclear, what-if-unknown, what-if-value, what-if-movement, what-if-method.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any, Literal, NamedTuple, get_args, get_origin

from invledger.ledger import print_movement, print_value_document
from invledger.ledger.grammar import is_date
from invledger.model import (
    METHODS,
    NOWHERE,
    PRICE_DECIMALS,
    CostPolicy,
    OverlayTree,
    Place,
    Problem,
    Refused,
    Row,
    Tree,
    parse_scaled,
    problem,
)
from invledger.posting import Sources
from invledger.posting.schema import nearest
from invledger.store import parse_yaml

COMPANY = "rules/company.yaml"
POLICY_KEYS = tuple(sorted(one.name.replace("_", "-") for one in fields(CostPolicy)))
OTHER_KEYS = ("price:", "amount:", "date:", "rule:")


class Scope(NamedTuple):
    """The items and categories that a policy is supposed for (none: all), and whether the books
    are supposed to be management accounts, which may use LIFO.
    """

    items: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    is_management: bool = False


@dataclass(slots=True)
class Supposed:
    """The books as they would be; `names` says which supposition stands behind a path."""

    tree: Tree
    names: dict[str, str] = field(default_factory=dict)

    def named(self, problems: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
        """Problems that the books do not have anyway, at the supposition that made them."""
        old = {(one.code, one.args) for one in known}
        found = []
        for one in problems:
            if (one.code, one.args) in old:
                continue
            name = self.names.get(one.place.path)
            found.append(one._replace(place=Place(name)) if name else one)
        return found


def suppose(
    tree: Tree,
    sources: Sources,
    wishes: Iterable[str],
    scope: Scope,
    *,
    read: Callable[[str], bytes],
) -> Supposed:
    """The books with all wishes granted; `read` reads a file that a person named.

    Raises Refused with all that is wrong with the wishes.
    """
    granted = _Wishes(tree, sources, scope, read)
    for wish in wishes:
        try:
            granted.take(wish)
        except Refused as refused:
            granted.problems += refused.problems
    if granted.problems:
        raise Refused(*granted.problems)
    return granted.made()


class _Wishes:
    """Wishes as they are taken one by one."""

    def __init__(
        self,
        tree: Tree,
        sources: Sources,
        scope: Scope,
        read: Callable[[str], bytes],
    ) -> None:
        self.tree, self.sources, self.scope, self.read = tree, sources, scope, read
        self.problems: list[Problem] = []
        self.policies: dict[str, str] = {}
        self.files: dict[str, bytes | None] = {}
        self.names: dict[str, str] = {}
        self.rows: dict[str, dict[int, Row]] = {}  # movements that differ, by id and index
        self.wish_of: dict[str, str] = {}

    def take(self, wish: str) -> None:
        """One wish; raises Refused."""
        key, equals, value = wish.partition("=")
        kind, colon, name = key.partition(":")
        if kind == "rule" and colon and not equals:
            self._rule(name, wish)
        elif not (equals and value and key):
            raise Refused(problem("what-if-unclear", text=wish))
        elif colon and kind in ("price", "amount", "date"):
            self._movement(kind, name, value, wish)
        elif key in POLICY_KEYS:
            _demand_value(key, value)
            self.policies[key] = value
        else:
            near = nearest(key, (*POLICY_KEYS, *OTHER_KEYS))
            raise Refused(problem("what-if-unknown", name=key, nearest=near))

    def _rule(self, name: str, wish: str) -> None:
        data = self.read(name)
        content, _, found = parse_yaml(name, data)
        if found:
            raise Refused(*found)
        versions = content if isinstance(content, list) else [content]
        first = versions[0] if versions else {}
        type_ = first.get("type") if isinstance(first, dict) else None
        if not isinstance(type_, str) or "/" in type_ or not type_:
            raise Refused(problem("what-if-unclear", text=wish))
        known = self.sources.rules.get(type_)
        path = known[0].place.path if known else f"rules/movements/{type_}.yaml"
        self.files[path] = data
        self.names[path] = name

    def _movement(self, kind: str, name: str, value: str, wish: str) -> None:
        table = self.sources.table
        id_, slash, line = name.rpartition("/")
        if not slash:
            id_, line = name, ""
        rows = {at: table.row(at) for at, found in enumerate(table.id) if found == id_}
        if not rows or (line and not any(str(row.line) == line for row in rows.values())):
            near = nearest(id_, list(dict.fromkeys(table.id))) if not rows else f"{id_}/1"
            raise Refused(problem("what-if-movement", name=name, nearest=near))
        before = self.rows.setdefault(id_, rows)
        for at, row in before.items():
            if not line or str(row.line) == line:
                before[at] = self._changed(row, kind, value, wish)
            elif kind == "date":
                raise Refused(problem("what-if-unclear", text=wish))
        self.wish_of[id_] = wish

    def _changed(self, row: Row, kind: str, value: str, wish: str) -> Row:
        if kind == "date":
            if not is_date(value):
                raise Refused(problem("what-if-value", name=kind, value=value, known="YYYY-MM-DD"))
            return row._replace(date=value)
        if kind == "price" and not row.item:
            raise Refused(problem("what-if-unclear", text=wish))
        decimals = PRICE_DECIMALS
        if kind == "amount":
            decimals = self._decimals(row)
        number = parse_scaled(value, decimals)
        if number is None:
            raise Refused(problem("what-if-value", name=kind, value=value, known="12.30"))
        currency = row.currency or self.sources.company.currency
        price, amount = (number, None) if kind == "price" else (None, number)
        return row._replace(price=price, amount=amount, currency=currency)

    def _decimals(self, row: Row) -> int:
        return self.sources.master.decimals_of(row.currency, self.sources.company)

    def made(self) -> Supposed:
        """The tree with every wish in it."""
        if self.policies or self.scope.is_management:
            self._policies()
        for id_, rows in self.rows.items():
            self._replace_block(id_, list(rows.values()))
        return Supposed(OverlayTree(self.tree, self.files), self.names)

    def _policies(self) -> None:
        content, _, found = parse_yaml(COMPANY, self.tree.read(COMPANY))
        if found or not isinstance(content, dict):
            raise Refused(*found)
        data: dict[str, Any] = dict(content)
        if self.scope.is_management:
            data["books"] = "management"
        if self.policies:
            items, categories = self.scope.items, self.scope.categories
            if not items and not categories:
                _everywhere(data, self.policies)
            for name in categories:
                self._category(data, name)
            for code in self._codes(items):
                self._item(data, code)
        self.files[COMPANY] = json.dumps(data, ensure_ascii=False).encode()
        said = " ".join(f"{key}={value}" for key, value in self.policies.items())
        self.names[COMPANY] = f"--what-if {said}".strip()

    def _codes(self, names: Iterable[str]) -> list[str]:
        """Items as codes; an item may be named by its sku. Raises Refused."""
        known = self.sources.master.items
        by_sku = {item.sku: code for code, item in known.items() if item.sku}
        codes = []
        for name in names:
            code = name if name in known else by_sku.get(name)
            if code is None:
                raise Refused(problem("query-unknown", NOWHERE, what="item", name=name))
            codes.append(code)
        return codes

    def _category(self, data: dict[str, Any], name: str) -> None:
        members = {c: i for c, i in self.sources.master.items.items() if i.category == name}
        categories = data.setdefault("categories", {})
        if name in categories:
            _grant(categories[name].setdefault("cost", {}), self.policies)
        elif not members:
            raise Refused(problem("query-unknown", NOWHERE, what="category", name=name))
        for code in members:
            if name not in categories or code in data.get("items", {}):
                self._item(data, code)
        _without(data, self.policies, {name}, set(members))

    def _item(self, data: dict[str, Any], code: str) -> None:
        item = data.setdefault("items", {}).setdefault(code, {"reason": "what-if"})
        _grant(item, self.policies)
        _without(data, self.policies, set(), {code})

    def _replace_block(self, id_: str, rows: list[Row]) -> None:
        """Take the movement out of its file and put it into one of its own."""
        path = rows[0].path
        data = self.files.get(path) or self.tree.read(path)
        lines = data.decode().split("\n")
        start, end = rows[0].lineno - 1, rows[0].lineno
        while end < len(lines) and lines[end].startswith((" ", "\t", "; sum")):
            end += 1
        lines[start:end] = [""] * (end - start)  # others keep their line numbers
        self.files[path] = "\n".join(lines).encode()
        items = self.sources.master.items
        decimals = partial(self.sources.master.decimals_of, company=self.sources.company)
        if rows[0].item:
            text = print_movement(rows, items, decimals)
        else:
            text = "\n".join(print_value_document(row, decimals) for row in rows)
        date, folder = rows[0].date, path.split("/")[1]
        here = (
            f"ledgers/{folder}/{date[:4]}/{date[5:7]}/{date}.what-if-{len(self.files)}.beancount"
        )
        self.files[here] = text.encode()
        self.names[here] = f"--what-if {self.wish_of[id_]}"


def _demand_value(key: str, value: str) -> None:
    """Refused for a value that the policy cannot have, with the nearest that it can."""
    if key == "method":
        if value not in METHODS:
            near = nearest(value, METHODS)
            named = " ".join(METHODS)
            raise Refused(problem("what-if-method", method=value, nearest=near, known=named))
        return
    known = _choices(key.replace("-", "_"))
    if known and value not in known:
        raise Refused(problem("what-if-value", name=key, value=value, known=" ".join(known)))


def _choices(name: str) -> tuple[str, ...]:
    """The values that `rules/company.yaml` may give a policy; none where it is no list."""
    from invledger.posting.documents import CostDoc

    open_: list[Any] = [CostDoc.__annotations__[name]]
    while open_:
        kind = open_.pop()
        if get_origin(kind) is Literal:
            return tuple(str(one) for one in get_args(kind))
        open_ += get_args(kind)
    return ()


def _grant(cost: dict[str, Any], policies: dict[str, str]) -> None:
    cost.update(policies)


def _everywhere(data: dict[str, Any], policies: dict[str, str]) -> None:
    """For the whole company: its default, and wherever a category or item says otherwise."""
    _grant(data.setdefault("cost", {}), policies)
    owners = [known.get("cost", {}) for known in data.get("categories", {}).values()]
    for cost in (*owners, *data.get("items", {}).values()):
        for key in policies.keys() & cost.keys():
            cost[key] = policies[key]
    _without(data, policies, None, None)


def _without(
    data: dict[str, Any],
    policies: dict[str, str],
    categories: set[str] | None,
    items: set[str] | None,
) -> None:
    """Dated changes no longer say what is supposed, for these categories and items (None: all)."""
    kept = []
    for change in data.get("cost-changes", []):
        is_meant = (
            categories is None
            or change.get("category", "") in categories
            or (items is not None and change.get("item", "") in items)
        )
        cost = change.get("cost", {})
        if is_meant:
            cost = {key: value for key, value in cost.items() if key not in policies}
        if cost:
            kept.append({**change, "cost": cost})
    if "cost-changes" in data:
        data["cost-changes"] = kept
