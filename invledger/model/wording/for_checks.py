"""Problem codes of the rooms `checks` and `reports`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

CHECKS: dict[str, Wording] = {
    "query-period": Wording(
        "error", 3,
        "`{text}` is neither a date YYYY-MM-DD nor a period YYYY-MM, YYYY or FROM..TO.",
        "“{text}”既不是日期 YYYY-MM-DD，也不是会计期间 YYYY-MM、YYYY 或 起..止。",
        "Write a date such as 2026-01-31 or a period such as 2026-01 or 2026-01..2026-03.",
        "请写成 2026-01-31 这样的日期，或 2026-01、2026-01..2026-03 这样的期间。",
        "A filter that cannot be read would show the wrong span and look like an answer.",
    ),
    "query-unknown": Wording(
        "error", 3,
        "There is no {what} `{name}` in these books.",
        "账簿中没有名为“{name}”的 {what}。",
        "Check the spelling; the listing without this filter shows the names in use.",
        "请核对拼写；去掉该筛选条件即可看到现有名称。",
        "A filter that names nothing gives an empty table, and an empty table looks like an\n"
        "answer: `stock --item SKU-COLA33` would report no stock where the item is SKU-COLA330.",
    ),
}  # fmt: skip
