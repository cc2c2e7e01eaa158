"""Problem codes of the room `posting`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording
from invledger.model.wording.for_posting_citations import CITATIONS
from invledger.model.wording.for_posting_policies import POLICIES
from invledger.model.wording.for_posting_value import VALUE


def _error(en: str, zh: str, remedy_en: str, remedy_zh: str, about: str) -> Wording:
    return Wording("error", 3, en, zh, remedy_en, remedy_zh, about)


_SCHEMA = {
    "yaml-unknown-key": _error(
        "unknown key `{key}`",
        "未知的键 `{key}`",
        "did you mean: {nearest}?",
        "是否想写:{nearest}?",
        "A key that no one reads is a typing mistake that would change nothing and hide much.",
    ),
    "yaml-missing-key": _error(
        "key `{key}` is missing",
        "缺少键 `{key}`",
        "add the key `{key}`",
        "请补上键 `{key}`",
        "The schema of the file demands this key; `rule_json_schema` serves it to editors.",
    ),
    "yaml-bad-value": _error(
        "`{key}`: {value} is not {expected}",
        "`{key}`:{value} 不合要求(应为 {expected})",
        "write one of the values that the schema allows",
        "请写成该字段允许的值",
        "Values in YAML are strings; numbers and dates are read by our own grammar.",
    ),
    "company-method": _error(
        "cost method `{method}` is not offered",
        "不支持计价方法 `{method}`",
        "offered: {nearest}",
        "可用的方法:{nearest}",
        "`cost.method` names how issues are costed (发出计价方法); methods come with the engine.",
    ),
    "company-exception-reason": _error(
        "item {item} has its own cost policy without a reason",
        "存货 {item} 单独设定了计价政策,但没有写明理由",
        "add `reason:` to the exception",
        "请在该例外下写明 `reason:`",
        "Methods are set by category; an item's exception must say why (consistency, CAS 1).",
    ),
    "tax-rate-number": _error(
        "VAT rate {value} is no per cent between 0 and 100",
        "税率 {value} 不是 0 到 100 之间的百分数",
        "write for example 13 or 6.5",
        "请写成 13 或 6.5 这样的百分数",
        "Rates in rules/tax.yaml are per cent with at most two decimals.",
    ),
    "chart-twice": _error(
        "account code {code} stands twice in the chart",
        "科目编码 {code} 重复",
        "remove one of the two",
        "请删除其中一个",
        "A code names one account of a chart.",
    ),
    "chart-parent": _error(
        "account {code}: parent {parent} does not stand above it",
        "科目 {code} 的上级科目 {parent} 没有先列出",
        "list the parent first",
        "请先列出上级科目",
        "Sub-accounts are named after their parent, so the parent comes first.",
    ),
    "chart-role": _error(
        "account {code}: `{role}` is no list of roles",
        "科目 {code} 的角色写法 `{role}` 无法读取",
        "write `role key=value; role`, keys category, site, party",
        "请写成 `角色 键=值; 角色`,键为 category、site、party",
        "Roles tie accounts to rules; see the chart packs for all of them.",
    ),
}  # fmt: skip

_RULES = {
    "rule-line-side": _error(
        "a line of rule {type} needs exactly one of debit and credit",
        "规则 {type} 的分录须且只须写 debit 或 credit 之一",
        "keep one of the two",
        "请只保留一个",
        "A voucher line stands on one side; its amount may be negative, in red.",
    ),
    "rule-no-flow": _error(
        "rule {type} does not say between which classes of locations goods move",
        "规则 {type} 没有说明货物在哪些库位类别之间流动",
        "add `from:` and `to:`, or `flows:`",
        "请补上 `from:` 和 `to:`,或 `flows:`",
        "From the classes follows what a line does to cost.",
    ),
    "rule-overlap": _error(
        "two versions of rule {type} begin on {date}; the other: {other}",
        "规则 {type} 有两个版本同从 {date} 起生效;另一处:{other}",
        "give one of them another `valid-from:`",
        "请修改其中一个的 `valid-from:`",
        "On each day one version of a rule is in force.",
    ),
    "rule-default-flow": _error(
        "rule {type}: no flow allows its default {account}",
        "规则 {type}:默认库位 {account} 不在任何允许的流向之内",
        "name an account of one of these classes: {known}",
        "请填写以下类别之一的库位:{known}",
        "`record` takes the default where nobody names a location; the flow must allow it.",
    ),
    "rule-gap": Wording(
        "warning", 1,
        "rule {type} has no version before {date}",
        "规则 {type} 在 {date} 之前没有版本",
        "leave `valid-from:` of the first version empty, or keep the older version",
        "第一个版本的 `valid-from:` 留空,或保留较早的版本",
        "A movement dated before the first version has no rule.",
    ),
    "rule-fact-unknown": _error(
        "rule {type} asks for an unknown fact `{fact}`",
        "规则 {type} 的 when 使用了未知的条件 `{fact}`",
        "known: {nearest}",
        "可用的条件:{nearest}",
        "Facts are kind, from, to, reason, chart, taxpayer and revenue.",
    ),
    "rule-line-unreachable": _error(
        "a line of rule {type} can never apply ({when})",
        "规则 {type} 有一行永远不会适用({when})",
        "correct `when:` or remove the line",
        "请改正 `when:` 或删除该行",
        "The values of facts are finite; none of their combinations reaches this line.",
    ),
    "rule-unbalanced": _error(
        "rule {type} does not balance: debit less credit = {rest}, where {facts}",
        "规则 {type} 借贷不平:借减贷 = {rest}(条件 {facts})",
        "add the missing line, or correct an amount",
        "请补上缺少的分录行,或改正金额名称",
        "Proven over the names of amounts: no movement of these facts could be posted in balance.",
    ),
    "rule-role-unclaimed": _error(
        "rule {type} posts to role `{role}`, which no account claims",
        "规则 {type} 用到角色 `{role}`,但没有科目担任",
        "add `role: \"{role}\"` to an account; nearest known: {nearest}",
        "请给某个科目加上 `role: \"{role}\"`;相近的角色:{nearest}",
        "Rules speak of roles, the chart of accounts says who plays them.",
    ),
    "rule-account-finer": _error(
        "inventory account {account} is kept by {key}, finer than the cost pool `{pool}`",
        "存货科目 {account} 按 {key} 细分,比成本核算范围 `{pool}` 更细",
        "claim the role for the whole pool, or make the pool as fine",
        "请让科目覆盖整个核算范围,或把核算范围设得同样细",
        "Value cannot be told apart inside a pool, so its account could never be reconciled.",
    ),
    "rule-cites-unknown": _error(
        "rule {type} cites an unknown type `{cites}`",
        "规则 {type} 引用了未知的类型 `{cites}`",
        "did you mean: {nearest}?",
        "是否想写:{nearest}?",
        "`cites.types` names the types that a movement's `ref:` may point to.",
    ),
    "example-fails": _error(
        "example of rule {type} gives {got}, expected {expected}",
        "规则 {type} 的示例得到 {got},应为 {expected}",
        "correct the rule or the example",
        "请改正规则或示例",
        "Examples are part of a rule: they prove on every check that it posts what it says.",
    ),
    "example-unreadable": _error(
        "example of rule {type}: `{field}` cannot be read",
        "规则 {type} 的示例中 `{field}` 无法读取",
        "give facts, a line (qty, price, amount, tax) or named amounts",
        "请给出条件、行数据(qty、price、amount、tax)或金额名称",
        "See `help rules` for what an example may give.",
    ),
}  # fmt: skip

_ROWS = {
    "rule-unknown": _error(
        "{id}: no rule for the type `{type}`",
        "{id}:类型 `{type}` 没有规则",
        "did you mean: {nearest}? A new type is a new file in rules/movements",
        "是否想写:{nearest}?新类型只需在 rules/movements 增加一个文件",
        "Types of movements are data; each has its YAML file.",
    ),
    "rule-not-in-force": _error(
        "{id}: no version of rule `{type}` is in force on {date}",
        "{id}:规则 `{type}` 在 {date} 没有生效的版本",
        "add a version with an earlier `valid-from:`",
        "请补上 `valid-from:` 更早的版本",
        "Rules are dated so that a later change leaves older vouchers alone.",
    ),
    "flow-not-allowed": _error(
        "{id}: {type} does not move goods from {source} to {target}",
        "{id}:{type} 不允许从 {source} 到 {target}",
        "allowed: {flows}",
        "允许的流向:{flows}",
        "A rule names the classes of locations between which its goods move.",
    ),
    "goods-unwanted": _error(
        "{id}: {type} is value without goods, and this entry moves some",
        "{id}:{type} 只涉及金额,但此处移动了货物",
        "write `DATE custom \"{type}\" \"{id}\" AMOUNT` in ledgers/documents "
        "(`invledger record {type}`)",
        "请在 ledgers/documents 写成 `日期 custom \"{type}\" \"{id}\" 金额`"
        "(`invledger record {type}`)",
        "Freight, settlements, adjustments and payments change what goods or parties are worth; "
        "goods that they moved would be in no cost pool.",
    ),
    "goods-missing": _error(
        "{id}: {type} moves goods, and this entry names none",
        "{id}:{type} 是货物业务，但此处没有货物明细",
        "write it as a transaction with a line for each item (`invledger record {type}`)",
        "请写成带存货明细的单据(`invledger record {type}`)",
        "Value without goods is a document of its own types: landed cost, production cost, "
        "settlements, adjustments, payments. A receipt or delivery of nothing would change the "
        "ledger and no stock.",
    ),
    "field-required": _error(
        "{id}: {type} needs `{field}:`",
        "{id}:{type} 必须填写 `{field}:`",
        "add `{field}:` to the movement",
        "请在单据中补上 `{field}:`",
        "The rule's `fields:` says what a document must carry.",
    ),
    "field-forbidden": _error(
        "{id}: {type} has no `{field}:`",
        "{id}:{type} 不得填写 `{field}:`",
        "remove `{field}:`",
        "请删除 `{field}:`",
        "The rule's `fields:` says what a document must not carry.",
    ),
    "reason-unknown": _error(
        "{id}: `{reason}` is no reason of {type}",
        "{id}:`{reason}` 不是 {type} 的原因代码",
        "one of: {nearest}",
        "可用:{nearest}",
        "Reasons decide accounts and tax, so the rule lists them.",
    ),
    "missing-price": _error(
        "{id}: {item} has no price; {type} needs one",
        "{id}:{item} 没有单价,{type} 必须有单价",
        "write `@ price`, or `amount:`; for goods free of charge 0 with a `reason:`",
        "请写单价或 `amount:`;赠品写 0 并注明 `reason:`",
        "An empty price is unknown, never zero: zero cost would make later costs wrong.",
    ),
    "zero-price": _error(
        "{id}: {item} at price zero needs a reason",
        "{id}:{item} 单价为零,必须注明原因",
        "add `reason:`",
        "请补上 `reason:`",
        "A gift is a decision, a forgotten price a mistake; only the reason tells them apart.",
    ),
    "zero-amount": _error(
        "{id}: an amount of zero needs a reason",
        "{id}:金额为零,必须注明原因",
        "write the amount, add `reason:`, or remove the document",
        "请填写金额、补上 `reason:`,或删除该单据",
        "A charge of nothing changes nothing; a forgotten amount looks the same.",
    ),
    "amount-too-long": _error(
        "{id}: quantity times price has more than {limit} digits",
        "{id}:数量乘单价超过 {limit} 位",
        "correct the quantity or the price",
        "请更正数量或单价",
        "No number in the books has more digits; beyond them other readers of the files round.",
    ),
    "rate-missing": _error(
        "{id}: no exchange rate of {currency} on {date} {rate}",
        "{id}:{date} 没有 {currency} 的汇率 {rate}",
        "add `{date} price {currency} <rate> <company's currency>` to prices.beancount, or"
        " `rate: 7.1` to the movement",
        "请在 prices.beancount 中补一行 `{date} price {currency} <汇率> <记账本位币>`,"
        "或在单据上写 `rate: 7.1`",
        "A price in a foreign currency is converted at the youngest rate on or before its date, or"
        " at the rate that the movement states. Stock is non-monetary: that rate stays.",
    ),
    "tax-rate-unknown": _error(
        "{id}: VAT `{tax}` is neither a rate nor a class with a rate on that date",
        "{id}:增值税 `{tax}` 既不是税率,也不是当日有税率的类别",
        "write a per cent in `tax:`, or add the class to rules/tax.yaml",
        "请在 `tax:` 写百分数,或在 rules/tax.yaml 增加该类别",
        "Rates come from the line, the item's class, its category, or `standard`, by date.",
    ),
    "role-unclaimed": _error(
        "no account claims role `{role}` for category {category} (rule {type})",
        "没有科目担任角色 `{role}`(类别 {category},规则 {type})",
        "add the role to an account in ledgers/accounts.beancount",
        "请在 ledgers/accounts.beancount 给科目加上该角色",
        "No voucher is made of movements whose accounts are not known.",
    ),
    "voucher-unbalanced": _error(
        "voucher {identity} does not balance: {difference}",
        "凭证 {identity} 借贷不平:差 {difference}",
        "correct the rule; `check` names the combination of facts",
        "请改正规则;`check` 会指出不平的条件组合",
        "Vouchers balance exactly, with no tolerance; an unbalanced one is never written.",
    ),
    "amount-unreadable": _error(
        "`{value}` is no amount in the company's currency",
        "`{value}` 不是记账本位币的金额",
        "write a plain number with the currency's decimals",
        "请写成普通数字,小数位不超过币种位数",
        "Amounts are plain ASCII decimal numbers.",
    ),
    "account-unknown": _error(
        "account {account} does not exist",
        "科目 {account} 不存在",
        "did you mean: {nearest}?",
        "是否想写:{nearest}?",
        "Accounts are opened in ledgers/accounts.beancount.",
    ),
}  # fmt: skip

_BOOKED = {
    "booked-missing": Wording(
        "error", 3,
        "booked voucher {identity} ({number}, {period}) is not on disk",
        "已记账凭证 {identity}({number},{period})在文件中不存在",
        "restore the file from git; booked vouchers never vanish",
        "请从 git 恢复文件;已记账凭证不得消失",
        "The register holds identity, number and digest of what was booked.",
    ),
    "booked-edited": Wording(
        "error", 3,
        "booked voucher {identity} ({number}) was edited: its digest differs from the register",
        "已记账凭证 {identity}({number})被改动:摘要与登记簿不符",
        "restore it from git; corrections are new movements",
        "请从 git 恢复;更正须用新的单据",
        "What is booked never changes; differences come as adjusting vouchers.",
    ),
}  # fmt: skip

POSTING: dict[str, Wording] = {
    **_SCHEMA, **_RULES, **_ROWS, **CITATIONS, **VALUE, **_BOOKED, **POLICIES,
}  # fmt: skip
