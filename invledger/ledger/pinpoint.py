"""The very line that a Problem speaks of, where what found it knew only the movement's first line.

Tables of movements keep one line number a block, since they hold a million rows. A Problem is
rare: here its block is looked at again, for the metadata or the posting that its words name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from invledger.model import Problem, Refused, Tree

_FOLDERS = ("ledgers/movements/", "ledgers/documents/")
BLOCK_LINES_MAX = 2000

#: Beginnings of codes that speak of one metadata line, and its key.
_KEYS = {
    "amount-": "amount", "citation-": "ref", "entered-": "entered",
    "entered-price-": "entered-price", "expiry-": "expiry", "id-": "id", "lot-": "lot",
    "party-": "party", "rank-": "rank", "reason-": "reason", "reversal-": "reverses",
    "tax-rate-": "tax", "time-": "time", "type-": "type", "owner-": "owner",
    "zero-price": "reason",
}  # fmt: skip
#: Codes that speak of a posting: the one that holds most of the Problem's words.
_OF_POSTINGS = frozenset(
    {
        "currency-foreign", "item-unknown", "location-not-open", "location-unknown",
        "missing-price", "price-unclear", "quantity-unclear", "quantity-zero", "stock-negative",
        "stock-short", "zero-price",
    }
)  # fmt: skip
_POSTING = re.compile(r"[ \t]+(?:[!*] )?[A-Z]")


def pinpoint(tree: Tree, problems: Iterable[Problem]) -> list[Problem]:
    """The same Problems, those about movements and documents at the line that they mean."""
    texts: dict[str, list[str]] = {}
    return [_at_its_line(tree, found, texts) for found in problems]


def _at_its_line(tree: Tree, found: Problem, texts: dict[str, list[str]]) -> Problem:
    path, line, column = found.place
    if not line or column or not path.startswith(_FOLDERS):
        return found
    key = _key_of(found.code)
    if not key and found.code not in _OF_POSTINGS:
        return found
    if path not in texts:
        texts[path] = _lines(tree, path)
    block = list(_block(texts[path], line - 1))
    if not block or block[0][0].isspace():  # its line is known already
        return found
    words = [value for _, value in found.args if value and value != "-"]
    at = _of_key(block, key, words) if key else 0
    if not at and found.code in _OF_POSTINGS:
        at = _of_posting(block, words)
    return found._replace(place=found.place._replace(line=line + at)) if at else found


def _key_of(code: str) -> str:
    """The metadata key that a code speaks of: the longest beginning wins."""
    begun = [start for start in _KEYS if code.startswith(start)]
    return _KEYS[max(begun, key=len)] if begun else ""


def _lines(tree: Tree, path: str) -> list[str]:
    try:
        return tree.read(path).decode("utf-8", "replace").split("\n")
    except Refused:
        return []


def _block(lines: list[str], start: int) -> Iterator[str]:
    """The lines of a block from its first, up to a blank line or the next head."""
    for number, line in enumerate(lines[start : start + BLOCK_LINES_MAX]):
        if not line.strip() or (number and not line[0].isspace()):
            return
        yield line


def _of_key(block: list[str], key: str, words: list[str]) -> int:
    """How far down the metadata line stands; one that holds a word of the Problem comes first."""
    there = [at for at, line in enumerate(block) if line.lstrip().startswith(f"{key}:") and at]
    saying = [at for at in there if any(word in block[at] for word in words)]
    return (saying or there or [0])[0]


def _of_posting(block: list[str], words: list[str]) -> int:
    """How far down the posting stands that holds most of the words; 0 where none holds any."""
    score = {at: _score(line, words) for at, line in enumerate(block) if _POSTING.match(line)}
    best = max(score.values(), default=0)
    return next((at for at, points in score.items() if points == best), 0) if best else 0


def _score(line: str, words: list[str]) -> int:
    said = set(line.split())
    return sum(word in said or f"-{word}" in said for word in words)
