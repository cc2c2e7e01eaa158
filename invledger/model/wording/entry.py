"""The shape of one entry in the catalogue of Problems."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """The sentences of one Problem code; `about` is its manual page: why, an example."""

    severity: str
    exit_code: int
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    about: str = ""


#: Kinds of price, in Chinese.
KIND_ZH = {
    "standard": "标准成本",
    "planned": "计划成本",
    "retail": "售价",
    "nrv": "可变现净值",
    "estimate": "估计成本",
}

#: What an argument called `expected` asks for, in Chinese.
EXPECTED_ZH = {
    "a word of small letters, digits and hyphens": "由小写字母、数字和连字符组成的词",
    "a number such as 13 or 0.5": "数字,如 13 或 0.5",
    "a date such as 2026-04-01": "日期,如 2026-04-01",
    "a whole number up to 999": "不大于 999 的整数",
    "three capital letters such as CNY": "三个大写字母,如 CNY",
    "a location such as Assets:Stock:SH": "库位,如 Assets:Stock:SH",
    "a digit or exact": "一位数字或 exact",
    "some text": "非空文字",
    "digits such as 1405": "数字代码,如 1405",
    "a text": "文字",
    "a list": "列表",
    "a mapping": "键值对照",
    "`none`, or a mapping with `lines`": "none,或含 lines 的键值对照",
}

#: What an argument called `what` names, in Chinese.
WHAT_ZH = {
    "account": "科目",
    "category": "存货类别",
    "column": "列",
    "group": "汇总方式",
    "item": "存货",
    "location": "库位",
    "lot": "批次",
    "movement or voucher": "单据或凭证",
    "party": "往来单位",
    "reconciliation": "对账",
    "site": "仓库点",
    "status": "库存状态",
    "type": "出入库类型",
}
