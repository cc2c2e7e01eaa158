"""Problem codes of the rooms `checks` and `reports`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

CHECKS: dict[str, Wording] = {
    "query-choice": Wording(
        "error", 3,
        "this table has no {what} `{name}`; it has {known}",
        "此表没有{what}“{name}”，可用：{known}",
        "use one of them", "请选用其中之一",
        "`--sort` takes the key of a column as JSON and CSV name it, with `-` before it for\n"
        "falling order; `--group` takes what the table can be summed by.",
    ),
    "query-period": Wording(
        "error", 3,
        "`{text}` is neither a date YYYY-MM-DD nor a period YYYY-MM, YYYY or FROM..TO",
        "“{text}”既不是日期 YYYY-MM-DD，也不是会计期间 YYYY-MM、YYYY 或 起..止",
        "write a date that the calendar has, such as 2026-01-31, or a period such as 2026-01 or "
        "2026-01..2026-03",
        "请写成日历上有的日期，如 2026-01-31，或期间，如 2026-01、2026-01..2026-03",
        "A filter that cannot be read would show the wrong span and look like an answer.",
    ),
    "query-unknown": Wording(
        "error", 3,
        "there is no {what} `{name}` in these books",
        "账簿中没有{what}“{name}”",
        "check the spelling; the listing without this filter shows the names in use",
        "请核对拼写；去掉该筛选条件即可看到现有名称",
        "A filter that names nothing gives an empty table, and an empty table looks like an\n"
        "answer: `stock --item SKU-COLA33` would report no stock where the item is SKU-COLA330.",
    ),
    "account-not-in-chart": Wording(
        "error", 3,
        "`{voucher}` posts to {account}, an account that nobody opened",
        "凭证 {voucher} 使用了未开设的科目 {account}",
        "open the account in ledgers/accounts.beancount, or use one that is open",
        "请在 ledgers/accounts.beancount 中开设该科目，或改用已开设的科目",
        "An account outside the chart would be missing from every statement. Often it is a "
        "typing error:\n"
        "`Expenses:6602-管理费` for `Expenses:6602-管理费用`.",
    ),
    "account-not-open": Wording(
        "error", 3,
        "`{voucher}` posts to {account} before that account opens on {date}",
        "凭证 {voucher} 在科目 {account} 启用日 {date} 之前使用了该科目",
        "date the `open` of the account on or before its first use",
        "请将科目的 open 日期改为不晚于首次使用日",
        "beancount and Fava refuse a posting to an account that is not open yet, so the books "
        "would not\n"
        "load there. A voucher of January needs an account opened on 2026-01-01 or before.",
    ),
    "account-closed": Wording(
        "error", 3,
        "`{voucher}` posts to {account}, which was closed on {date}",
        "凭证 {voucher} 使用了已于 {date} 停用的科目 {account}",
        "post to the account that took its place, or take the `close` away",
        "请改用替代科目，或取消该科目的停用",
        "A closed account holds nothing by definition. A bank account closed on 2026-03-01 "
        "takes no payment\n"
        "on that day or later.",
    ),
    "location-not-open": Wording(
        "error", 3,
        "movement {id} uses {location} before it opens on {date}",
        "单据 {id} 在库位 {location} 启用日 {date} 之前使用了该库位",
        "date the `open` of the location on or before its first use",
        "请将库位的 open 日期改为不晚于首次使用日",
        "beancount refuses a posting to an account that is not open yet: date the `open` of a "
        "warehouse on\n"
        "the day its first goods come, or before.",
    ),
    "stock-negative": Wording(
        "error", 1,
        "{id} takes {wanted} of {item} from {location}{lot}, where only {before} are",
        "{id} 从 {location}{lot} 发出 {item} {wanted}，但账面仅有 {before}",
        "enter the missing receipt or transfer, correct the place or the quantity, or count",
        "请补录入库或调拨，更正库位或数量，或进行盘点",
        "Goods cannot leave a place that they never reached. The first movement that takes an "
        "item below zero\n"
        "at a place is named; what follows from it is not. A delivery of 4 from the shop, with "
        "all 10 lying\n"
        "in the store room, needs a transfer first.",
    ),
    "lot-missing": Wording(
        "error", 1,
        "{id} names no lot, but {item} is kept by lot",
        "{id} 未填批次，而存货 {item} 按批次管理",
        "add `lot:` to the line",
        "请在该行补填 lot:",
        "A recall starts from a lot. One line without it breaks the trace from the supplier to "
        "the customer.",
    ),
    "expiry-missing": Wording(
        "error", 1,
        "{id} brings in {item} without an expiry date",
        "{id} 入库的 {item} 未填有效期",
        "add `expiry: YYYY-MM-DD` to the line",
        "请在该行补填 expiry: YYYY-MM-DD",
        "Without the date nobody can say whether the goods may still be delivered. A receipt of "
        "an item with\n"
        "`expiry: TRUE` states it, for example `expiry: 2027-01-05`.",
    ),
    "lot-expired": Wording(
        "error", 1,
        "{id} uses up {item} of lot {lot}, which expired on {expiry}",
        "{id} 发出的 {item} 批次 {lot} 已于 {expiry} 过期",
        "take another lot; scrap or return the expired one",
        "请改用其他批次；过期批次应报废或退回",
        "Goods past their date may be locked, moved, scrapped or returned, but not delivered to "
        "a customer\n"
        "nor used in production.",
    ),
    "lot-expiry-differs": Wording(
        "error", 1,
        "{id} says that lot {lot} of {item} expires on {expiry}; before it was {known}",
        "{id} 称 {item} 批次 {lot} 有效期为 {expiry}，此前记录为 {known}",
        "give the second delivery a lot of its own, or correct the date that is wrong",
        "请为第二批货另立批次，或更正错误的日期",
        "A lot is one make with one date. Two dates mean two lots under one name, or a typing "
        "error.",
    ),
    "owner-priced": Wording(
        "error", 1,
        "{id} states a price for goods of {owner}",
        "{id} 为 {owner} 所有的货物填写了价格",
        "take the price away, or the owner if the goods are ours",
        "请删除价格；若货物属于本公司，请删除货主",
        "Goods of others are counted and traced, never valued. A price on them would look like "
        "a purchase\n"
        "and would be left out of the ledger all the same.",
    ),
    "vouchers-unposted": Wording(
        "error", 1,
        "vouchers not posted: {count}, days: {days} ({when})",
        "有 {count} 张凭证尚未生成，共 {days} 天（{when}）",
        "run `invledger post`",
        "请运行 invledger post",
        "The movements of a day have no vouchers on disk, so the money ledger does not know "
        "them yet.\n"
        "Posting is a step of its own, so that its effect can be seen before (`post --dry-run`).",
    ),
    "voucher-missing": Wording(
        "error", 1,
        "the voucher `{voucher}` follows from this movement but is not on disk",
        "该单据应生成凭证 {voucher}，但磁盘上没有",
        "run `invledger post`",
        "请运行 invledger post",
        "Every movement makes its vouchers once. A missing one leaves stock and ledger apart "
        "(漏账).",
    ),
    "voucher-orphan": Wording(
        "error", 1,
        "the voucher `{voucher}` follows from nothing in the sources",
        "凭证 {voucher} 没有对应的来源单据",
        "run `invledger post`; if it was written by hand, move it to ledgers/money",
        "请运行 invledger post；若为手工凭证，请移至 ledgers/money",
        "Files in `ledgers/vouchers/` are derived. What no movement gives would be a voucher "
        "that nobody\n"
        "can explain; `post` takes it away.",
    ),
    "voucher-doubled": Wording(
        "error", 1,
        "the voucher `{voucher}` stands twice; the first is at {first}",
        "凭证 {voucher} 重复，首张位于 {first}",
        "run `invledger post`, which writes it once",
        "请运行 invledger post，重新只写一次",
        "The same voucher twice is counted twice in every balance (重复入账), mostly after a "
        "merge of two branches that both\n"
        "posted.",
    ),
    "voucher-differs": Wording(
        "error", 1,
        "the voucher `{voucher}` is not what the sources give: edited by hand, or not posted "
        "since",
        "凭证 {voucher} 与来源不符：被手工修改，或来源变更后未重新生成",
        "correct the movement, not the voucher, and run `invledger post`",
        "请更正单据而不是凭证，然后运行 invledger post",
        "Vouchers are derived to the byte from movements and rules. `post --dry-run` shows what "
        "differs.",
    ),
    "register-gap": Wording(
        "error", 1,
        "the register of {period} has no {missing}",
        "{period} 登记簿缺少 {missing}",
        "restore the entry from git history; a booked voucher is reversed, never taken out",
        "请从 git 历史恢复该条目；已记账凭证只能冲销，不能删除",
        "Numbers of booked vouchers are continuous per period and word. A gap is the first "
        "thing that an\n"
        "auditor asks about.",
    ),
    "register-number-twice": Wording(
        "error", 1,
        "the number {number} is given twice",
        "凭证号 {number} 重复",
        "book on one branch only; give the later entry the next free number",
        "请只在一个分支上记账；为后一条目改用下一个号码",
        "Two branches that book at once give the same number to two vouchers. Booking belongs "
        "on the\n"
        "protected branch.",
    ),
    "register-voucher-twice": Wording(
        "error", 1,
        "the voucher `{voucher}` is booked twice; first as {first}",
        "凭证 {voucher} 重复登记，首次为 {first}",
        "take the later entry out, before it is reviewed",
        "请在审核前删除后一条登记",
        "A voucher has one number for ever.",
    ),
    "register-same-person": Wording(
        "error", 4,
        "{number} was prepared and reviewed by the same person, {person}",
        "{number} 的制单人与审核人同为 {person}",
        "have it reviewed by somebody else",
        "请由他人审核",
        "制单 and 审核 are different people: the review is worth nothing otherwise.",
    ),
    "closed-period": Wording(
        "error", 4,
        "{id} belongs to {period}, which is closed",
        "{id} 属于已结账期间 {period}",
        "date it in the open period, or reopen {period}",
        "请将日期改到未结账期间，或重新打开 {period}",
        "What is closed has been reported and taxed. A receipt of January that is found in "
        "March is entered\n"
        "in March, with a reason; reopening January is possible and leaves a trace.",
    ),
    "date-in-future": Wording(
        "warning", 0,
        "{id} is dated {date}, after today",
        "{id} 的日期 {date} 晚于今天",
        "correct the date, or wait",
        "请更正日期，或待到期后再录入",
        "Mostly a typing error in the year or month. Plans belong into orders and drafts.",
    ),
    "stock-gl-difference": Wording(
        "error", 1,
        "{account}, {item}: stock is worth {stock}, the ledger says {ledger}: {difference} apart",
        "{account} {item}：库存账 {stock}，财务账 {ledger}，相差 {difference}",
        "run `invledger post`; then look for vouchers written by hand on this account",
        "请运行 invledger post；再检查该科目上的手工凭证",
        "Stock and its control account must agree to the cent (账账相符). They part when "
        "vouchers were not\n"
        "posted, or when somebody wrote on an inventory account without a movement.",
    ),
    "entry-missing": Wording(
        "error", 3,
        "the entry file is missing",
        "入口文件缺失",
        "restore it from git, or copy it from a company made by `invledger init`",
        "请从 git 恢复，或从 invledger init 生成的公司复制",
        "beancount and Fava read the books through the two entry files.",
    ),
    "entry-altered": Wording(
        "error", 3,
        "the entry file is not the fixed text that it must be, from this line on",
        "入口文件自此行起与规定内容不符",
        "restore the text; other ledgers include this file, not the other way round",
        "请恢复原文；其他账本应引用本文件，而不是相反",
        "Entry files are fixed: an include that leads elsewhere, or one taken out, makes "
        "beancount and\n"
        "invledger read different books.",
    ),
    "glob-empty": Wording(
        "error", 3,
        "`include \"{include}\"` matches no file",
        "include \"{include}\" 没有匹配任何文件",
        "put the comment-only file back (`empty.beancount`) that `invledger init` made",
        "请恢复 invledger init 生成的仅含注释的文件（empty.beancount）",
        "beancount refuses a glob that matches nothing, so every folder keeps a file with a "
        "comment.",
    ),
}  # fmt: skip
