"""Commands that ask the money side: balance, journal, reconcile."""

from __future__ import annotations

from typing import Annotated

import typer

from invledger.cli.ask import Ask
from invledger.cli.session import report
from invledger.cli.words import MONEY, READING, Command, option

DIMENSION = option(
    "--dimension",
    metavar="KEY=VALUE",
    en="Only postings with this dimension (party, dept, project …).",
    zh="只看该辅助核算项（party、dept、project 等）。",
)


def pair(text: str) -> tuple[str, str]:
    """`key=value`."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise typer.BadParameter(f"{text!r}: KEY=VALUE", param_hint="--dimension")
    return key, value


def balance(
    ask: Ask,
    level: Annotated[
        str,
        option("--level", metavar="N", en="Accounts down to level N.", zh="显示到第 N 级科目。"),
    ] = "",
    *,
    dimension: Annotated[list[str], DIMENSION],
) -> int:
    """Trial balance of accounts."""
    from invledger import reports

    if level and not (level.isascii() and level.isdigit()):
        raise typer.BadParameter(level, param_hint="--level")
    return report(
        ask, reports.balance, level=int(level or 0), dimensions=tuple(map(pair, dimension))
    )


def journal(ask: Ask, *, dimension: Annotated[list[str], DIMENSION]) -> int:
    """Vouchers in order."""
    from invledger import reports

    return report(ask, reports.journal, dimensions=tuple(map(pair, dimension)))


def stock_gl(ask: Ask) -> int:
    """Valued stock against control accounts; findings where they differ."""
    from invledger.cli.reconciling import reconcile

    return reconcile(ask)


COMMANDS = (
    Command(
        "balance", balance, ("Balances of accounts, trial balance.", "科目余额表、试算平衡。"),
        MONEY, READING, example="invledger balance --period 2026-01",
    ),
    Command(
        "journal", journal, ("Vouchers line by line, in order.", "序时账（凭证明细）。"),
        MONEY, READING, example="invledger journal --period 2026-01 --account 1405",
    ),
    Command(
        "stock-gl", stock_gl,
        ("Valued stock against the control accounts.", "库存金额与总账存货科目核对。"),
        MONEY, READING, "reconcile", "invledger reconcile stock-gl",
    ),
)  # fmt: skip
