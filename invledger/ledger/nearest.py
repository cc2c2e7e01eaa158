"""Which known name somebody may have meant by one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from invledger.model import Item

LIKE_ENOUGH = 0.6
NOTHING_NEAR = "-"


def nearest_of(strangers: Iterable[str], known: Mapping[str, object]) -> dict[str, str]:
    """The nearest known name of each; `-` where none is near.

    People may write what they call an item (`sku:`), and not its code in the books.
    """
    from difflib import get_close_matches

    codes = {one.sku: code for code, one in known.items() if isinstance(one, Item) and one.sku}
    names, found = list(known), dict[str, str]()
    for name in strangers:
        near = get_close_matches(name, names, 1, LIKE_ENOUGH) if name not in codes else ()
        found[name] = codes.get(name) or (near[0] if near else NOTHING_NEAR)
    return found
