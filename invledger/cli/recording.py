"""`record`, `item|location|party add`, `import`: what people and files put into the books."""

from __future__ import annotations

from typing import Annotated

from invledger.cli.ask import Ask
from invledger.cli.complaining import Needed
from invledger.cli.words import RECORD, RECORDING, Command, argument, option

DRY_RUN = option("--dry-run", en="Show it; write nothing.", zh="只显示，不写文件。")


def record(
    ask: Ask,
    type_: Annotated[
        str,
        argument(
            "Movement type; - reads lines of JSON.", "出入库类型；- 从标准输入读 JSON 行。", "TYPE"
        ),
    ] = "",
    *,
    line: Annotated[
        list[str],
        option(
            "--line",
            metavar='"ITEM QTY [PRICE]"',
            en="One line of several; key=value may follow.",
            zh="多行单据的一行，后可加 键=值。",
        ),
    ],
    set_: Annotated[
        list[str],
        option(
            "--set",
            metavar="KEY=VALUE",
            en="Any other field of the type (help movements).",
            zh="该类型的其他字段（见 help movements）。",
        ),
    ],
    device: Annotated[
        str, option("--device", metavar="NAME", en="Device in the id.", zh="编号中的设备名。")
    ] = "",
    dry_run: Annotated[bool, DRY_RUN] = False,
) -> int:
    """Record a movement or document."""
    from invledger.cli.entering import record_lines, record_one

    if not type_:
        raise Needed("TYPE | -  (invledger help movements)")
    if type_ == "-":
        return record_lines(ask, device=device, dry_run=dry_run)
    return record_one(ask, type_, line, set_, device=device, dry_run=dry_run)


def item_add(
    ask: Ask,
    code: Annotated[str, argument("Code.", "编码。", "CODE")],
    *,
    name: Annotated[str, option("--name", metavar="NAME", en="Name.", zh="名称。")],
    unit: Annotated[str, option("--unit", metavar="UNIT", en="Base unit.", zh="计量单位。")],
    name_en: Annotated[
        str, option("--name-en", metavar="NAME", en="English name.", zh="英文名称。")
    ] = "",
    spec: Annotated[str, option("--spec", metavar="TEXT", en="Specification.", zh="规格。")] = "",
    category: Annotated[
        str, option("--category", metavar="NAME", en="Category.", zh="类别。")
    ] = "",
    decimals: Annotated[
        str, option("--decimals", metavar="N", en="Decimals of quantity.", zh="数量小数位。")
    ] = "0",
    tax: Annotated[str, option("--tax", metavar="CLASS", en="VAT class.", zh="税率类别。")] = "",
    units: Annotated[
        str, option("--units", metavar='"BOX=24"', en="Other units.", zh="其他计量单位。")
    ] = "",
    date: Annotated[str, option("--date", metavar="DATE", en="Valid from.", zh="启用日期。")] = "",
    lot: Annotated[
        bool, option("--lot", en="Every movement names a lot.", zh="按批次管理。")
    ] = False,
    expiry: Annotated[
        bool, option("--expiry", en="Every receipt names an expiry date.", zh="管理有效期。")
    ] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
) -> int:
    """Add an item."""
    from invledger.cli.entering import add

    given = {
        "code": code, "name": name, "unit": unit, "name-en": name_en, "spec": spec,
        "category": category, "decimals": decimals, "tax": tax, "units": units, "date": date,
        "lot": "TRUE" if lot else "", "expiry": "TRUE" if expiry else "",
    }  # fmt: skip
    return add(ask, "item", given, dry_run=dry_run)


def location_add(
    ask: Ask,
    account: Annotated[str, argument("Account.", "库位科目。", "ACCOUNT")],
    *,
    name: Annotated[str, option("--name", metavar="NAME", en="Name.", zh="名称。")] = "",
    name_en: Annotated[
        str, option("--name-en", metavar="NAME", en="English name.", zh="英文名称。")
    ] = "",
    site: Annotated[str, option("--site", metavar="SITE", en="Site.", zh="仓库点。")] = "",
    status: Annotated[
        str, option("--status", metavar="STATUS", en="available, locked …", zh="状态。")
    ] = "",
    date: Annotated[str, option("--date", metavar="DATE", en="Valid from.", zh="启用日期。")] = "",
    dry_run: Annotated[bool, DRY_RUN] = False,
) -> int:
    """Add a location."""
    from invledger.cli.entering import add

    given = {
        "account": account, "name": name, "name-en": name_en, "site": site, "status": status,
        "date": date,
    }  # fmt: skip
    return add(ask, "location", given, dry_run=dry_run)


def party_add(
    ask: Ask,
    code: Annotated[str, argument("Code.", "编码。", "CODE")],
    *,
    name: Annotated[str, option("--name", metavar="NAME", en="Name.", zh="名称。")],
    name_en: Annotated[
        str, option("--name-en", metavar="NAME", en="English name.", zh="英文名称。")
    ] = "",
    kind: Annotated[
        str,
        option("--kind", metavar="KIND", en="supplier, customer …", zh="supplier、customer 等。"),
    ] = "",
    tax_id: Annotated[
        str, option("--tax-id", metavar="NO", en="Tax number.", zh="纳税人识别号。")
    ] = "",
    date: Annotated[str, option("--date", metavar="DATE", en="Valid from.", zh="启用日期。")] = "",
    dry_run: Annotated[bool, DRY_RUN] = False,
) -> int:
    """Add a party."""
    from invledger.cli.entering import add

    given = {
        "code": code, "name": name, "name-en": name_en, "kind": kind, "tax-id": tax_id,
        "date": date,
    }  # fmt: skip
    return add(ask, "party", given, dry_run=dry_run)


def import_(
    ask: Ask,
    files: Annotated[list[str], argument("CSV files.", "CSV 文件。", "FILE")],
    *,
    map_: Annotated[
        str,
        option(
            "--map", metavar="MAP.yaml", en="How columns become records.", zh="列与记录的对应。"
        ),
    ],
    dry_run: Annotated[bool, DRY_RUN] = False,
) -> int:
    """Import files by a map."""
    from invledger.cli.importing import import_by_map

    return import_by_map(ask, map_, files, dry_run=dry_run)


COMMANDS = (
    Command(
        "record", record, ("Record a movement or document.", "录入出入库记录或单据。"), RECORD,
        RECORDING,
        example="invledger record purchase-receipt --party V0001 --item SKU-COLA330 --qty 100"
        " --price 2.35 --to Assets:Stock:SH:Main --dry-run",
    ),
    Command(
        "import", import_, ("Import CSV files by a map.", "按映射导入 CSV 文件。"),
        RECORD, example="invledger import --map rules/imports/orders.yaml orders.csv --dry-run",
    ),
    Command(
        "add", item_add, ("Add an item.", "新增存货档案。"), RECORD, group="item",
        example="invledger item add SKU-TEA500 --name 绿茶500ml --unit 瓶 --units BOX=15",
    ),
    Command(
        "add", location_add, ("Add a location.", "新增库位。"), RECORD, group="location",
        example="invledger location add Assets:Stock:SH:Shop --name 门店",
    ),
    Command(
        "add", party_add, ("Add a party.", "新增往来单位。"), RECORD, group="party",
        example="invledger party add C0009 --name 新世纪超市 --kind customer",
    ),
)  # fmt: skip
