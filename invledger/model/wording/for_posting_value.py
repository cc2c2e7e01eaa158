"""Problem codes of the room `posting`: value documents, late value, production."""

from __future__ import annotations

from invledger.model.wording.entry import Wording


def _error(en: str, zh: str, remedy_en: str, remedy_zh: str, about: str) -> Wording:
    return Wording("error", 3, en, zh, remedy_en, remedy_zh, about)


VALUE: dict[str, Wording] = {
    "treat-unknown": _error(
        "{id}: `treat: {treat}` is no treatment of late value",
        "{id}:`treat: {treat}` 不是迟到价值的处理方式",
        "write one of: {known}",
        "请写成其中之一:{known}",
        "What an invoice or charge adds after the goods came re-costs the receipt, goes onto what"
        " is left of it, onto goods on hand up to what was received, or to expense; `treat:` on"
        " the document wins over the item's cost policy.",
    ),
    "revaluation-unclear": _error(
        "{id}: state an amount, or a new unit cost, and not both",
        "{id}:请写变动金额或新的单位成本，二者只写其一",
        "write the change as the document's amount, or the new cost as `unit-cost: \"8.00\"`",
        "请在单据上写变动金额，或用 `unit-cost: \"8.00\"` 写新的单位成本",
        "A revaluation either adds a signed amount or says what one unit is worth from now on.",
    ),
    "revaluation-method": _error(
        "{id}: {item} is kept by the method {method}, which leaves nothing to set here",
        "{id}:{item} 采用 {method} 计价，不能这样重估",
        "change the price in prices.beancount with a standard-cost-change; under periodic methods"
        " state an amount",
        "标准价请用 standard-cost-change 调整；按期计价的方法请写变动金额",
        "At standard cost only the standard says what goods are worth; under periodic methods the"
        " unit cost follows from the period.",
    ),
    "revaluation-of-nothing": _error(
        "{id}: nothing of these goods is on hand",
        "{id}:这些存货已无现存量",
        "cite goods that are still there, or post the amount to an expense",
        "请引用仍有现存的存货，或将该金额计入费用",
        "A cost adjustment changes the value of goods on hand; there are none to carry it.",
    ),
    "adjustment-exceeds": _error(
        "{id}: {amount} on goods that are worth {worth}; nothing is posted",
        "{id}:存货价值 {worth}，不能调整 {amount}；未生成凭证",
        "take off no more than the goods are worth, or write `treat: expense`",
        "调减不得超过存货价值，或写 `treat: expense` 计入费用",
        "Goods may be worth nothing, but never less; the rest would be an expense below zero.",
    ),
    "landed-exceeds": _error(
        "{id}: {amount} of charges onto {ref}, worth {worth}; nothing is posted",
        "{id}:{ref} 价值 {worth}，不能分摊 {amount}；未生成凭证",
        "correct the amount or the receipts in `ref:`, or write `treat: expense`",
        "请更正金额或 `ref:` 所引用的入库单，或写 `treat: expense` 计入费用",
        "A credit for freight or duty takes off a receipt no more than it is worth.",
    ),
    "settlement-order-unknown": _error(
        "{id}: nothing before this settlement names the work order {order}",
        "{id}:结转之前没有任何单据涉及生产工单 {order}",
        "did you mean: {nearest}? Otherwise enter first what the order consumed",
        "是否想写:{nearest}?否则请先录入该工单的耗用",
        "A settlement takes cost out of an order; one that nothing went into has none.",
    ),
    "document-item-unknown": _error(
        "{id}: no item {item}",
        "{id}:没有存货 {item}",
        "did you mean: {nearest}?",
        "是否想写:{nearest}?",
        "A value document names goods by their commodity in `item:`, as items.beancount does.",
    ),
    "document-location-unknown": _error(
        "{id}: no location {location}",
        "{id}:没有库位 {location}",
        "write an account of locations.beancount in `location:`",
        "请在 `location:` 中写 locations.beancount 里的账户",
        "Where a pool is finer than the company, a value document says which by one location.",
    ),
    "write-down-refused": _error(
        "{id}: the chart `{chart}` has no allowance for inventories",
        "{id}:科目表 `{chart}` 没有存货跌价准备",
        "remove the document: small enterprises book the loss when it happens",
        "请删除该单据：小企业会计准则不计提跌价准备，损失在实际发生时入账",
        "Under 小企业会计准则 assets are kept at cost without allowances (art. 6).",
    ),
    "write-down-unclear": _error(
        "{id}: state an amount, or `nrv:`, and not both",
        "{id}:请写金额或 `nrv:`，二者只写其一",
        "write the allowance as the document's amount, or what a unit brings as `nrv: \"1.25\"`",
        "请写计提金额，或用 `nrv: \"1.25\"` 写单位可变现净值",
        "An allowance is made by amount (negative where reversed) or follows from the unit's net"
        " realisable value.",
    ),
    "allowance-nothing": _error(
        "{id}: nothing of {item} is on hand to write down",
        "{id}:{item} 没有现存，无从计提",
        "date the document while the goods are there, or remove it",
        "请把日期改到货物尚在之时，或删除该单据",
        "An allowance belongs to goods that are there; it leaves with them.",
    ),
    "allowance-exceeds": _error(
        "{id}: {amount} on an allowance of {allowance} for goods that cost {cost}",
        "{id}:存货成本 {cost}、已提准备 {allowance}，不能再提(转)回 {amount}",
        "reverse no more than was made and is left, make no more than the goods cost",
        "转回不得超过已计提的余额，计提不得超过存货成本",
        "An allowance is never below zero and never above what the goods cost.",
    ),
    "share-unclear": _error(
        "{id}: `share: {share}` is no share of the order, or stands beside a price",
        "{id}:`share: {share}` 不是工单成本的份额，或与单价并存",
        "write a share above 0 and up to 1: 0.4, 40% or 2/5; and no price",
        "请写大于 0、不超过 1 的份额：0.4、40% 或 2/5，且不写单价",
        "Output takes a share of all that went into its order, or a stated value, or the rest.",
    ),
    "estimate-unclear": _error(
        "{id}: `estimate: {estimate}` does not fit",
        "{id}:`estimate: {estimate}` 不适用",
        "write one of: {known}; a price only with `stated`",
        "请写成其中之一:{known}；只有 `stated` 同时写单价",
        "Output before settlement has its own price, the standard price or the last cost.",
    ),
    "estimate-missing": _error(
        "{id}: no price of kind standard or estimate of {item} on {date}",
        "{id}:{date} 没有 {item} 的标准价或估计价",
        "add a price of kind standard or estimate, or state a price with `estimate: stated`",
        "请在 prices.beancount 补充标准价或估计价，或写单价并用 `estimate: stated`",
        "What is not settled yet must be worth something; nothing is guessed.",
    ),
    "bom-missing": _error(
        "{id}: {item} has no bill of material to estimate from",
        "{id}:{item} 没有物料清单，无法据以暂估",
        "give the item `bom: \"COMPONENT=2.5 OTHER=4\"` in items.beancount, or estimate otherwise",
        "请在 items.beancount 为其填写 `bom: \"组件=2.5 组件=4\"`，或改用其他暂估方法",
        "`estimate: bom` values output by the components of one and, where stated, `bom-cost:`.",
    ),
    "bom-unclear": _error(
        "{id}: the bill of material of {item} cannot be read: `{bom}`",
        "{id}:{item} 的物料清单无法识别：`{bom}`",
        "write `COMPONENT=quantity` for each component of one base unit; none is part of itself",
        "请按 `组件=数量` 逐一填写，数量为每一基本单位的用量，且不得包含其自身",
        "Components are items; quantities are plain numbers or fractions p/q; no bill leads back "
        "to itself.",
    ),
    "settlement-unclear": _error(
        "{id}: a settlement `{settlement}` that says this cannot be made",
        "{id}:结转方式 `{settlement}` 与所填内容不符",
        "one of: {known}; `wip:` is asked by equivalent-units and material-only, and by no other;"
        " `stage:` and `material:` are shares",
        "可用:{known}；约当产量法与只计材料须填 `wip:`，完工结转不填；"
        "`stage:`、`material:` 为份额",
        "At completion nothing is in work any more; otherwise the settlement must say how much is,"
        " and how far it has come.",
    ),
    "treat-mixed": _error(
        "{id}: its receipts follow different policies for late value ({treats})",
        "{id}:所引用的入库单适用不同的迟到价值处理方式({treats})",
        "write `treat:` on the document, or one document for each policy",
        "请在单据上写明 `treat:`，或按政策分别填制单据",
        "One document becomes one change of value; how it is shared with what was sold must be one"
        " way for all its receipts.",
    ),
}
