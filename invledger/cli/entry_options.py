"""Options of `record`: one for each common field of an entry, named as the field is."""

from __future__ import annotations

from invledger.cli.words import Words, option

#: option, what it takes, English, Chinese
_FIELDS = (
    ("date", "DATE", "Date; today by default.", "日期，缺省今天。"),
    ("time", "HH:MM", "Time.", "时间。"),
    ("item", "CODE", "Item.", "存货编码。"),
    ("qty", "NUMBER", "Quantity; `5 BOX` too.", "数量，可写 `5 BOX`。"),
    ("price", "NUMBER", "Unit price.", "单价。"),
    ("amount", "NUMBER", "Total of the line.", "行金额。"),
    ("from", "ACCOUNT", "Where it leaves.", "转出库位。"),
    ("to", "ACCOUNT", "Where it enters.", "转入库位。"),
    ("party", "CODE", "Party.", "往来单位。"),
    ("lot", "LOT", "Lot.", "批次。"),
    ("expiry", "DATE", "Expiry.", "有效期至。"),
    ("order", "ID", "Work order.", "生产工单。"),
    ("ref", "ID[/LINE[=QTY]]", "What it cites.", "所引用的单据行。"),
    ("doc", "NO", "Document number.", "单据号。"),
    ("reason", "TEXT", "Reason.", "原因。"),
    ("tax", "PERCENT", "VAT rate.", "税率（%）。"),
    ("owner", "CODE", "Owner, where the goods are not ours.", "货主（非自有存货）。"),
    ("account", "ACCOUNT", "Account of a payment.", "收付款科目。"),
    ("invoice", "NO", "Invoice.", "发票号。"),
    ("handler", "NAME", "Who handled it.", "经手人。"),
    ("dept", "NAME", "Department.", "部门。"),
    ("project", "NAME", "Project.", "项目。"),
    ("narration", "TEXT", "What for.", "摘要。"),
    ("id", "ID", "Id made by a scanner.", "扫描端编号。"),
)

#: parameter -> type and description; the field is the option without its dashes
ENTRY_OPTIONS: dict[str, tuple[type, Words]] = {
    f"field_{name}": (str, option(f"--{name}", metavar=metavar, en=en, zh=zh))
    for name, metavar, en, zh in _FIELDS
}
