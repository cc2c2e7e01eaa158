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
