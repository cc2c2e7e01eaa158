"""Do the rules still do what their own examples say?

Every rule carries examples: facts given, voucher lines expected. They are run on every check, so
that a change of a rule that turns a debit round, forgets the tax or leaves a voucher unbalanced is
seen before it posts anything.

Anti-pattern: changing `debit: inventory` and leaving the example as it was, or taking it out.

Good: under `examples:` of the rule

    - given: {qty: 100, price: 2.35}
      expect: [[inventory, 235.00], [goods-received-not-invoiced, -235.00]]

Emits `example-fails`, `example-unreadable` (codes of the rules).
"""

from __future__ import annotations

from invledger.model import Problem
from invledger.posting.examples import run_examples
from invledger.posting.sources import Sources


def check(sources: Sources) -> list[Problem]:
    """Problems of the examples of every version of every rule."""
    rules = [rule for versions in sources.rules.values() for rule in versions]
    return run_examples(rules, sources.company)
