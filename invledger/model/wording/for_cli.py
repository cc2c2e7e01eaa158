"""Problem codes of the rooms `cli` and `render`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

CLI: dict[str, Wording] = {
    "internal-error": Wording(
        severity="error",
        exit_code=6,
        en="the program failed ({kind}); this is a fault of invledger, not of your books",
        zh="程序出错（{kind}）；这是 invledger 的缺陷，不是账簿的问题",
        remedy_en=(
            "set INVLEDGER_DEBUG=1 and run the command again, then report what it prints together "
            "with the output of `invledger version`; nothing half-done was written"
        ),
        remedy_zh=(
            "设置 INVLEDGER_DEBUG=1 后重新执行，将输出连同 `invledger version` 的结果一起报告；"
            "不会留下写到一半的内容"
        ),
        about="The last resort: every other failure has a code of its own.",
    ),
    "environment-error": Wording(
        severity="error",
        exit_code=6,
        en="the system refused: {reason}",
        zh="系统拒绝了操作：{reason}",
        remedy_en="look at permissions, free space and open files, then try again",
        remedy_zh="检查权限、剩余空间和打开的文件数后重试",
        about="A call to the operating system failed outside reading and writing the books.",
    ),
    "memory-exhausted": Wording(
        severity="error",
        exit_code=6,
        en="there is not enough memory for these books",
        zh="内存不足，无法处理该账簿",
        remedy_en="close other programs, or run where there is more memory",
        remedy_zh="关闭其他程序，或换一台内存更大的机器",
        about="A million movements need about 1.5 GiB.",
    ),
    "engine-unreachable": Wording(
        severity="error",
        exit_code=6,
        en="no scheduler answers at {engine}: {reason}",
        zh="{engine} 处没有调度器应答：{reason}",
        remedy_en="start it (dask scheduler) and its workers, or post without --engine",
        remedy_zh="启动调度器（dask scheduler）及其工作进程，或不带 --engine 运行 post",
        about="A cluster that `post --engine dask://HOST:PORT` names has to be running already.",
    ),
    "engine-differs": Wording(
        severity="error",
        exit_code=6,
        en="the workers run invledger {theirs}, this is {ours}",
        zh="工作进程运行的是 invledger {theirs}，本机为 {ours}",
        remedy_en="install the same release on every worker, then try again",
        remedy_zh="在所有工作进程上安装同一版本后重试",
        about="Another release may cost differently, so its figures are not mixed with ours.",
    ),
    "engine-failed": Wording(
        severity="error",
        exit_code=6,
        en="workers died again and again: {reason}",
        zh="工作进程反复终止：{reason}",
        remedy_en="look at their memory; more workers make smaller buckets",
        remedy_zh="检查工作进程的内存；增加工作进程可使每份任务更小",
        about="A bucket whose worker dies is given to another one; after several deaths we stop.",
    ),
    "missing-part": Wording(
        severity="error",
        exit_code=6,
        en="{part} is not installed",
        zh="缺少组件 {part}",
        remedy_en="pip install 'invledger[{extra}]'",
        remedy_zh="请运行 pip install 'invledger[{extra}]'",
        about="Optional parts are extras of the package, so that the core stays small.",
    ),
    "record-line-bad": Wording(
        severity="error",
        exit_code=3,
        en="line {line} of the input is no entry: {reason}",
        zh="输入第 {line} 行不是有效记录：{reason}",
        remedy_en='write one JSON object a line, such as {"type": "transfer", "item": "SKU-1", …}',
        remedy_zh='每行写一个 JSON 对象，如 {"type": "transfer", "item": "SKU-1", …}',
        about=(
            "`record -` reads one entry a line. Values are texts or plain numbers; several lines "
            "of one document stand in `lines`, a list of objects."
        ),
    ),
    "template-bad": Wording(
        severity="error",
        exit_code=3,
        en="the template cannot be used: {reason}",
        zh="模板无法使用：{reason}",
        remedy_en="correct it, or take it away: the page that comes with the program is used then",
        remedy_zh="更正模板；删除它则使用程序自带的页面",
        about=(
            "`templates/table.html` changes how tables look as HTML. It extends "
            "`invledger/table.html` and may fill the blocks `head` and `foot`."
        ),
    ),
    "template-refused": Wording(
        severity="error",
        exit_code=3,
        en="a template may not use this: {what}",
        zh="模板中不允许使用：{what}",
        remedy_en=(
            "keep to the given values, loops over them, and the filters upper, lower, trim, "
            "length, default"
        ),
        remedy_zh="只使用给出的值、对它们的循环和过滤器 upper、lower、trim、length、default",
        about=(
            "A template of the books is written by people whom the reader may not know. It cannot "
            "call anything, load anything or run for long."
        ),
    ),
    "diff-range": Wording(
        "error", 3,
        "{text} is no range of revisions", "{text} 不是版本范围",
        "write A..B, A.. or A, with names of git commits, branches or tags",
        "请写 A..B、A.. 或 A，其中 A、B 为 git 提交、分支或标签",
        "`A..B` compares two commits, `A` alone or `A..` a commit with the files as they are now.",
    ),
    "diff-part": Wording(
        "error", 3,
        "there is no part {name}", "没有 {name} 这一部分",
        "choose from: {known}", "可选：{known}",
        "`--part` limits `diff` to some of its tables.",
    ),
    "what-if-unclear": Wording(
        "error", 3,
        "{text} is no supposition", "{text} 不是可用的假设",
        "write method=fifo, pool=site or another cost policy, price:ID=12.30, amount:ID=100.00, "
        "date:ID=2026-03-01 or rule:FILE",
        "请写 method=fifo、pool=site 等成本政策，或 price:单据号=12.30、amount:单据号=100.00、"
        "date:单据号=2026-03-01、rule:文件",
        "`--what-if` takes a cost policy and its value, a price, amount or date of a movement, or "
        "a file with a rule. It may be given several times and writes nothing.",
    ),
    "what-if-unknown": Wording(
        "error", 3,
        "there is no cost policy {name}", "没有成本政策 {name}",
        "known: {nearest}", "可用：{nearest}",
        "`--what-if` takes every key of a `cost:` mapping in rules/company.yaml.",
    ),
    "what-if-refused": Wording(
        "error", 3,
        "under `{wish}` the books cannot be costed; findings: {count}",
        "按 `{wish}` 假设无法计价；问题 {count} 项",
        "suppose it for some items only (--item, --category), or complete what is named below",
        "请只对部分存货作此假设（--item、--category），或补全下列单据",
        "Another pool or method may ask of documents what they do not say: a location, a lot, the "
        "receipt that is meant, a price. Nothing is guessed, and nothing of it is wrong as it is.",
    ),
    "what-if-value": Wording(
        "error", 3,
        "{name} cannot be {value}; it can be: {known}",
        "{name} 不能为 {value}，可用：{known}",
        "choose one of these", "请选用其中之一",
        "A supposed policy takes the values that rules/company.yaml may give it; a price is a "
        "plain number, a date one of the calendar.",
    ),
    "what-if-method": Wording(
        "error", 3,
        "there is no cost method {method}; did you mean {nearest}?",
        "没有计价方法 {method}，是否为 {nearest}？",
        "methods: {known}", "可用的计价方法：{known}",
        "`--what-if method=…` takes the methods that rules/company.yaml may name; those that only "
        "management accounts may use need `--management`.",
    ),
    "what-if-movement": Wording(
        "error", 3,
        "no movement or line is called {name}; the nearest is {nearest}",
        "没有单据或行 {name}，最接近的是 {nearest}",
        "name a movement by its id, or one line of it by id/line",
        "请用单据号，或用 单据号/行号 指明其中一行",
        "A supposed price or date belongs to a movement that is in the books.",
    ),
    "cost-view": Wording(
        "error", 3,
        "there is no view {name}", "没有 {name} 这种视图",
        "choose from: {known}", "可选：{known}",
        "`cost --by` shows layers, items, periods or movements.",
    ),
}
