"""Problem codes of the rooms `store`, `vcs`, `books`, `render` and `cli`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

STORE: dict[str, Wording] = {
    "root-missing": Wording(
        "error", 3,
        "no company: neither {folder} nor any above has `ledgers/` and `rules/`",
        "找不到账套：{folder} 及其上级文件夹中没有并列的 `ledgers/` 与 `rules/`",
        "go to the company's folder, name it with --root or INVLEDGER_ROOT, or make one: "
        "invledger init FOLDER",
        "进入账套文件夹，或用 --root、INVLEDGER_ROOT 指明，或新建：invledger init 文件夹",
        "A company is a folder that holds `ledgers/` and `rules/`. The search goes upward and "
        "stops at the top of the git repository.",
    ),
    "file-missing": Wording(
        "error", 3, "the file does not exist", "文件不存在",
        "restore it from git, or make the company anew with invledger init",
        "用 git 恢复该文件，或用 invledger init 新建账套",
        "A file that the books need is not there.",
    ),
    "file-not-plain": Wording(
        "error", 3,
        "this is a link, a pipe or a device, not a plain file",
        "这不是普通文件（是链接、管道或设备）",
        "replace it by the file itself", "用真正的文件替换它",
        "Books are read from plain files inside the company's folder only; a link could lead "
        "outside of it.",
    ),
    "file-too-large": Wording(
        "error", 3,
        "the file has {size} bytes; the limit is {limit}", "文件有 {size} 字节，上限为 {limit}",
        "split it: one file a day and device", "请拆分：每天每台设备一个文件",
        "A limit on everything keeps a damaged or hostile file from taking the machine's memory.",
    ),
    "file-name-bad": Wording(
        "error", 3, "the file's name is not valid UTF-8", "文件名不是有效的 UTF-8",
        "rename the file", "请重命名该文件",
        "Names of files appear in messages and in git; they must be text.",
    ),
    "file-unreadable": Wording(
        "error", 6, "the file cannot be read: {reason}", "无法读取文件：{reason}",
        "check the permissions of the file and of the folders above", "检查文件及上级文件夹的权限",
        "The operating system refused to open or read the file.",
    ),
    "files-too-many": Wording(
        "error", 3, "more than {limit} files in one folder tree", "文件夹中的文件超过 {limit} 个",
        "is this the right folder? one file a day and device is enough",
        "请确认文件夹是否正确；每天每台设备一个文件即可",
        "A limit on everything keeps a damaged or hostile tree from taking the machine's time.",
    ),
    "folders-too-deep": Wording(
        "error", 3, "folders nest deeper than {limit}", "文件夹嵌套超过 {limit} 层",
        "keep to the layout <folder>/YYYY/MM/", "请按 <文件夹>/YYYY/MM/ 存放",
        "Ledgers lie three folders deep.",
    ),
    "yaml-syntax": Wording(
        "error", 3, "not valid YAML: {reason}",
        "YAML 语法错误：{reason}",
        "correct the line; indentation is two blanks, never tabs",
        "修正该行；缩进用两个空格，不用制表符",
        "Rules are plain YAML: mappings, lists and text.",
    ),
    "yaml-tag": Wording(
        "error", 3, "YAML tags and directives are not allowed", "不允许使用 YAML 标签和指令",
        "take away what begins with ! or %", "删除以 ! 或 % 开头的内容",
        "A tag asks the reader to build something other than text; every value of a rule is text.",
    ),
    "yaml-alias": Wording(
        "error", 3, "YAML anchors and aliases are not allowed", "不允许使用 YAML 锚点和别名",
        "write the text out where it is needed", "请在需要处直接写出内容",
        "Aliases of 271 bytes can stand for millions of values; rules are short: write them out.",
    ),
    "yaml-merge": Wording(
        "error", 3, "YAML merge keys (<<) are not allowed", "不允许使用 YAML 合并键（<<）",
        "write the entries out", "请直接写出各条目",
        "Merge keys need aliases, which are refused.",
    ),
    "yaml-duplicate": Wording(
        "error", 3, "the key `{key}` stands twice in one mapping",
        "同一映射中键 `{key}` 出现两次",
        "keep one of them", "只保留一个",
        "Plain YAML readers let the last one win silently; a rule must not depend on that.",
    ),
    "yaml-depth": Wording(
        "error", 3, "nested deeper than {limit}", "嵌套超过 {limit} 层",
        "rules need no more than six levels", "规则不需要超过六层嵌套",
        "Deep nesting serves no rule and can exhaust a reader.",
    ),
    "yaml-size": Wording(
        "error", 3, "the file has {size} bytes; a rule file may have {limit}",
        "文件有 {size} 字节，规则文件上限为 {limit}",
        "split it", "请拆分文件", "A limit on everything.",
    ),
    "yaml-key": Wording(
        "error", 3, "a key must be plain text", "键必须是普通文本",
        "use a word as the key", "用单词作键",
        "Keys that are lists or mappings mean nothing here.",
    ),
    "yaml-documents": Wording(
        "error", 3, "more than one document in a file", "一个文件中有多个文档",
        "one file, one document: take away `---`", "一个文件只放一个文档：删除 `---`",
        "Only the first document would be read.",
    ),
    "text-encoding": Wording(
        "error", 3, "not valid UTF-8", "不是有效的 UTF-8",
        "save the file as UTF-8", "请将文件另存为 UTF-8", "All files of a company are UTF-8.",
    ),
    "text-control": Wording(
        "error", 3, "the character {character} is not allowed here",
        "此处不允许字符 {character}",
        "take it away; most editors can show such characters",
        "请删除；多数编辑器可显示不可见字符",
        "Control, bidirectional and zero-width characters make text look other than it is.",
    ),
    "locked": Wording(
        "error", 5, "another process has been writing here for {seconds} s",
        "另一进程正在写入（已等待 {seconds} 秒）",
        "wait and try again; if no other invledger is running, check the file system's locks: "
        "invledger doctor",
        "稍后重试；若无其他 invledger 在运行，请用 invledger doctor 检查文件系统锁",
        "Only one process at a time may write to a file or post vouchers.",
    ),
    "disk-full": Wording(
        "error", 6, "no space left: nothing was written", "磁盘空间不足：未写入任何内容",
        "free some space and run the command again", "释放空间后重新执行命令",
        "The file was cut back to what it was before; nothing was acknowledged.",
    ),
    "file-unwritable": Wording(
        "error", 6, "cannot be written: {reason}", "无法写入：{reason}",
        "check permissions and the disk: invledger doctor", "检查权限和磁盘：invledger doctor",
        "The operating system refused. What was there before is still there.",
    ),
    "tail-torn": Wording(
        "warning", 0, "the last {bytes} bytes were part of an unfinished block; moved to {side}",
        "末尾 {bytes} 字节属于未写完的记录，已移至 {side}",
        "the record was never acknowledged: enter it again, then delete the side file",
        "该记录从未确认：请重新录入，然后删除旁路文件",
        "A crash cut off a record while it was being written. Nothing acknowledged was lost.",
    ),
    "foreign-killed": Wording(
        "error", 3, "beancount's parser gave up on this file ({reason})",
        "beancount 解析器无法处理该文件（{reason}）",
        "look for arithmetic such as 1/0, deep parentheses or a huge number",
        "检查是否有 1/0 之类的算式、过深的括号或过大的数字",
        "Text that our own reader does not know goes to beancount's parser in a child process "
        "with limits of memory and time; it died there.",
    ),
    "foreign-late": Wording(
        "error", 3, "beancount's parser took more than {seconds} s on this file",
        "beancount 解析器处理该文件超过 {seconds} 秒",
        "split the file, or write it in the plain form that invledger prints",
        "请拆分文件，或按 invledger 输出的普通格式书写",
        "See foreign-killed.",
    ),
    "git-missing": Wording(
        "error", 6, "git is not installed", "未安装 git",
        "install git (Debian: apt install git)", "请安装 git（Debian：apt install git）",
        "Books as of a revision, the audit stamp and reviews need git; reading a folder does not.",
    ),
    "git-failed": Wording(
        "error", 6, "git failed: {reason}", "git 执行失败：{reason}",
        "try the same in the repository with git itself: git status, git fsck",
        "在仓库中直接运行 git 查看：git status、git fsck",
        "A git command that invledger needed did not succeed.",
    ),
    "revision-unknown": Wording(
        "error", 3, "no commit is called {revision}", "没有名为 {revision} 的提交",
        "git log shows the commits; a branch, a tag or an id will do",
        "用 git log 查看提交；可用分支、标签或提交号",
        "--at names a commit: the books as they were known then.",
    ),
    "revision-without-books": Wording(
        "error", 3, "the commit {revision} has no folder {folder}",
        "提交 {revision} 中没有文件夹 {folder}",
        "choose a commit in which the company was there", "请选择该账套已存在的提交",
        "The company's folder did not exist at that commit.",
    ),
    "device-bad": Wording(
        "error", 3, "{device} is no device name", "{device} 不是有效的设备名",
        "use capital letters and digits, at most 16, a letter first: SH1",
        "请用大写字母和数字（字母开头，最多 16 位），例如 SH1",
        "A device name begins every id that the device makes and names its files.",
    ),
    "state-folder-missing": Wording(
        "error", 6, "no folder for the device's counter ({reason})",
        "没有可用的设备状态文件夹（{reason}）",
        "set XDG_STATE_HOME or HOME to a folder you may write to",
        "请将 XDG_STATE_HOME 或 HOME 设为可写的文件夹",
        "Ids are counted on the device, outside the books, so that a number is never given twice.",
    ),
    "post-needed": Wording(
        "error", 1, "the vouchers on disk are not what follows from the sources",
        "磁盘上的凭证与按来源推导的结果不一致",
        "look with invledger post --dry-run, then run invledger post",
        "先用 invledger post --dry-run 查看，再运行 invledger post",
        "post --check compares every voucher file byte for byte with what derives now.",
    ),
    "book-unposted": Wording(
        "error", 1, "vouchers of this day are not posted", "该日凭证尚未过账",
        "run invledger post, review, then book", "请先运行 invledger post 并复核，再记账",
        "Only vouchers that stand on disk exactly as they derive can be booked.",
    ),
    "book-same-person": Wording(
        "error", 4, "{person} prepared the vouchers and cannot review them",
        "{person} 是制单人，不能复核自己的凭证",
        "let somebody else review", "请由他人复核",
        "Preparer and reviewer are different people (制单与复核分离).",
    ),
    "book-period-closed": Wording(
        "error", 4, "the period {period} is closed", "会计期间 {period} 已结账",
        "correct it in the open period, or reopen the period", "请在未结账期间更正，或先反结账",
        "Nothing is booked into a closed period.",
    ),
    "record-type-unknown": Wording(
        "error", 3, "no movement type is called {type}; nearest: {nearest}",
        "没有名为 {type} 的出入库类型；最接近的是 {nearest}",
        "list them: invledger help movements; or add rules/movements/{type}.yaml",
        "查看：invledger help movements；或新增 rules/movements/{type}.yaml",
        "Types are data: each has a file in rules/movements/.",
    ),
    "record-value-bad": Wording(
        "error", 3, "{name}: `{value}` cannot be read", "{name}：无法识别“{value}”",
        "expected: {wanted}", "应填写：{wanted}",
        "A value typed or scanned does not have the form that its field needs.",
    ),
    "record-value-missing": Wording(
        "error", 3, "{type} needs {name}", "{type} 需要填写 {name}",
        "give --{name}", "请填写 --{name}", "The rule of the type asks for this field.",
    ),
    "record-value-unknown": Wording(
        "error", 3, "{type} knows no field {name}", "{type} 没有字段 {name}",
        "names are lower-case letters, digits and hyphens", "字段名由小写字母、数字和连字符组成",
        "Fields are named as metadata keys are.",
    ),
    "record-item-unknown": Wording(
        "error", 3, "no item is called {item}; nearest: {nearest}",
        "没有名为 {item} 的存货；最接近的是 {nearest}",
        "add it: invledger item add", "请先新增：invledger item add",
        "Every movement names an item of ledgers/items.beancount, by code or SKU.",
    ),
    "record-unit-unknown": Wording(
        "error", 3, "{item} has no unit {unit}; it has {known}",
        "{item} 没有单位 {unit}；可用：{known}",
        "use one of them, or add the unit to the item", "请用其中之一，或为存货添加该单位",
        "Other units are exact multiples of the base unit: units: \"BOX=24\".",
    ),
    "record-quantity-inexact": Wording(
        "error", 3, "{entered} is no exact quantity of {item} with {decimals} decimals",
        "{entered} 折算后超出 {item} 的 {decimals} 位小数精度",
        "enter a quantity that converts exactly", "请录入可精确折算的数量",
        "Conversions are exact; nothing is rounded on the way into the books.",
    ),
    "record-location-needed": Wording(
        "error", 3, "{type} needs a location for --{side}; there are {known}",
        "{type} 需要用 --{side} 指明库位，可选：{known}",
        "give --{side}, by the whole name or the end of it (Main)",
        "请填写 --{side}，可写全名或末段（如 Main）",
        "The rule allows several locations; the program does not guess.",
    ),
    "record-location-unknown": Wording(
        "error", 3, "no location is called {location}; nearest: {nearest}",
        "没有名为 {location} 的库位；最接近的是 {nearest}",
        "add it: invledger location add", "请先新增：invledger location add",
        "Locations stand in ledgers/locations.beancount.",
    ),
    "record-party-unknown": Wording(
        "error", 3, "no party is called {party}; nearest: {nearest}",
        "没有名为 {party} 的往来单位；最接近的是 {nearest}",
        "add it: invledger party add", "请先新增：invledger party add",
        "Parties stand in ledgers/parties.beancount.",
    ),
    "record-period-closed": Wording(
        "error", 4, "{date} lies in the closed period {period}", "{date} 属于已结账期间 {period}",
        "date it in the open period", "请记入未结账期间",
        "A closed period takes no new movement; corrections go into the open one.",
    ),
    "record-id-taken": Wording(
        "error", 5, "the id {id} is taken by a movement with other content",
        "编号 {id} 已被内容不同的记录占用",
        "use a new id; correct the old movement by a reversal", "请使用新编号；更正旧记录请用红冲",
        "The same id with the same content is a repeat delivery and is accepted once.",
    ),
    "master-exists": Wording(
        "error", 5, "{code} is already there", "{code} 已存在",
        "choose another code; a later change is custom \"set\" with a date",
        "请换用其他编码；以后的变更用带日期的 custom \"set\"",
        "Codes are unique and are never given to another thing.",
    ),
    "master-name-bad": Wording(
        "error", 3, "{code} cannot be a code", "{code} 不能作为编码",
        "use letters, digits, hyphen, dot; see invledger help items",
        "请用字母、数字、连字符、点；见 invledger help items",
        "Codes become commodities, account components and links; their characters are limited.",
    ),
    "init-not-empty": Wording(
        "error", 5,
        "{folder} already holds files of a company ({count}, this one first); nothing was written",
        "{folder} 中已有账套文件（{count} 个，此为其一），未写入任何内容",
        "choose an empty folder", "请选择空文件夹",
        "init never overwrites a file.",
    ),
    "init-sample-missing": Wording(
        "error", 6, "the installed package lacks its folder {folder}",
        "安装包缺少文件夹 {folder}",
        "install invledger anew", "请重新安装 invledger",
        "Rules, charts and templates of a new company are copied from the package.",
    ),
    "init-chart-unknown": Wording(
        "error", 3, "no chart is called {chart}; there are {known}",
        "没有名为 {chart} 的科目表；可用：{known}",
        "use one of them", "请选用其中之一", "Charts are data packs in rules/charts/.",
    ),
}  # fmt: skip
