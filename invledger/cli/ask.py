"""What every command is asked alike: language, company, and for reports format, dates, filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from invledger.cli.words import Words, option

if TYPE_CHECKING:
    from invledger.reports import Query


@dataclass(frozen=True, slots=True)
class Ask:
    """The shared options as given; empty where not."""

    language: str = "en"
    root: str = ""
    color: bool = False
    format: str = "table"
    output: str = ""
    at: str = ""
    as_of: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    item: list[str] = field(default_factory=list)
    site: list[str] = field(default_factory=list)
    party: list[str] = field(default_factory=list)
    type: list[str] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    sort: str = ""
    group: str = ""
    location: list[str] = field(default_factory=list)
    category: list[str] = field(default_factory=list)
    lot: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    zero: bool = False
    management: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)

    def query(self, **more: object) -> Query:
        """The same as the reports' record; raises Refused for a date that is none."""
        from invledger.reports import Query

        given: dict[str, object] = {
            "as_of": self.as_of,
            "period": self.period,
            "since": self.since,
            "until": self.until,
            "items": tuple(self.item),
            "sites": tuple(self.site),
            "parties": tuple(self.party),
            "types": tuple(self.type),
            "accounts": tuple(self.account),
            "sort": self.sort,
            "group": self.group,
            "locations": tuple(self.location),
            "categories": tuple(self.category),
            "lots": tuple(self.lot),
            "statuses": tuple(self.status),
            "zero": self.zero,
        }
        made = Query(**(given | more))  # type: ignore[arg-type]  # names and types agree, by test
        return made.with_dates_read()


#: name of the field -> type and description
BASIC_OPTIONS: dict[str, tuple[type, Words]] = {
    "lang": (
        str,
        option("--lang", metavar="zh|en", en="Language of the output.", zh="输出语言。"),
    ),
    "root": (
        str,
        option("--root", metavar="DIR", en="Folder of the company.", zh="公司账套所在目录。"),
    ),
    "no_color": (bool, option("--no-color", en="No colour.", zh="不用颜色。")),
}
READING_OPTIONS: dict[str, tuple[type, Words]] = {
    "format": (
        str,
        option(
            "--format",
            metavar="NAME",
            en="table, json, ndjson, csv, tsv, xlsx, parquet, html or md.",
            zh="table、json、ndjson、csv、tsv、xlsx、parquet、html 或 md。",
        ),
    ),
    "output": (
        str,
        option("--output", "-o", metavar="FILE", en="Write to a file.", zh="写入文件。"),
    ),
    "as_of": (
        str,
        option("--as-of", metavar="DATE", en="State at the end of a date.", zh="截至某日终了。"),
    ),
    "at": (
        str,
        option(
            "--at",
            metavar="REV",
            en="As known at a commit of git.",
            zh="按某次 git 提交时所知的账。",
        ),
    ),
    "period": (
        str,
        option(
            "--period",
            metavar="PERIOD",
            en="2026, 2026-01 or 2026-01..2026-03.",
            zh="会计期间：2026、2026-01 或 2026-01..2026-03。",
        ),
    ),
    "since": (str, option("--from", metavar="DATE", en="First date.", zh="起始日期。")),
    "until": (str, option("--to", metavar="DATE", en="Last date.", zh="截止日期。")),
    "item": (list[str], option("--item", metavar="CODE", en="Only this item.", zh="只看该存货。")),
    "site": (
        list[str],
        option("--site", metavar="SITE", en="Only this site.", zh="只看该仓库点。"),
    ),
    "party": (
        list[str],
        option("--party", metavar="CODE", en="Only this party.", zh="只看该往来单位。"),
    ),
    "type": (
        list[str],
        option("--type", metavar="TYPE", en="Only this movement type.", zh="只看该出入库类型。"),
    ),
    "account": (
        list[str],
        option(
            "--account",
            metavar="ACCOUNT",
            en="Only this account and those below it; a code will do.",
            zh="只看该科目及下级，可用科目代码。",
        ),
    ),
    "sort": (
        str,
        option(
            "--sort",
            metavar="COLUMN",
            en="Order by a column; -COLUMN for falling order.",
            zh="按列排序；-列名 为降序。",
        ),
    ),
    "group": (
        str,
        option("--group", metavar="COLUMN", en="Sum by a column.", zh="按列汇总。"),
    ),
}
#: What the quantity side takes besides.
QUANTITY_OPTIONS: dict[str, tuple[type, Words]] = {
    "location": (
        list[str],
        option("--location", metavar="ACCOUNT", en="Only this location.", zh="只看该库位及下级。"),
    ),
    "category": (
        list[str],
        option("--category", metavar="NAME", en="Only this category.", zh="只看该存货类别。"),
    ),
    "lot": (list[str], option("--lot", metavar="LOT", en="Only this lot.", zh="只看该批次。")),
    "status": (
        list[str],
        option(
            "--status",
            metavar="STATUS",
            en="available, inspection, locked …",
            zh="状态：available、inspection、locked 等。",
        ),
    ),
    "zero": (bool, option("--zero", en="Show empty rows too.", zh="零结存也显示。")),
    "management": (
        bool,
        option(
            "--management",
            en="Management view: LIFO, or what `management:` of company.yaml says.",
            zh="管理口径：后进先出法，或 company.yaml 中 `management:` 所定。",
        ),
    ),
}
