"""The entry files: fixed text, literal globs over the folders of the design and nothing else.

beancount refuses a glob that matches nothing, so `init` puts a comment-only file where a folder
would be empty (`empty_files`).
"""

from __future__ import annotations

from functools import cache

_HEAD = (
    "; {title}\n"
    "; Fixed text: invledger reads the folders itself, beancount and Fava read these lines.\n"
)

_MAIN = (
    "accounts.beancount",
    "prices.beancount",
    "parties.beancount",
    "periods.beancount",
    "money/*/*/*.beancount",
    "vouchers/*/*/*.beancount",
    "register/*.beancount",
)
_STOCK = (
    "items.beancount",
    "locations.beancount",
    "movements/*/*/*.beancount",
    "documents/*/*/*.beancount",
)
_EMPTY = (
    "ledgers/money/0000/00/empty.beancount",
    "ledgers/vouchers/0000/00/empty.beancount",
    "ledgers/register/0000-00.beancount",
    "ledgers/movements/0000/00/empty.beancount",
    "ledgers/documents/0000/00/empty.beancount",
)


@cache
def entry_files(currency: str = "CNY") -> dict[str, str]:
    """Path -> text of the two entry files of a company with that functional currency.

    The currency is for Fava, which asks for one. Callers do not change the mapping.
    """
    return {
        "ledgers/main.beancount": _text("财务账 the money ledger", _MAIN, currency),
        "ledgers/stock.beancount": _text("库存账 the quantity ledger", _STOCK, currency),
    }


@cache
def empty_files() -> dict[str, str]:
    """Path -> text of the comment-only files that keep every glob matching something."""
    return dict.fromkeys(_EMPTY, "; no entries yet; this file keeps the folder under the glob\n")


def _text(title: str, includes: tuple[str, ...], currency: str) -> str:
    option = f'\noption "operating_currency" "{currency}"\n\n'
    lines = [f'include "{name}"\n' for name in includes]
    return _HEAD.format(title=title) + option + "".join(lines)
