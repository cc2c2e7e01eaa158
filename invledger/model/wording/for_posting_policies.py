"""Problem codes of the room `posting` about cost policies, their changes and standard prices."""

from __future__ import annotations

from invledger.model.wording.entry import Wording


def _error(en: str, zh: str, remedy_en: str, remedy_zh: str, about: str) -> Wording:
    return Wording("error", 3, en, zh, remedy_en, remedy_zh, about)


POLICIES: dict[str, Wording] = {
    "method-not-statutory": Wording(
        "error", 4,
        "`{method}`: CAS 1 and IAS 2 do not allow last in, first out for statutory books",
        "`{method}`:《企业会计准则第1号——存货》和 IAS 2 不允许法定账簿采用后进先出法",
        "take another method and see LIFO figures with `--management`, or say `books: management`",
        "请改用其他方法,后进先出的数字用 `--management` 查看;纯管理账簿请写 `books: management`",
        "CAS 1 (2006) and IAS 2 withdrew LIFO. `--management` on reading commands shows its "
        "figures; books that serve managers only say `books: management` in rules/company.yaml.",
    ),
    "cost-change-date": _error(
        "a change of cost policy starts on {date}, which is no first day of a month",
        "计价政策的变更从 {date} 起,但那不是月份的第一天",
        "let it start on the first day of a period",
        "请从期间的第一天起变更",
        "Methods change between periods, never within one (consistency: CAS 1, CAS 28).",
    ),
    "cost-change-target": _error(
        "a change of cost policy for {target}: no such category, or one too many",
        "计价政策变更的对象 {target}:没有这个类别,或写了不止一个对象",
        "name a category or an item, not both; categories: {nearest}",
        "请只写类别或存货之一;类别:{nearest}",
        "`cost-changes:` speak for the company, for one category or for one item.",
    ),
    "cost-change-twice": _error(
        "two changes of cost policy from {date} for {target}",
        "从 {date} 起对 {target} 有两次计价政策变更",
        "join them into one entry",
        "请合并为一条",
        "What holds from a date must not depend on the order of two entries.",
    ),
    "cost-change-divides": _error(
        "a retrospective change from {date} for {item}, whose pool was divided",
        "{date} 起对 {item} 的追溯变更,而其成本池曾被拆分",
        "apply it prospectively, or change the pools in an entry of their own afterwards",
        "请改为 prospective(未来适用),或在其后单独变更成本池",
        "Costing the past again needs to know of every movement which of the new pools it "
        "touched; one pool that became several cannot say so.",
    ),
    "cost-item-unknown": _error(
        "a cost policy for item {item}, which nobody knows",
        "为未知的存货 {item} 设定了计价政策",
        "did you mean: {nearest}?",
        "是否想写:{nearest}?",
        "Exceptions and changes name items by their commodity, as items.beancount does.",
    ),
    "standard-cost-missing": _error(
        "{id}: item {item} is kept at {kind} prices, and none is in force on {date}",
        "{id}:存货 {item} 按{kind}核算,但 {date} 没有有效的价格",
        'add `{date} price {item} … {currency}` with `kind: "{kind}"` to ledgers/prices.beancount',
        "请在 ledgers/prices.beancount 加上 `{date} price {item} … {currency}`,"
        '并注明 `kind: "{kind}"`',
        "Standard cost, planned cost and the retail method keep goods at a price that stands in "
        "ledgers/prices.beancount, dated; nothing is guessed where there is none.",
    ),
    "stated-cost-unclear": _error(
        "{id}: `{text}` is no cost",
        "{id}:`{text}` 不是成本金额",
        "write `unit-cost: 12.50` for a base unit, or `cost: 125.00` for the line",
        "请写每单位成本 `unit-cost: 12.50`,或整行成本 `cost: 125.00`",
        "Under `stated-issue: cost` an issue may state what its goods cost, a plain number.",
    ),
    "standard-change-missing": _error(
        "{id}: goods of {item} lie at a price before {date}, and nothing brought them to the new",
        "{id}:{item} 的结存仍按 {date} 之前的价格核算,没有调整到新的价格",
        'write `{date} custom "standard-cost-change" "<id>"` with `item: "{item}"` before it',
        '请在此之前写 `{date} custom "standard-cost-change" "<单号>"`,并注明 `item: "{item}"`',
        "A new standard, planned or selling price holds for goods on hand from the document that "
        "revalues them, a standard-cost-change of the day from which the price is in force.",
    ),
    "standard-change-idle": Wording(
        "warning", 1,
        "{id}: on that date `{item}` is not kept at standard, planned or selling prices",
        "{id}:该日 `{item}` 不按标准、计划或售价核算",
        "take the document away, or name the item that is meant", "请删除该单据,或改为所指的存货",
        "A standard-cost-change of an item that is kept otherwise changes nothing.",
    ),
    "standard-change-item": _error(
        "{id}: there is no item `{item}` to revalue",
        "{id}:没有可重估的存货 `{item}`",
        'name the item: `item: "SKU-X"`; its method is standard, planned or retail',
        '请写明存货:`item: "SKU-X"`,其方法为 standard、planned 或 retail',
        "A standard-cost-change revalues what is on hand of one item to its new standard.",
    ),
}  # fmt: skip
