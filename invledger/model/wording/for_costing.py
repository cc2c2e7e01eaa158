"""Problem codes of the room `costing`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

COSTING: dict[str, Wording] = {
    "stock-short": Wording(
        "error", 1,
        "{wanted} of {item} are to leave cost pool {pool}, but only {on_hand} are there",
        "{item} 要从成本池 {pool} 出库 {wanted}，但只结存 {on_hand}",
        "enter the missing receipt or transfer before this line, correct the quantity or date, or"
        " allow negative stock for the item (negative: provisional)",
        "在此行之前补录缺少的入库或调拨，更正数量或日期，"
        "或对该存货允许负库存（negative: provisional）",
        "Negative stock is refused by default. Only the first line that drives a pool below zero"
        " is reported; the run goes on at the last known unit cost, so that later findings are no"
        " echoes of this one. Under `negative: provisional` the shortage is costed at the last"
        " known unit cost and trued up when goods arrive.",
    ),
    "cost-estimate-missing": Wording(
        "error", 1,
        "{item} is issued before it was ever received in cost pool {pool}: nothing to estimate"
        " its cost from",
        "{item} 在成本池 {pool} 从未入库即出库：无从估计成本",
        "enter a receipt with a cost first, or add `DATE price {item} … CURRENCY` with"
        ' `kind: "estimate"` to ledgers/prices.beancount',
        "先录入有成本的入库，或在 ledgers/prices.beancount 写"
        '“日期 price {item} … 币种”，并注明 `kind: "estimate"`',
        "Under `negative: provisional` goods that are not there leave at the last known unit cost."
        " Without any history there is none.",
    ),
    "cost-method-unknown": Wording(
        "error", 3,
        "{item} has the valuation method {method}, which this engine does not know (it knows:"
        " {known}); moving average is used",
        "{item} 的计价方法 {method} 未知（可用：{known}），暂按移动加权平均",
        "correct the method in rules/company.yaml",
        "更正 rules/company.yaml 中的计价方法",
        "Every item is costed by the method of its category, or by an exception of its own.",
    ),
    "quantity-not-positive": Wording(
        "error", 3,
        "the quantity {quantity} of {item} is not above zero",
        "{item} 的数量 {quantity} 不大于零",
        "state a positive quantity and let the two locations say the direction",
        "数量应为正数，方向由两个库位表示",
        "A line without goods cannot be costed; it is left out.",
    ),
    "value-missing": Wording(
        "error", 1,
        "the cost of {item} is not stated, and there is no history to take it from",
        "{item} 未注明成本，也没有历史成本可用",
        "state a price or an amount; if the goods were free, state 0 with a reason",
        "请填写单价或金额；若为无偿取得，请填 0 并注明原因",
        "An empty price is unknown, never zero. An overage enters at the current unit cost; where"
        " the pool never had goods, there is none.",
    ),
    "value-negative": Wording(
        "error", 3,
        "the cost {value} of {item} is below zero; nothing is posted",
        "{item} 的成本 {value} 小于零；未生成凭证",
        "correct the amount, or the credits and invoice differences put on this receipt",
        "请更正金额，或冲减本次入库的贷项与发票差额",
        "Goods may cost nothing, but never less than nothing.",
    ),
    "citation-missing": Wording(
        "error", 1,
        "the return of {item} does not say which line it returns; the current unit cost is used",
        "{item} 的退回未注明原单据行，暂按当前单位成本计",
        "cite the delivery or issue with ref:, or state the cost",
        "用 ref: 注明原出库行，或填写成本",
        "What comes back comes back at the cost at which it left, so it must say what it was.",
    ),
    "citation-unusable": Wording(
        "error", 3,
        "the line cites something that cannot be its origin (another item, another direction, or"
        " a later line); the citation is ignored",
        "所引用的单据行不能作为来源（存货不同、方向不符或时间在后），该引用被忽略",
        "cite an earlier line of the same item that moved goods the other way",
        "引用同一存货、方向相反且时间在前的单据行",
        "A return cites what it undoes; late value cites a receipt; an issue may cite a receipt.",
    ),
    "return-exceeds": Wording(
        "error", 1,
        "{wanted} of {item} are returned, but only {left} of the cited line are left to return",
        "{item} 退回 {wanted}，但所引用的单据行只剩 {left} 可退",
        "correct the quantity, or split the return over the lines that it really returns",
        "更正数量，或按实际来源拆分退回",
        "No more can come back than went. The excess is valued at the cited line's unit cost.",
    ),
    "cited-layer-short": Wording(
        "error", 1,
        "{wanted} of {item} are taken from the cited receipt, of which only {left} are left here",
        "{item} 指定从所引用的入库行出库 {wanted}，但该层此处只剩 {left}",
        "cite another receipt for the rest, or leave the citation out",
        "其余数量请引用其他入库行，或不作指定",
        "Specific identification: the cited layer leaves first, the rest by the item's method.",
    ),
    "goods-not-named": Wording(
        "error", 1,
        "{item} is costed by specific identification, but the line does not say which goods leave"
        " cost pool {pool}",
        "{item} 采用个别计价法，但该行未指明从成本池 {pool} 出库的是哪一批",
        "name the receipts with pick: (`pick: \"R2=8 R1=4\"`), or keep the item in pools by lot"
        " (pool: lot) and name the lot",
        "用 pick: 指明入库单据行（`pick: \"R2=8 R1=4\"`），或按批次设置成本池（pool: lot）"
        "并填写批次",
        "Specific identification never guesses. Goods are named by the receipts that the line"
        " picks, or by their lot or serial number where the pool is one lot.",
    ),
    "standard-missing": Wording(
        "error", 1,
        "{item} is kept at a standard or planned price, but none is in force for this line",
        "{item} 按标准（计划）价格核算，但该行日期没有生效的标准价格",
        "enter a price of the item with kind: standard (planned, retail) in prices.beancount,"
        " dated on or before the first movement",
        "在 prices.beancount 中录入该存货的 kind: standard（planned、retail）价格，"
        "日期不晚于首次收发",
        "Standard cost, planned cost and the retail method need a price for every line. Reported"
        " once an item; until then its goods stand at what was paid.",
    ),
    "cycle-unsolvable": Wording(
        "error", 1,
        "the costs of {items} depend on each other in cost pools {pools}, and nothing fixes them:"
        " the goods only go round",
        "{items} 在成本池 {pools} 中的成本互相依赖且无解：货物只在其中循环",
        "look for the receipt from outside that is missing, or for a transfer or consumption that"
        " is entered the wrong way round",
        "查找缺少的外部入库，或方向录反的调拨、领用",
        "Under periodic average, pools that feed each other within a period are solved as a system"
        " of linear equations. It has no answer where no value came in from outside, or where a"
        " cost would be below zero. The run goes on at the opening averages, or at zero.",
    ),
    "cycle-refused": Wording(
        "error", 1,
        "the costs of {items} depend on each other in cost pools {pools}, which the policy"
        " refuses",
        "{items} 在成本池 {pools} 中的成本互相依赖，而政策不允许循环",
        "take the goods one way only within a period, or set cycles: exact or previous",
        "同一期间内只向一个方向调拨或领用，或设置 cycles: exact、previous",
        "`cycles: refuse` reports goods that come back to where they came from within a period of"
        " periodic average. The figures shown are those of `cycles: exact`.",
    ),
    "cycle-settlement": Wording(
        "error", 1,
        "a work order is settled within the period in which its product feeds its own material:"
        " {items} in cost pools {pools}",
        "生产工单在其产品又用作自身材料的同一期间内结转：{items}，成本池 {pools}",
        "date the settlement in the next period, or receive the output without an estimate",
        "请把结转日期改到下一期间，或完工入库时不采用暂估",
        "Under periodic average such a cycle is solved as a system of equations; what a settlement"
        " adds depends on what is on hand and what left, which no equation of the period says."
        " Nothing is approximated.",
    ),
    "cycle-mixed": Wording(
        "error", 1,
        "the costs of {items} depend on each other in cost pools {pools}, some of which are costed"
        " line by line and some once a period",
        "{items} 在成本池 {pools} 中的成本互相依赖，其中有的逐笔计价，有的按期计价",
        "give the items that feed each other one periodic average method, or take the goods one"
        " way only within a period",
        "为互相领用的存货统一采用全月一次加权平均法，或在同一期间内只向一个方向领用",
        "A perpetual method needs the cost at once, a periodic one the whole period first. Such a"
        " cycle has no order in which it could be costed. The run goes on with zero for what the"
        " periodic pools give away within it.",
    ),
    "order-completed": Wording(
        "error", 1,
        "something happens to work order {order} after its completion",
        "生产工单 {order} 完工之后又有业务发生",
        "date it before the completing receipt, or open a new order",
        "将其日期改在完工入库之前，或另开工单",
        "A receipt without a stated value completes an order: it takes all cost that is in it."
        " Later consumption stays in the order and is in no product. Reported once an order.",
    ),
    "order-overdrawn": Wording(
        "error", 1,
        "{wanted} are taken from work order {order}, which holds only {left}",
        "从生产工单 {order} 转出 {wanted}，但其中只有 {left}",
        "enter the missing consumption first, or lower the stated value",
        "先补录耗用，或调低所填金额",
        "The value of a cost object is never below zero; only what is there is taken.",
    ),
    "order-empty": Wording(
        "warning", 1,
        "work order {order} is completed, but nothing was put into it: {item} costs nothing",
        "生产工单 {order} 完工，但没有任何投入：{item} 的成本为零",
        "enter what the order consumed, or state a value",
        "补录工单耗用，或填写金额",
        "A product without inputs is usually a forgotten issue or a wrong order number.",
    ),
}  # fmt: skip
