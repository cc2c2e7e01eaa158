"""Commands that ask the quantity side: stock, card, summary, cost, explain."""

from __future__ import annotations

from typing import Annotated

from invledger.cli.ask import Ask
from invledger.cli.complaining import Needed
from invledger.cli.session import report
from invledger.cli.words import QUANTITY, STOCKWISE, Command, argument, option


def stock(ask: Ask) -> int:
    """What is where, and what it is worth."""
    from invledger import reports

    return report(ask, reports.stock, vouchers=False)


def card(
    ask: Ask,
    code: Annotated[
        list[str],
        argument(
            "Items; --item does as well.", "存货编码，也可用 --item。", "ITEM", may_lack=True
        ),
    ],
) -> int:
    """The card of an item."""
    from invledger import reports

    items = (*ask.item, *code)
    if not (items or ask.category):
        raise Needed("ITEM | --item CODE | --category NAME")
    return report(ask, reports.card, items=items)


def summary(ask: Ask) -> int:
    """Opening, receipts, issues, closing."""
    from invledger import reports

    return report(ask, reports.summary)


def cost(
    ask: Ask,
    *,
    by: Annotated[
        str,
        option(
            "--by",
            metavar="VIEW",
            en="layer (default), item, period or movement.",
            zh="layer（成本层，默认）、item（存货）、period（期间）或 movement（逐笔）。",
        ),
    ] = "layer",
    what_if: Annotated[
        list[str],
        option(
            "--what-if",
            metavar="KEY=VALUE",
            en="Show what another policy (method=fifo, pool=site …), price (price:ID=12.30), "
            "amount:ID=…, date:ID=… or rule:FILE would do; writes nothing. May be repeated.",
            zh="假设分析：method=fifo、pool=site 等政策，price:单据号=12.30、amount:、date:、"
            "rule:文件；只显示差异，不写文件。可重复。",
        ),
    ],
) -> int:
    """Cost layers and pools; by item, period or movement; what another policy would do."""
    from invledger.cli.costing import show_costs, show_what_if

    if what_if:
        return show_what_if(ask, what_if, is_management=ask.management)
    return show_costs(ask, by)


def movements(ask: Ask) -> int:
    """Movements in order, or counted by a dimension."""
    from invledger import reports

    return report(ask, reports.movements)


def explain(
    ask: Ask,
    subject: Annotated[
        str,
        argument(
            "A movement, a line `ID/LINE` or a voucher.", "单据号、行号 `ID/行` 或凭证标识。", "ID"
        ),
    ],
    *,
    reverse: Annotated[
        bool,
        option("--reverse", en="Where it went, not where it came from.", zh="反查：流向何处。"),
    ] = False,
    dot: Annotated[
        bool,
        option(
            "--dot",
            en="A Graphviz graph, as --format dot; --format svg draws the picture.",
            zh="输出 Graphviz 图，同 --format dot；--format svg 直接成图。",
        ),
    ] = False,
) -> int:
    """An amount down to its receipts and residues."""
    from invledger.cli.explaining import show_tree

    return show_tree(ask, subject, reverse=reverse, dot=dot)


COMMANDS = (
    Command(
        "stock", stock, ("Stock by item, location and lot.", "库存余额表：按存货、库位、批次。"),
        QUANTITY, STOCKWISE, example="invledger stock --as-of 2026-01-31 --group item",
    ),
    Command(
        "card", card, ("Card of an item: quantity and amount.", "数量金额明细账。"),
        QUANTITY, STOCKWISE, example="invledger card SKU-COLA330 --period 2026-01",
    ),
    Command(
        "summary", summary,
        ("Opening, receipts, issues and closing of every item.", "收发存汇总表。"),
        QUANTITY, STOCKWISE, example="invledger summary --period 2026-01",
    ),
    Command(
        "movements", movements,
        ("Movements in order with their cost; --group counts.", "出入库流水账；--group 统计。"),
        QUANTITY, STOCKWISE, example="invledger movements --type sale-delivery --group party",
    ),
    Command(
        "cost", cost,
        ("Costs: layers, items, movements; --what-if.", "存货成本：成本层、明细、假设分析。"),
        QUANTITY, STOCKWISE, example="invledger cost --what-if method=fifo --period 2026-01",
    ),
    Command(
        "explain", explain,
        ("An amount down to its receipts, or the reverse.", "追溯金额的来源，或反查流向。"),
        QUANTITY, STOCKWISE, example="invledger explain SH1-260105-0001 --reverse",
        formats=("dot", "svg"),
    ),
)  # fmt: skip
