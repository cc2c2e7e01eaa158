"""Words of the program that stand in cells, in English and Chinese (columns of kind `term`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from invledger.model import Title

TERMS: Mapping[str, Title] = MappingProxyType(
    {
        "debit": ("debit", "借"),
        "credit": ("credit", "贷"),
        "available": ("available", "可用"),
        "inspection": ("inspection", "待检"),
        "locked": ("locked", "锁定"),
        "rejected": ("rejected", "不合格"),
        "transit": ("in transit", "在途"),
        "dispatched": ("dispatched", "已发出"),
        "subcontract": ("at subcontractor", "委外"),
        "opening-balance": ("Opening balance", "期初余额"),
        "month-total": ("Total of the month", "本月合计"),
        "year-total": ("Year to date", "本年累计"),
        "subtotal": ("Subtotal", "小计"),
        "adjustment-later": ("adjusted in a later period", "以后期间调整"),
        "voucher": ("voucher", "凭证"),
        "skip": ("no cost", "无成本"),
        "receive": ("received at its value", "按入库金额"),
        "issue": ("issued by the pool's method", "按计价方法发出"),
        "move": ("moved with its cost", "成本随货调拨"),
        "return-in": ("came back at the cost of the issue", "按原发出成本退回"),
        "return-out": ("went back at the cost of the receipt", "按原入库成本退出"),
        "consume": ("consumed by the work order", "工单领用"),
        "hand-back": ("handed back from the work order", "工单退料"),
        "produce": ("made by the work order", "工单完工"),
        "add-to-order": ("added to the work order", "计入工单"),
        "revalue": ("value without quantity", "成本调整"),
        "receipt": ("from the receipt", "来自入库"),
        "returned": ("from the return", "来自退货"),
        "handed-back": ("from material handed back", "来自退料"),
        "produced": ("from production", "来自完工入库"),
        "consumed": ("from material consumed", "来自领料"),
        "moved": ("from a move", "来自调拨"),
        "added": ("from cost put into the order", "来自计入工单的费用"),
        "revalued": ("from a change of value", "来自成本调整"),
        "issued": ("from the issue", "来自发出"),
        "returned-out": ("from the return to the supplier", "来自采购退货"),
        "estimate": ("estimate", "暂估"),
        "residue": ("rounding residue", "尾差"),
        "true-up": ("estimate trued up", "暂估成本调整"),
        "on-hand": ("still on hand", "尚在库"),
        "in-orders": ("still in work orders", "尚在在制品"),
        "net": ("net price", "不含税金额"),
        "tax": ("value added tax", "税额"),
        "value": ("value into stock", "入库金额"),
        "landed": ("landed cost", "采购费用"),
        "accrued": ("not invoiced yet", "暂估"),
        "invoiced": ("invoiced before", "先到发票"),
        "difference": ("invoice difference", "发票差异"),
        "fifo": ("first in, first out", "先进先出法"),
        "moving-average": ("moving average", "移动加权平均法"),
        "periodic-average": ("periodic average", "月末一次加权平均法"),
        "specific": ("specific identification", "个别计价法"),
        "standard": ("standard cost", "标准成本法"),
        "planned": ("planned cost", "计划成本法"),
    }
)
