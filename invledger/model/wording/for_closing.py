"""Problems of closing periods, and of what is closed."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

CLOSING: dict[str, Wording] = {
    "close-again": Wording(
        "error", 4, "the period {period} is closed already", "会计期间 {period} 已经结账",
        "nothing is left to do; to change it, invledger reopen {period} --reason TEXT",
        "无需再结；如需更正，请先运行 invledger reopen {period} --reason 原因",
        "A period is closed once. The entry that closed it is the line shown.",
    ),
    "close-order": Wording(
        "error", 4, "{period} cannot be closed: the earliest open period is {first}",
        "不能结账 {period}：最早的未结账期间是 {first}",
        "close {first} first", "请先结账 {first}",
        "Periods are closed one after the other: what a period opens with is what the one "
        "before it closed with.",
    ),
    "close-date": Wording(
        "error", 4,
        "{period}: an entry dated {date} is too early, {first} at the earliest",
        "{period}：登记日期 {date} 过早，最早为 {first}",
        "give a later --date", "请用 --date 指定较晚的日期",
        "A period is closed when it is over, and not before an entry that stands already. The "
        "date matters:\n"
        "an invoice or freight dated before the close re-costs the receipts of the period, one "
        "dated later leaves\n"
        "them alone and adds its difference in its own period. So a close is not dated before "
        "a document that has\n"
        "changed what it closes.",
    ),
    "close-unclear": Wording(
        "error", 4, "the digests of the close of {period} are not whole, or of another release",
        "{period} 的结账登记中的摘要不完整，或来自其他版本",
        "restore the entry, or reopen {period} and close it again",
        "请恢复该登记，或将 {period} 反结账后重新结账",
        "A close names all its digests, in a form that this program makes. One that lost some "
        "proves nothing.",
    ),
    "close-unbooked": Wording(
        "error", 4, "{period}: {count} vouchers are not booked, the first is {voucher}",
        "{period}：有 {count} 张凭证尚未记账，第一张是 {voucher}",
        "invledger book --period {period} …, or name --prepared, --reviewed and --booked here",
        "请先运行 invledger book --period {period} …，或在此给出 --prepared、--reviewed、--booked",
        "In a closed period every voucher has its number. With the names of those who sign, "
        "close books what is left.",
    ),
    "reopen-order": Wording(
        "error", 4, "{period} cannot be reopened: the last closed period is {last}",
        "不能反结账 {period}：最后结账的期间是 {last}",
        "reopen later periods first, the last one before the others",
        "请从最后结账的期间起依次反结账",
        "What is open comes after what is closed, without gaps.",
    ),
    "closed-period-changed": Wording(
        "error", 4,
        "{part} is not what {period} was closed with, and the period would be another; first "
        "voucher: {voucher}",
        "{part} 与 {period} 结账时不同，该期间将因此改变；首张受影响的凭证：{voucher}",
        "date the change at the start of an open period (cost-changes:, valid-from:, a later "
        "price, custom \"set\"), or reopen {period}",
        "请将变更日期定在未结账期间的开始（cost-changes:、valid-from:、较晚日期的价格、"
        "custom \"set\"），或反结账 {period}",
        "The close of a period names digests of the rules, policies, prices and master data "
        "that decided it.\n"
        "What was edited without a date, or dated into the closed period, would make other "
        "vouchers or costs of it:\n"
        "nothing is posted until it is undone, dated, or the period reopened. An edit that "
        "changes nothing may stay.",
    ),
    "closed-period-edited": Wording(
        "error", 4,
        "movements of {period} are not those that it was closed with",
        "{period} 的出入库记录与结账时不同",
        "restore what was changed or taken away and correct it in the open period, or reopen "
        "{period}",
        "请恢复被改动或删除的记录，在未结账期间更正；或反结账 {period}",
        "The close of a period names a digest of its movements and documents. What came in "
        "since stands at its own\n"
        "line as closed-period; this finding is about one that was edited, moved or deleted.",
    ),
    "closed-register-changed": Wording(
        "error", 4,
        "the register of {period} is not the one that it was closed with",
        "{period} 的记账登记簿与结账时不同",
        "restore ledgers/register/{period}.beancount",
        "请恢复 ledgers/register/{period}.beancount",
        "Numbers, identities and digests of booked vouchers are final once their period is "
        "closed.",
    ),
}
