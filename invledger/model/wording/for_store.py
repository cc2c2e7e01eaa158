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
}  # fmt: skip
