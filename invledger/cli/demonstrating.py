"""`demo`: the sample company, from its movements to a reconciliation, in one walk.

Nothing outside the folder is touched. Messages go to stderr, the tables to stdout. The sample's
own last day counts as today, so that the walk looks the same next year.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.session import Books, show, stamped
from invledger.model import Table, exit_code_of

if TYPE_CHECKING:
    from invledger.reports import Query

_SAID = {
    "made": ("made the sample company in {folder}", "已在 {folder} 建立示例公司"),
    "posted": (
        "posted: {vouchers} vouchers from {lines} lines",
        "已生成 {vouchers} 张凭证（{lines} 行记录）",
    ),
    "checked": ("checked: {summary}", "检查结果：{summary}"),
    "meets": ("stock and ledger differ by {difference}", "库存账与总账相差 {difference}"),
    "next": ("Look next (cd {folder}):", "接下来可以看（cd {folder}）："),
}
#: command, what it shows
_NEXT = (
    ("summary", ("receipts, issues and balance of every item", "收发存汇总表")),
    ("card {item}", ("one item, movement by movement", "某存货的数量金额明细账")),
    ("explain {subject}", ("where the cost of a delivery comes from", "一笔成本从何而来")),
    ("post --dry-run", ("after a change of a price: which vouchers move", "改动单价后看凭证变化")),
    ("help", ("the manual", "手册")),
)


def demonstrate(ask: Ask, folder: str) -> int:
    """Build, post, check, reconcile and show; 0 where everything meets."""
    from invledger import books

    root = Path(folder) if folder else Path(tempfile.mkdtemp(prefix="invledger-")) / "company"
    books.init(root)
    _tell(ask, "made", folder=root)
    outcome = books.post(root)
    code = exit_code_of([p for p in outcome.problems if p.severity == "error"])
    ask = replace(ask, root=str(root))
    made = _opened(ask)
    vouchers = len(made.derivation.vouchers)
    _tell(ask, "posted", vouchers=vouchers, lines=len(made.sources.table))
    code = _check(ask, made) or code
    return _show(ask, made) or code


def _opened(ask: Ask) -> Books:
    from invledger.cli.session import opened

    return opened(ask, provenance=True)


def _check(ask: Ask, made: Books) -> int:
    from invledger.cli.checking import findings
    from invledger.cli.session import with_excerpts
    from invledger.render import problems_summary, render_problems

    found = findings(made, max(made.sources.table.date, default="2026-01-01"))
    serious = [p for p in found if p.severity == "error"]
    if serious:
        world.tell(render_problems(with_excerpts(made.tree, serious), "table", ask.language))
    _tell(ask, "checked", summary=problems_summary(found, ask.language))
    return exit_code_of(serious)


def _show(ask: Ask, made: Books) -> int:
    """The tables that an accountant wants to see; 1 where stock and ledger do not meet."""
    from invledger import reports

    query = ask.query()
    subject = _subject(made)
    met = reports.reconcile_stock_gl(made.sources, made.derivation, query)
    _table(ask, made, reports.balance(made.sources, made.derivation, ask.query(level=1)))
    _table(ask, made, reports.stock(made.sources, made.derivation, query))
    _table(ask, made, met)
    if subject:
        _explain(ask, made, ask.query(subject=subject))
    _tell(ask, "meets", difference=met.totals.get("difference", "0"))
    item = next(iter(made.sources.master.items), "")
    _tell(ask, "next", folder=ask.root)
    for command, said in _NEXT:
        line = f"invledger {command.format(item=item, subject=subject)}"
        world.tell(f"  {line:44}{said[ask.language == 'zh']}")
    return int(bool(met.totals.get("unexplained")))


def _table(ask: Ask, made: Books, table: Table) -> None:
    """A table without its stamp, which the last one carries for all."""
    show(ask, replace(stamped(table, made.sources, ask.query()), audit={}))
    world.put("\n")


def _explain(ask: Ask, made: Books, query: Query) -> None:
    from invledger import reports
    from invledger.render import tree_text

    table = stamped(reports.explain(made.sources, made.derivation, query), made.sources)
    world.put(tree_text(table, ask.language, color=ask.color) + "\n")


def _subject(made: Books) -> str:
    """The delivery whose cost comes from most places."""
    from invledger.costing.interface import Kind

    shares = made.derivation.costed.shares or []
    issues = [
        (len(shares[at]), made.sources.table.id[at])
        for at, line in enumerate(made.derivation.valued.lines)
        if line.kind == Kind.ISSUE and at < len(shares)
    ]
    return max(issues, default=(0, ""))[1]


def _tell(ask: Ask, what: str, **facts: object) -> None:
    world.tell(_SAID[what][ask.language == "zh"].format(**facts))
