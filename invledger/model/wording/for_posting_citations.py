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
        "take no more than is left of it, earlier returns and bills counted; or cite another line",
        "数量不得超过该行尚未退回或结算的部分;或改引其他单据行",
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
    "pick-leaves": _error(
        "{id}: `pick: {ref}` names a line that brought no goods",
        "{id}:`pick: {ref}` 所指的行没有入库存货",
        "name receipts, transfers or returns that brought the goods in",
        "请写明带来这些存货的入库、调拨或退回单据",
        "Goods are picked from what came in. What an issue took is gone.",
    ),
    "citation-reversed": _error(
        "{id}: {cited} was reversed, or is a reversal",
        "{id}:{cited} 已被冲销,或本身是冲销单",
        "cite the movement that stands in its place",
        "请引用取代它的单据",
        "What red letter cancelled has nothing left to invoice, return or settle.",
    ),
    "citation-billed": Wording(
        "warning", 1,
        "{id}: bills {surplus} of {item} more than {cited} has left to bill (taken before:"
        " {takers})",
        "{id}:比 {cited} 尚可结算的数量多开 {surplus} {item}(此前已由 {takers} 占用)",
        "if it bills the same goods again, remove or reverse it; goods to come cite {id} when they"
        " come; for goods that came back, bill what the customer kept",
        "如属重复开票,请删除或冲销;如为尚未到(发)货,请在到(发)货时引用 {id};"
        "已退回的货物不应再开票",
        "What a bill finds no goods for waits in goods in transit (1402) or as the customer's"
        " advance (2205). Where other bills or returns have taken what it cites, it rather is a"
        " bill entered twice, or of goods that came back. The warning goes once receipts or"
        " deliveries cite the bill for the rest. With a quantity in `ref:` it is refused.",
    ),
    "citation-required": _error(
        "{id}: {type} must cite its origin",
        "{id}:{type} 必须引用来源单据",
        "add `ref: \"<id>/<line>\"` of a {cites}; a return of goods from before these books began"
        " states `unit-cost:` and `reason:`",
        "请补上 {cites} 的 `ref: \"<单号>/<行号>\"`；"
        "建账之前售出的货物退回时，请写 `unit-cost:` 与 `reason:`",
        "At today's average instead of the origin's cost, stock and ledger would part.",
    ),
    "landed-no-receipts": _error(
        "{id}: {type} names no receipts that bear it",
        "{id}:{type} 没有写明由哪些入库单承担",
        "add `ref: \"<id> <id>/<line>\"` of each {cites} that the charge is for",
        "请在 `ref: \"<单号> <单号>/<行号>\"` 中写明承担费用的单据（{cites}）",
        "Which goods a charge is for is stated, never guessed; what no goods bear is an expense, "
        "entered as money.",
    ),
    "landed-no-basis": _error(
        "{id}: nothing to spread by `{basis}`",
        "{id}:没有可供按 `{basis}` 分摊的依据",
        "use `basis: quantity` or `equal`, or give each item its `weight` or `volume`",
        "请改用 `basis: quantity` 或 `equal`,或为存货填写 `weight` 或 `volume`",
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
    "reversal-unit-cost": _error(
        "{id}: {reverses} stated a new unit cost, which another one replaces",
        "{id}:{reverses} 写的是新的单位成本,应另行重估",
        "enter another revaluation with the `unit-cost:` that is right",
        "请另填一张重估单,写明正确的 `unit-cost:`",
        "What a new unit cost changed depends on what was on hand; the next starts from there.",
    ),
    "reversal-consumed": _error(
        "{id}: what {reverses} brought has been used meanwhile by {consumers}",
        "{id}:{reverses} 带来的货物已被 {consumers} 使用",
        "reverse those first, or book a return at cost instead",
        "请先冲销这些单据,或改做退货",
        "The exact cost can come back only while it is still there.",
    ),
}  # fmt: skip
