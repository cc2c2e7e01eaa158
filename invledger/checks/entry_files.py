"""Do the entry files say what they must, and does every glob match something?

`ledgers/main.beancount` and `ledgers/stock.beancount` are fixed text. beancount and Fava read the
books through them; our own reader finds the folders itself. A missing include would make the two
read different books; a plugin in an entry file would run code; and beancount refuses a glob that
matches nothing.

Anti-pattern: taking `include "vouchers/*/*/*.beancount"` out to make Fava start faster.

Good: leave them as `invledger init` wrote them; every folder keeps its comment-only file.

Emits `entry-missing`, `entry-altered`, `glob-empty`.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from invledger.ledger import entry_files
from invledger.model import Place, Problem, Refused, Tree, problem

_INCLUDE = re.compile(r'include "([^"]+)"', re.ASCII)


def check(tree: Tree, currency: str) -> list[Problem]:
    """Problems of a tree's entry files; Refused where one cannot be read."""
    found = []
    for path, text in entry_files(currency).items():
        if not tree.exists(path):
            found.append(problem("entry-missing", Place(path)))
            continue
        data = tree.read(path)
        if data != text.encode():
            found.append(problem("entry-altered", Place(path, _first_difference(data, text))))
        found += _globs(tree, path, text)
    return found


def _first_difference(data: bytes, text: str) -> int:
    """The first line that is not as it must be."""
    have, want = data.split(b"\n"), text.encode().split(b"\n")
    pairs = zip(have, want, strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), None)
    at = (min(len(have), len(want)) if same is None else same) + 1
    return min(at, data.rstrip(b"\n").count(b"\n") + 1)


def _globs(tree: Tree, path: str, text: str) -> list[Problem]:
    """Includes that match no file: beancount would refuse the whole ledger."""
    found: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _INCLUDE.match(line)
        if match is None:
            continue
        target = f"ledgers/{match[1]}"
        folder = target.partition("*")[0].rpartition("/")[0]
        depth = target.count("/")
        if "*" in target:
            try:
                files = tree.paths(folder, ".beancount")
            except Refused as refused:
                found += refused.problems
                continue
            there = any(fnmatchcase(f, target) and f.count("/") == depth for f in files)
        else:
            there = tree.exists(target)
        if not there:
            found.append(problem("glob-empty", Place(path, number), include=match[1]))
    return found
