"""`init`, `demo`, `doctor`, `hook`: a company's first day and the state of the machine."""

from __future__ import annotations

from typing import Annotated

from invledger.cli.ask import Ask
from invledger.cli.words import CHECK, SETUP, Command, argument, option


def init(
    ask: Ask,
    folder: Annotated[str, argument("Folder to make.", "新建的目录。", "DIR")] = ".",
    name: Annotated[
        str, option("--name", metavar="NAME", en="Name of the company.", zh="公司名称。")
    ] = "",
    chart: Annotated[
        str,
        option(
            "--chart",
            metavar="cas|sbe",
            en="Chart of accounts: cas 企业会计准则 or sbe 小企业会计准则.",
            zh="科目表：cas 企业会计准则，sbe 小企业会计准则。",
        ),
    ] = "cas",
    *,
    name_en: Annotated[
        str, option("--name-en", metavar="NAME", en="English name.", zh="英文名称。")
    ] = "",
    registration: Annotated[
        str, option("--registration", metavar="NO", en="Registration.", zh="统一社会信用代码。")
    ] = "",
    taxpayer: Annotated[
        str,
        option(
            "--taxpayer",
            metavar="KIND",
            en="VAT: general, small-scale or none.",
            zh="增值税：general 一般纳税人，small-scale 小规模纳税人，none 无增值税。",
        ),
    ] = "general",
    currency: Annotated[
        str, option("--currency", metavar="CODE", en="Functional currency.", zh="记账本位币。")
    ] = "CNY",
    start: Annotated[
        str, option("--start", metavar="DATE", en="Accounts open on.", zh="科目启用日期。")
    ] = "2000-01-01",
    sample: Annotated[
        bool, option("--sample", en="Copy the sample company.", zh="复制示例公司。")
    ] = False,
) -> int:
    """Make a company."""
    from invledger.cli.founding import found

    given = {
        "name": name,
        "name_en": name_en,
        "registration": registration,
        "chart": chart,
        "taxpayer": taxpayer,
        "currency": currency,
        "start": start,
    }
    return found(ask, folder, given, sample=sample)


def demo(
    ask: Ask,
    folder: Annotated[
        str, argument("Folder to build in; else a scratch one.", "目录；缺省用临时目录。", "DIR")
    ] = "",
    out: Annotated[str, option("--out", metavar="DIR", en="The same as DIR.", zh="同 DIR。")] = "",
) -> int:
    """Show the sample company."""
    from invledger.cli.demonstrating import demonstrate

    return demonstrate(ask, out or folder)


def doctor(ask: Ask) -> int:
    """Look at the machine and the company."""
    from invledger.cli.founding import examine

    return examine(ask)


def pre_commit(ask: Ask) -> int:
    """What the hook of the same name runs: every question, asked of what is staged."""
    from invledger.cli.checking import check

    return check(ask, at=":staged")


COMMANDS = (
    Command(
        "init", init, ("Make a company.", "建账：新建公司账套。"),
        SETUP, example="invledger init books --name 华东商贸 --chart cas",
    ),
    Command(
        "demo", demo, ("Build the sample company and show it.", "演示：示例公司的账。"),
        SETUP, example="invledger demo",
    ),
    Command(
        "doctor", doctor, ("What is installed, and what is missing.", "检查运行环境。"),
        SETUP, example="invledger doctor",
    ),
    Command(
        "pre-commit", pre_commit,
        ("Check what is staged, before a commit.", "提交前检查已暂存的内容。"),
        CHECK, group="hook", example="invledger hook pre-commit",
    ),
)  # fmt: skip
