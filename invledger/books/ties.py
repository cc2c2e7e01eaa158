"""Which movements hang together: by item, by movement, by cost object, by what they cite.

Costs and vouchers of one component depend on no other: pools belong to an item, a cost object to
its order, a citation to what it cites. Two rows are tied where they share an item, a movement or
an order, where one cites the other (`ref:`, `reverses:`, or any other metadata that names a
movement or an item). Tying too much costs time only; so what merely looks like a name counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from invledger.model import Item, MovementTable

Meta = tuple[tuple[str, str], ...]


def names_in(ref: str, meta: Meta) -> Iterator[str]:
    """What a row may name besides its own fields: ids and items, `/line` and `=qty` cut off."""
    for text in (ref, *[value for _, value in meta]):
        for word in text.split():
            name = word.partition("=")[0]
            yield name
            if "/" in name:
                yield name.rpartition("/")[0]


class Ties:
    """A union-find over names: items as they are, orders and movements with a sign before."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name that stands for the component."""
        parent = self._parent
        found = parent.setdefault(name, name)
        while found != parent[found]:
            parent[found] = found = parent[parent[found]]
        return found

    def tie(self, one: str, other: str) -> None:
        """Both are one component from now on."""
        self._parent[self.root(one)] = self.root(other)


def order_name(order: str) -> str:
    """A cost object among names."""
    return f"\x01{order}"


def own_name(item: str, id_: str) -> str:
    """What a row is first of all: its item, or the document that it is."""
    return item or f"\x02{id_}"


def tied(table: MovementTable, items: Mapping[str, Item]) -> tuple[Ties, list[str]]:
    """The components of a table, and the name of each row in them."""
    ties = Ties()
    ids = table.id
    owns = [item or own_name("", id_) for item, id_ in zip(table.item, ids, strict=True)]
    before = own = ""
    for at, id_ in enumerate(ids):
        if id_ == before and owns[at] != own:
            ties.tie(owns[at], own)
        before, own = id_, owns[at]
    if any(table.order):
        for at, order in enumerate(table.order):
            if order:
                ties.tie(owns[at], order_name(order))
    _tie_names(ties, table, owns, items)
    return ties, owns


def _tie_names(
    ties: Ties, table: MovementTable, owns: list[str], items: Mapping[str, Item]
) -> None:
    """Citations, and metadata that name an item or a movement."""
    skus = {item.sku: code for code, item in items.items() if item.sku}
    said: dict[tuple[str, Meta], frozenset[str]] = {}
    naming: list[tuple[int, frozenset[str]]] = []
    for at, (ref, meta) in enumerate(zip(table.ref, table.meta, strict=True)):
        if not ref and not meta:
            continue
        names = said.get((ref, meta))
        if names is None:
            names = said[ref, meta] = frozenset(names_in(ref, meta))
        naming.append((at, names))
    wanted: set[str] = set().union(*said.values())
    first: dict[str, str] = {}
    if wanted:
        for id_, own in zip(table.id, owns, strict=True):
            if id_ in wanted:
                first.setdefault(id_, own)
    meant = {name: first[name] for name in wanted & first.keys()}
    meant |= {name: name for name in wanted if name in items}
    meant |= {name: skus[name] for name in wanted & skus.keys()}
    for at, names in naming:
        for name in names & meant.keys():
            ties.tie(owns[at], meant[name])


def alone(roots: Iterable[str], owns: Iterable[str]) -> bool:
    """Whether some document hangs together with no item: who knows what it is about."""
    documents: set[str] = set()
    goods: set[str] = set()
    for root, own in zip(roots, owns, strict=True):
        (documents if own.startswith("\x02") else goods).add(root)
    return not documents <= goods


def roots_of(ties: Ties, owns: Iterable[str]) -> list[str]:
    """The component of each row."""
    known: dict[str, str] = {}
    return [known[own] if own in known else known.setdefault(own, ties.root(own)) for own in owns]
