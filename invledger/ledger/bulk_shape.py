"""What movements may name, and the one pattern that a plain block has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from invledger.ledger.layout import CURRENCY_COLUMN
from invledger.model import Item, Party

_DIGITS_MAX = 15
_WHOLES_MAX = 10_000
_RANK = "0|[1-9][0-9]{0,2}"
_SIGN = r"[ !#-\[\]-~\x80-\xff]"  # of a text: no quote, backslash or control character


class Unusual(Exception):
    """Something that the plain path shall look at."""


class Known(NamedTuple):
    """What rows share that one stencil serves: numbers of what they name (see `swift.Plain`)."""

    type: int
    source: int
    target: int
    class_: int
    has_price: bool
    has_party: bool
    reason: int


#: What rows of one kind share, as their columns say it: type, target, source, class of the item,
#: whether they have a price and a party, reason.
Key = tuple[bytes, bytes, bytes, int, bool, bool, bytes]


class Blocks(NamedTuple):
    """The groups of the pattern as columns; empty where a block has none of it."""

    block: Sequence[bytes]
    date: Sequence[bytes]
    payee: Sequence[bytes]
    id: Sequence[bytes]
    type: Sequence[bytes]
    time: Sequence[bytes]
    party: Sequence[bytes]
    reason: Sequence[bytes]
    more: Sequence[bytes]  # lines of metadata but those above and `doc` where it stands first
    target: Sequence[bytes]
    number: Sequence[bytes]
    item: Sequence[bytes]
    price: Sequence[bytes]
    expiry: Sequence[bytes]
    source: Sequence[bytes]
    sum: Sequence[bytes]


def _pattern(currency: str, *, is_loose: bool = False) -> re.Pattern[bytes]:
    """A movement of one line as `print_movement` writes it, its checksum, an empty line.

    Loose: numbers may stand elsewhere than in their column, as behind names that are too long.
    """
    paid_in = re.escape(currency)
    # Only a posting begins with a capital, and the first, which fits, is longer than what is
    # looked back on: so it is the number's own line that begins there.
    gap, here = "  ++", rf"(?<=\n  [A-Z](?s:.{{{CURRENCY_COLUMN - 5}}}))"
    if is_loose:
        gap, here = " ++", ""
    # What is repeated gives nothing back (`++`). Of groups that would be quicker, too, but Python
    # before 3.11.5 then loses what they found. A choice is quick where its first sign decides: so
    # the two blanks before a line stand at the end of the line before it.
    return re.compile(
        (
            rf'(?P<block>(?P<date>.{{10}}) \* (?:"(?P<payee>{_SIGN}++)" (?!"")|)"{_SIGN}*+"\n'
            r'  id: "(?P<id>[A-Za-z0-9][A-Za-z0-9._-]{0,63}+)"\n  type: "(?P<type>[^"]++)"\n  '
            r'(?:time: "(?P<time>[0-2][0-9]:[0-5][0-9](?::[0-5][0-9]|))"\n  |)'
            rf'(?:party: "(?P<party>[^"]++)"\n  |)(?:reason: "(?P<reason>{_SIGN}++)"\n  |)'
            rf'(?:doc: "{_SIGN}++"\n  |)'
            r"(?P<more>(?:[a-z][^\n]++\n  (?:[a-z][^\n]++\n  )*|))"
            rf"(?P<target>[^ ]++){gap}(?P<number>[^ ]++){here} (?P<item>[^ \n]++)"
            rf"(?: @ (?P<price>[^ ]++) {paid_in}|)\n  "
            rf'(?:  lot: "{_SIGN}++"\n  |)(?:  expiry: (?P<expiry>.{{10}})\n  |)'
            rf"(?P<source>[^ ]++){gap}-(?P=number){here} (?P=item)"
            rf"(?(price) @ (?P=price) {paid_in}))\n; sum: (?P<sum>.{{16}})\n(?:\n|\Z)"
        ).encode()
    )


def _meta_line(silent: Iterable[str]) -> re.Pattern[bytes]:
    """A line of metadata: key and text, or a rank."""
    keys = "|".join(sorted({*silent} - {"rank"}))
    return re.compile(rf'  ({keys}): "({_SIGN}+)"|  rank: ({_RANK})'.encode())


class Wholes(dict[bytes, int]):
    """Whole numbers by how they are written; 0 for any other text. Learns them as it is asked."""

    def __missing__(self, text: bytes) -> int:
        if not text.isdigit() or text.startswith(b"0") or len(text) > _DIGITS_MAX:
            return 0
        if len(self) < _WHOLES_MAX:
            self[text] = int(text)
        return int(text)


class Names:
    """What movements may name, by its bytes; learns what rows are like as it meets them."""

    def __init__(  # noqa: PLR0913, PLR0917  all that rows may name
        self, types: Sequence[str], ranks: Sequence[int], items: Sequence[Item],
        classes: Sequence[int], locations: Sequence[str], parties: Sequence[Party],
        currency: str, money: int, reasons: Sequence[str], silent: Iterable[str],
    ) -> None:  # fmt: skip
        self.types = {name.encode(): at for at, name in enumerate(types)}
        self.ranks = {name.encode(): rank for name, rank in zip(types, ranks, strict=True)}
        self.items = {item.code.encode(): at for at, item in enumerate(items)}
        self.classes, self.decimals = list(classes), [item.decimals for item in items]
        self.parties = {party.code.encode(): party.name.encode() for party in parties}
        # Columns are counted in letters, which take more than a byte beyond ASCII.
        self.currency, self.is_loose = currency, not all(map(str.isascii, locations))
        self.pattern = _pattern(currency, is_loose=self.is_loose)
        self.meta_line = _meta_line(silent)
        self.wholes = Wholes()
        self.scales = [10**places for places in self.decimals]
        self.is_scaled = any(self.decimals)
        self.money = money
        self.likes: list[Known] = []
        self.numbers: dict[Key, int] = {}
        self._locations = {name.encode(): at for at, name in enumerate(locations)}
        self._reasons = {reason.encode(): at for at, reason in enumerate(reasons, 2)}
        self._known: dict[Known, int] = {}
        self._downs: dict[int, list[int]] = {}

    def learn(self, keys: Iterable[Key]) -> None:
        """Give kinds of rows their numbers; raises Unusual where one names what is not known."""
        for key in keys:
            type_, target, source, class_, has_price, has_party, reason = key
            try:
                named = self.types[type_], self._locations[source], self._locations[target]
            except KeyError:
                raise Unusual from None
            why = self._reasons.get(reason, 1 if reason else 0)
            known = Known(*named, class_, has_price, has_party, why)
            self.numbers[key] = self.number_of(known)

    def loosen(self) -> None:
        """Let numbers stand elsewhere than in their column; who reads looks at each."""
        self.pattern, self.is_loose = _pattern(self.currency, is_loose=True), True

    def downs(self, places: int) -> list[int]:
        """By item: what takes its quantities times prices of so many decimals to minor units."""
        if places not in self._downs:
            self._downs[places] = [10 ** (one + places - self.money) for one in self.decimals]
        return self._downs[places]

    def number_of(self, known: Known) -> int:
        """The number of a kind of row."""
        found = self._known.setdefault(known, len(self.likes))
        if found == len(self.likes):
            self.likes.append(known)
        return found
