"""Do the rules hold together, before any movement meets them?

Versions of a rule neither overlap nor leave a gap; every line can apply; every role has an account
in the chart; debit equals credit for every combination of facts; no inventory account is finer
than the cost pool; what a rule cites exists.

Anti-pattern: two lines of a rule, `when: {taxpayer: general}` on the credit only. The voucher of a
small-scale taxpayer would have one side.

Good: a line for each case, and an example for each line.

Emits the codes of `posting.lint` (`rule-…`).
"""

from __future__ import annotations

from invledger.model import Problem
from invledger.posting import lint_rules
from invledger.posting.sources import Sources


def check(sources: Sources) -> list[Problem]:
    """What the linter says of the company's rules and chart."""
    return lint_rules(sources.rules, sources.company, sources.chart)
