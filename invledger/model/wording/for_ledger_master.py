"""Problem codes of the room `ledger`: master data, vouchers as text, the register."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

LEDGER_MASTER: dict[str, Wording] = {
    "item-twice": Wording(
        "error", 3,
        "Item `{item}` is defined already at {other}.", "存货 `{item}` 已在 {other} 定义。",
        "Keep one definition; later changes are `custom \"set\"`.",
        "请只保留一个定义；以后的变更用 `custom \"set\"`。",
        "Two definitions of one item can disagree about its unit. Later changes are dated: "
        "`custom \"set\" \"item SKU-A\" \"spec\" \"330ml\"`.",
    ),
    "sku-twice": Wording(
        "error", 3,
        "Items `{item}` and `{other}` have the same sku `{sku}`.",
        "存货 `{item}` 与 `{other}` 的 sku `{sku}` 相同。",
        "Give each its own sku.", "请为每个存货填写不同的 sku。",
        "The sku is what people type and scan; it must lead to one item.",
    ),
    "code-strange": Wording(
        "error", 3,
        "The code `{text}` holds a character that codes may not have: {name}.",
        "代码 `{text}` 含有不允许的字符：{name}。",
        "Type it again with plain letters and digits, or Chinese characters.",
        "请用普通字母、数字或汉字重新输入。",
        "Full-width digits, Greek or Cyrillic letters look like others: two codes that nobody can "
        "tell apart would be two things in the books. Names may hold them, codes may not.",
    ),
    "item-like-currency": Wording(
        "error", 3,
        "Item `{item}` is named like a currency.", "存货 `{item}` 与货币代码同名。",
        "Choose another code, such as SKU.{item}.", "请换用其他编码，例如 SKU.{item}。",
        "Items are commodities, and money is one too: the two must never meet in one name.",
    ),
    "item-incomplete": Wording(
        "error", 3,
        "Item `{item}` has no `{key}:`.", "存货 `{item}` 缺少 `{key}:`。",
        "Add it.", "请补充。",
        "Without its unit a quantity of an item means nothing.",
    ),
    "item-decimals": Wording(
        "error", 3,
        "Item `{item}`: `decimals: {decimals}` is not a number from 0 to {limit}.",
        "存货 `{item}`：`decimals: {decimals}` 应为 0 到 {limit}。",
        "Write how many decimals its quantities have.", "请填写数量的小数位数。",
        "`decimals: 3` keeps kilograms to the gram; 0 is for what is counted in pieces.",
    ),
    "units-unclear": Wording(
        "error", 3,
        "The `units:` of item `{item}` cannot be read.", "存货 `{item}` 的 `units:` 无法识别。",
        "Write \"BOX=24 PALLET=1440\": base units in one, `p/q` allowed.",
        "请写 \"BOX=24 PALLET=1440\"：一个单位含多少基本单位，可用 `p/q`。",
        "Conversions are exact ratios of base units: `units: \"BOX=24 DOZEN=12 "
        "POUND=45359237/100000000\"`.",
    ),
    "location-twice": Wording(
        "error", 3,
        "Location `{location}` is open already at {other}.",
        "库位 `{location}` 已在 {other} 开立。",
        "Keep one of them.", "请只保留一个。",
        "Two entries for one place can disagree about its site or status.",
    ),
    "location-class": Wording(
        "error", 3,
        "`{location}` is no place of the quantity ledger.", "`{location}` 不是库存账的库位。",
        "Use Assets:Stock:…, Equity:Stock:Supplier (Customer, Production, Scrap, Count, Opening,"
        " Other), Equity:Order:… or Equity:Invoice:….",
        "请用 Assets:Stock:…、Equity:Stock:Supplier（Customer、Production、Scrap、Count、Opening、"
        "Other）、Equity:Order:… 或 Equity:Invoice:…。",
        "The account's name says what a place is: ours (Assets:Stock:…) or a counterparty of "
        "stock (Equity:Stock:Supplier …). Rules ask for this class.",
    ),
    "location-status": Wording(
        "error", 3,
        "`{status}` is no status of a location ({known}).",
        "`{status}` 不是库位状态（{known}）。",
        "Write one of them.", "请填写其中之一。",
        "The status of a place (available, inspection, locked, rejected) is that of the goods "
        "in it; a change of status is a movement.",
    ),
    "party-twice": Wording(
        "error", 3,
        "Party `{party}` is defined already at {other}.", "往来单位 `{party}` 已在 {other} 定义。",
        "Keep one of them.", "请只保留一个。",
        "Two entries for one code can disagree about the name; what is owed to whom would be "
        "unclear.",
    ),
    "party-unclear": Wording(
        "error", 3,
        "This party has no code, or more than code and name.", "往来单位应只有编码和名称。",
        "Write custom \"party\" \"V0001\" \"华东电子\".",
        "请写 custom \"party\" \"V0001\" \"华东电子\"。",
        "A party is `custom \"party\" \"V0001\" \"华东电子\"`: a code that never changes, and a "
        "name.",
    ),
    "account-twice": Wording(
        "error", 3,
        "Account `{account}` is open already at {other}.", "科目 `{account}` 已在 {other} 开立。",
        "Keep one of them.", "请只保留一个。",
        "Two entries for one account can disagree about its direction and roles.",
    ),
    "account-direction": Wording(
        "error", 3,
        "Account `{account}`: `{direction}` is no direction.",
        "科目 `{account}`：`{direction}` 不是余额方向。",
        "Write debit or credit.", "请写 debit（借）或 credit（贷）。",
        "The direction 借 or 贷 is the side on which a balance is usual. By default it is debit "
        "for assets and expenses, credit for the rest.",
    ),
    "role-unclear": Wording(
        "error", 3,
        "Account `{account}`: the roles `{role}` cannot be read.",
        "科目 `{account}`：角色 `{role}` 无法识别。",
        "Write \"inventory category=goods; dispatched\"; keys are category, site, party.",
        "请写 \"inventory category=goods; dispatched\"；可用键为 category、site、party。",
        "Roles tell rules which account to use: `role: \"inventory category=goods; "
        "dispatched\"`.",
    ),
    "price-kind": Wording(
        "error", 3,
        "`{kind}` is no kind of price.", "`{kind}` 不是价格的种类。",
        "Write one of: {known}.", "请写其中之一：{known}。",
        "A price of an item may say what it is for: `kind: \"standard\"`, planned, retail (what "
        "the method keeps goods at), nrv (net realisable value), estimate (cost of goods that "
        "have no history). Without a kind it is information only.",
    ),
    "price-zero": Wording(
        "error", 3,
        "{item} at a {kind} price of zero needs a reason.",
        "{item} 的{kind}为零，必须注明原因。",
        "Write the price, or add `reason:` below it.", "请填写价格，或在其下补上 `reason:`。",
        "Goods kept at nothing have no value in any account; a forgotten price looks the same.",
    ),
    "price-of-nothing": Wording(
        "warning", 1,
        "This is the {kind} price of `{item}`, which is no item. The nearest is `{nearest}`.",
        "这是 `{item}` 的{kind}，但没有这个存货。最接近的是 `{nearest}`。",
        "Write the item's code as it stands in items.beancount, or delete the price.",
        "请填写 items.beancount 中的存货编码，或删除该价格。",
        "Standard, planned and selling prices belong to items. Under a mistyped code, or under "
        "a name that is a currency (PEN), such a price would hold for nothing.",
    ),
    "price-twice": Wording(
        "error", 3,
        "Two {kind} prices of {item} on one day; the other is at {other}.",
        "{item} 同一天有两个{kind}；另一个在 {other}。",
        "Keep the one that holds.", "请只保留有效的一个。",
        "Which of two prices of one kind and day counts would depend on the order of files.",
    ),
    "price-foreign": Wording(
        "error", 3,
        "The {kind} price of {item} is in {currency}; the books are kept in {own}.",
        "{item} 的{kind}以 {currency} 计，而记账本位币是 {own}。",
        "Write it in {own}.", "请以 {own} 填写。",
        "Prices of a kind value goods, and goods are valued in the company's currency. At which "
        "rate a standard of another currency counts would be a guess.",
    ),
    "setting-unclear": Wording(
        "error", 3,
        "This change names no item, location or party with a key and a value.",
        "此变更未写明存货、库位或往来单位及其键和值。",
        "Write custom \"set\" \"item SKU-1\" \"category\" \"goods\".",
        "请写 custom \"set\" \"item SKU-1\" \"category\" \"goods\"。",
        "A dated change is `custom \"set\" \"item SKU-1\" \"category\" \"goods\"`, at the start "
        "of a period.",
    ),
    "setting-unknown": Wording(
        "error", 3,
        "`{thing}` is not defined.", "`{thing}` 未定义。",
        "Correct the name.", "请改正名称。",
        "A change of something that does not exist changes nothing, mostly because of a typing "
        "error.",
    ),
    "unit-fixed": Wording(
        "error", 4,
        "`{key}` of item `{item}` cannot change.", "存货 `{item}` 的 `{key}` 不得变更。",
        "Open a new item and transfer the stock to it.", "请新建存货并将库存转入。",
        "Base unit and decimals never change once used: every quantity of the past would lie.",
    ),
    "period-unclear": Wording(
        "error", 3,
        "`{period}` is no period.", "`{period}` 不是会计期间。",
        "Write YYYY-MM.", "请写 YYYY-MM。",
        "A period is a month, such as `custom \"close\" \"2026-01\"`.",
    ),
    "voucher-unnamed": Wording(
        "error", 3,
        "This voucher has no `voucher:`.", "此凭证缺少 `voucher:`。",
        "Files in ledgers/vouchers/ are derived: run `invledger post`.",
        "ledgers/vouchers/ 中的文件由程序生成：请运行 `invledger post`。",
        "The identity of a derived voucher (`purchase-receipt/R1/main`) ties it to its sources; "
        "without it nothing can be compared.",
    ),
    "voucher-amount": Wording(
        "error", 3,
        "`{amount}` is no amount with at most {decimals} decimals.",
        "`{amount}` 不是小数不超过 {decimals} 位的金额。",
        "Write the amount in the functional currency.", "请写记账本位币金额。",
        "The money ledger is kept to the cent. A third decimal would never balance against "
        "anything.",
    ),
    "booking-unclear": Wording(
        "error", 3,
        "This entry of the register cannot be read.", "此登记条目无法识别。",
        "Restore the file from git: the register is written by `invledger book` alone.",
        "请用 git 恢复：登记簿只由 `invledger book` 写入。",
        "The register is append-only and written by `invledger book`; every entry ends with a "
        "checksum.",
    ),
    "booking-misplaced": Wording(
        "error", 3,
        "A voucher of {period} stands in the register of another period.",
        "{period} 的凭证登记在其他期间。",
        "Restore the file from git.", "请用 git 恢复文件。",
        "Numbers run within a period, and the file's name is the period: 记-1 of January stands "
        "in 2026-01.beancount.",
    ),
}  # fmt: skip
