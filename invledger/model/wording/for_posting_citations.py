"""Problem codes of the room `posting` about what rows cite, clear and reverse."""

from __future__ import annotations

from invledger.model.wording.entry import Wording


def _error(en: str, zh: str, remedy_en: str, remedy_zh: str, about: str) -> Wording:
    return Wording("error", 3, en, zh, remedy_en, remedy_zh, about)


CITATIONS: dict[str, Wording] = {
    "citation-unknown": _error(
        "{id}: nothing to cite at `{ref}`",
        "{id}:引用 `{ref}` 找不到对应的行",
        "write `<id>` or `<id>/<line>` of an existing movement",
        "请写已有单据的 `<单号>` 或 `<单号>/<行号>`",
        "A return, an invoice or a settlement follows the line that it cites.",
    ),
    "citation-later": _error(
        "{id}: `{ref}` sorts later than the line that cites it",
        "{id}:所引用的 `{ref}` 排在本行之后",
        "correct the date, or give the movement its own `rank:` or `time:`",
        "请改正日期,或给单据加上 `rank:` 或 `time:`",
        "Causes come before effects in the total order.",
    ),
    "citation-quantity": _error(
        "{id}: `{ref}` takes more than is left of the cited line",
        "{id}:`{ref}` 超过被引用行的剩余数量",
        "correct the quantity after `=`; several citations share the line",
        "请改正 `=` 后的数量;多处引用共用同一行的数量",
        "A line can be invoiced, returned or covered only once for each unit.",
    ),
    "citation-type": _error(
        "{id}: {type} may not cite a {cited}",
        "{id}:{type} 不能引用 {cited}",
        "it cites: {cites}",
        "可引用:{cites}",
        "The rule's `cites:` lists what its documents follow.",
    ),
    "citation-item": _error(
        "{id}: the cited {cited} is of another item ({item})",
        "{id}:所引用的 {cited} 是另一种存货({item})",
        "cite the line of the same item",
        "请引用同一存货的行",
        "Quantities of different items cannot be matched.",
    ),
    "citation-single": _error(
        "{id}: it must cite exactly one line, not `{ref}`",
        "{id}:须且只须引用一行,而不是 `{ref}`",
        "split it into one line for each origin",
        "请按来源拆成多行",
        "What comes back out of an order, or is brought to a new unit cost, has one origin.",
    ),
    "pick-unusual": _error(
        "{id}: goods are picked where they leave, not by a {type}",
        "{id}:只有发出存货才能用 `pick:` 指定批次,{type} 不能",
        "remove `pick:`, or cite the origin by `ref:`",
        "请删除 `pick:`,或用 `ref:` 引用来源",
        "`pick:` names the receipts whose goods an issue takes, before its method has a say.",
    ),
    "citation-reversed": _error(
        "{id}: {cited} was reversed, or is a reversal",
        "{id}:{cited} 已被冲销,或本身是冲销单",
        "cite the movement that stands in its place",
        "请引用取代它的单据",
        "What red letter cancelled has nothing left to invoice, return or settle.",
    ),
    "citation-required": _error(
        "{id}: {type} must cite its origin",
        "{id}:{type} 必须引用来源单据",
        "add `ref: \"<id>/<line>\"` of a {cites}",
        "请补上 {cites} 的 `ref: \"<单号>/<行号>\"`",
        "At today's average instead of the origin's cost, stock and ledger would part.",
    ),
    "treat-unknown": _error(
        "{id}: `treat: {treat}` is no treatment of late value",
        "{id}:`treat: {treat}` 不是迟到价值的处理方式",
        "write one of: {known}",
        "请写成其中之一:{known}",
        "What an invoice or charge adds after the goods came re-costs the receipt, goes onto what is"
        " left of it, onto goods on hand up to what was received, or to expense; `treat:` on the"
        " document wins over the item's cost policy.",
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
        "write the allowance as the document's amount, or what a unit will bring as `nrv: \"1.25\"`",
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
        "Output before settlement is valued by its own price, the standard price or the last cost.",
    ),
    "estimate-missing": _error(
        "{id}: no price of kind standard or estimate of {item} on {date}",
        "{id}:{date} 没有 {item} 的标准价或估计价",
        "add a price of kind standard or estimate, or state a price with `estimate: stated`",
        "请在 prices.beancount 补充标准价或估计价，或写单价并用 `estimate: stated`",
        "What is not settled yet must be worth something; nothing is guessed.",
    ),
    "settlement-unclear": _error(
        "{id}: a settlement `{settlement}` that says this cannot be made",
        "{id}:结转方式 `{settlement}` 与所填内容不符",
        "one of: {known}; `wip:` is asked by equivalent-units and material-only, and by no other;"
        " `stage:` and `material:` are shares",
        "可用:{known}；约当产量法与只计材料须填 `wip:`，完工结转不填；`stage:`、`material:` 为份额",
        "At completion nothing is in work any more; otherwise the settlement must say how much is,"
        " and how far it has come.",
    ),
    "reversal-of-settlement": _error(
        "{id}: {reverses} settled a work order, which cannot be undone",
        "{id}:{reverses} 是工单结转，不能冲销",
        "correct it with a cost-adjustment, or before booking by changing the documents",
        "请用成本调整单更正；未记账前可直接改正单据",
        "What followed the settlement has gone its way; the correction is a new document.",
    ),
    "treat-mixed": _error(
        "{id}: its receipts follow different policies for late value ({treats})",
        "{id}:所引用的入库单适用不同的迟到价值处理方式({treats})",
        "write `treat:` on the document, or one document for each policy",
        "请在单据上写明 `treat:`，或按政策分别填制单据",
        "One document becomes one change of value; how it is shared with what was sold must be one"
        " way for all its receipts.",
    ),
    "landed-no-basis": _error(
        "{id}: nothing to spread by `{basis}`",
        "{id}:没有可供按 `{basis}` 分摊的依据",
        "use `basis: quantity` or `equally`, or give each item its `weight` or `volume`",
        "请改用 `basis: quantity` 或 `equally`,或为存货填写 `weight` 或 `volume`",
        "Charges are spread by value, quantity, weight, volume (metadata of the item, of one base"
        " unit) or equally; the last line takes the cents.",
    ),
    "landed-basis-unknown": _error(
        "{id}: `{basis}` is no basis to spread by",
        "{id}:`{basis}` 不是分摊依据",
        "use one of: {known}",
        "请使用:{known}",
        "The basis says how a charge is divided among the receipts that it cites.",
    ),
    "settlement-exceeds": _error(
        "{id}: settles {stated} of what it cites, but only {left} is not settled yet",
        "{id}:处理金额 {stated} 超过所引用单据未处理的 {left}",
        "state what is left, leave the amount away, or reverse the earlier settlement",
        "请填写剩余金额、留空金额,或冲销先前的处理单",
        "What waits in 待处理财产损溢 can be cleared once; without an amount a settlement takes"
        " all that is left.",
    ),
    "invoice-on-dispatched": _error(
        "{id}: revenue is booked at invoice, so the invoice of `{cited}` takes the goods along",
        "{id}:收入在开票时确认,`{cited}` 的发票须同时转出发出商品",
        "write it from the dispatched location to the customer",
        "请从发出商品库位开往客户",
        "An invoice that leaves the goods in 发出商品 would never bring their cost to cost of"
        " sales.",
    ),
    "settlement-mixed": _error(
        "{id}: a settlement clears losses or overages, not both",
        "{id}:一张处理单不能同时处理盘盈与盘亏",
        "write one settlement for each cause",
        "请按原因分别填制",
        "Losses and gains have different accounts and taxes (1901 待处理财产损溢).",
    ),
    "reversal-unknown": _error(
        "{id}: nothing to reverse at `{reverses}`",
        "{id}:找不到要冲销的 `{reverses}`",
        "name the id of an existing movement with the same lines",
        "请写已有单据的单号,行号须一致",
        "A reversal undoes a movement line by line.",
    ),
    "reversal-later": _error(
        "{id}: `{reverses}` sorts later than its reversal",
        "{id}:`{reverses}` 排在冲销单之后",
        "date the reversal after the original",
        "冲销日期应晚于原单",
        "Nothing can be reversed before it happened.",
    ),
    "reversal-differs": _error(
        "{id}: differs from `{reverses}` in type, item, quantity or ends",
        "{id}:与原单 `{reverses}` 的类型、存货、数量或库位不一致",
        "copy the original and swap its legs",
        "请照抄原单,只把两端对调",
        "A reversal is the exact negative of its original; a correction is a new movement.",
    ),
    "reversal-of-reversal": _error(
        "{id}: {reverses} is itself a reversal",
        "{id}:{reverses} 本身是冲销单",
        "enter the movement again under a new id",
        "请用新单号重新录入原单据",
        "Red letter cancels a movement once; what was cancelled by mistake is entered anew.",
    ),
    "reversal-twice": _error(
        "{id}: `{reverses}` is reversed already",
        "{id}:`{reverses}` 已被冲销过",
        "remove one of the reversals",
        "请删除其中一张冲销单",
        "A second reversal would turn the first round.",
    ),
    "reversal-consumed": _error(
        "{id}: what {reverses} brought has been used meanwhile by {consumers}",
        "{id}:{reverses} 带来的货物已被 {consumers} 使用",
        "reverse those first, or book a return at cost instead",
        "请先冲销这些单据,或改做退货",
        "The exact cost can come back only while it is still there.",
    ),
}  # fmt: skip
