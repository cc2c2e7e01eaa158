"""`post` derives vouchers, `book` enters them in the register."""

from __future__ import annotations

from typing import Annotated

from invledger.cli.ask import Ask
from invledger.cli.complaining import Needed
from invledger.cli.words import DERIVE, Booked, Command, Reviewed, option


def post(
    ask: Ask,
    *,
    check: Annotated[
        bool,
        option(
            "--check",
            en="Compare what is on disk with its derivation; write nothing.",
            zh="比较磁盘上的凭证与推导结果，不写文件。",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        option(
            "--dry-run",
            en="Show each voucher before and after; write nothing.",
            zh="逐张显示凭证变化，不写文件。",
        ),
    ] = False,
    engine: Annotated[
        str,
        option(
            "--engine",
            metavar="ADDRESS",
            en="Where costs are computed: local, dask://HOST:PORT or dask://local/N.",
            zh="成本在何处计算：local、dask://主机:端口 或 dask://local/N。",
        ),
    ] = "",
) -> int:
    """Derive the vouchers."""
    from invledger.cli.posting import post_books

    return post_books(ask, check=check, dry_run=dry_run, engine=engine)


def book(
    ask: Ask,
    day: Annotated[
        str, option("--day", metavar="DATE", en="Vouchers of a day.", zh="登记某日凭证。")
    ] = "",
    period: Annotated[
        str,
        option("--period", metavar="YYYY-MM", en="Vouchers of a period.", zh="登记某期间凭证。"),
    ] = "",
    prepared: Annotated[
        str, option("--prepared", metavar="NAME", en="Preparer.", zh="制单人。")
    ] = "",
    *,
    reviewed: Reviewed = "",
    booked: Booked = "",
    dry_run: Annotated[
        bool,
        option("--dry-run", en="Show the numbers; write nothing.", zh="只显示编号，不写文件。"),
    ] = False,
) -> int:
    """Enter vouchers in the register."""
    from invledger.cli.posting import book_vouchers

    if not (day or period):
        raise Needed("--day DATE | --period YYYY-MM")
    who = {"prepared": prepared, "reviewed": reviewed, "booked": booked}
    return book_vouchers(ask, day or period, who, dry_run=dry_run)


COMMANDS = (
    Command(
        "post", post,
        ("Derive vouchers from movements and rules.", "按规则由出入库记录生成记账凭证。"),
        DERIVE, example="invledger post --dry-run",
    ),
    Command(
        "book", book,
        ("Enter vouchers in the register, with numbers.", "凭证记账：登记连续凭证号。"),
        DERIVE,
        example="invledger book --period 2026-01 --prepared 王 --reviewed 李 --booked 张",
    ),
)  # fmt: skip
