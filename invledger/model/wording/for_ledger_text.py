"""Problem codes of the room `ledger`: the pre-scan, the parsers, blocks and their checksums."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

LEDGER_TEXT: dict[str, Wording] = {
    "ledger-too-large": Wording(
        "error", 3,
        "The file has {bytes} bytes; the limit is {limit}.",
        "文件有 {bytes} 字节，上限为 {limit}。",
        "Split it: one file a device and day.", "请按设备和日期拆分文件。",
        "A ledger file is one device's day, some kilobytes. A huge one is a mistake or an "
        "attack on the memory of whoever reads the books.",
    ),
    "text-not-utf8": Wording(
        "error", 3,
        "This byte is no UTF-8.", "此处不是 UTF-8 编码。",
        "Save the file as UTF-8.", "请将文件保存为 UTF-8。",
        "Ledgers are UTF-8 on every machine. A file saved in GBK reads as other text elsewhere, "
        "and its codes no longer match.",
    ),
    "byte-order-mark": Wording(
        "error", 3,
        "The file starts with a byte-order mark.", "文件以字节顺序标记（BOM）开头。",
        "Save it as UTF-8 without BOM.", "请保存为无 BOM 的 UTF-8。",
        "The mark is invisible, and beancount takes it for part of the first line.",
    ),
    "carriage-return": Wording(
        "error", 3,
        "The file has carriage returns.", "文件含有回车符（CR）。",
        "Save it with Unix line ends (LF).", "请使用 Unix 换行（LF）。",
        "Line ends change digests; every file of the books ends its lines with LF alone.",
    ),
    "character-refused": Wording(
        "error", 3,
        "The invisible character {name} stands here.", "此处有不可见字符 {name}。",
        "Delete it.", "请删除。",
        "Control, bidirectional and zero-width characters make text read other than it is.",
    ),
    "text-not-normal": Wording(
        "error", 3,
        "This line is not in Unicode form NFC.", "此行不是 Unicode NFC 规范形式。",
        "Convert the file to NFC.", "请将文件转换为 NFC。",
        "Two spellings of one name would look alike and count as two.",
    ),
    "line-too-long": Wording(
        "error", 3,
        "This line has {bytes} bytes; the limit is {limit}.",
        "此行有 {bytes} 字节，上限为 {limit}。",
        "Shorten it.", "请缩短。",
        "No line that people or printers write is that long; a review would not show its end.",
    ),
    "movements-too-many": Wording(
        "error", 3,
        "The file has {count} entries; the limit is {limit}.",
        "文件有 {count} 条记录，上限为 {limit}。",
        "Split it: one file a device and day.", "请按设备和日期拆分文件。",
        "A file holds one device's day. Small files keep branches apart and make a merge "
        "readable.",
    ),
    "directive-refused": Wording(
        "error", 3,
        "`{word}` is refused in the books.", "账簿中不允许 `{word}`。",
        "Delete the line.", "请删除此行。",
        "beancount's loader would import what `plugin` names; pushed tags and metadata change"
        " records from afar; Fava loads extensions by `custom \"fava-extension\"`.",
    ),
    "option-refused": Wording(
        "error", 3,
        "The option `{option}` is refused.", "不允许选项 `{option}`。",
        "Delete the line; allowed are title and operating_currency.",
        "请删除此行；只允许 title 与 operating_currency。",
        "Options of beancount change how a ledger is read, its tolerances and names, or where "
        "documents are sought. The entry files alone say them.",
    ),
    "include-refused": Wording(
        "error", 3,
        "`include \"{target}\"` is refused here.", "此处不允许 `include \"{target}\"`。",
        "Delete the line: files are found by their folder.", "请删除此行：文件按所在文件夹读取。",
        "Only the two entry files include, and only with their fixed text.",
    ),
    "path-refused": Wording(
        "error", 3,
        "The path `{target}` leaves the tree.", "路径 `{target}` 超出账簿目录。",
        "Write a relative path without `..`.", "请写不含 `..` 的相对路径。",
        "A document outside the tree would not travel with the repository, and would read files "
        "of the machine that opens the books.",
    ),
    "arithmetic-refused": Wording(
        "error", 3,
        "There is arithmetic in this line.", "此行含有算式。",
        "Write the result.", "请直接写结果。",
        "A division by zero in an amount kills beancount's parser.",
    ),
    "number-too-long": Wording(
        "error", 3,
        "A number in this line has more than {limit} digits.",
        "此行的数字超过 {limit} 位。",
        "Write fewer digits.", "请减少位数。",
        "Amounts and quantities are exact to 28 digits, in beancount too. More digits are a "
        "typing error.",
    ),
    "key-reserved": Wording(
        "error", 3,
        "The metadata key `{key}` belongs to beancount.", "元数据键 `{key}` 为 beancount 保留。",
        "Use another key.", "请换用其他键名。",
        "beancount keeps `filename` and `lineno` for itself and would overwrite them without a "
        "word.",
    ),
    "syntax": Wording(
        "error", 3,
        "This is no beancount syntax: {said}", "此处不符合 beancount 语法：{said}",
        "Correct the line.", "请改正此行。",
        "The file is plain beancount: bean-check, Fava and invledger must all be able to read "
        "it.",
    ),
    "text-with-line-break": Wording(
        "error", 3,
        "A text of this record goes over several lines or holds a tab or control character.",
        "此记录的文本跨行，或含制表符、控制字符。",
        "Write each text on one line, without them.", "每段文本请写在一行内，不含这些字符。",
        "Every text stands on one line, so that a block can be read, compared and checked line "
        "by line.",
    ),
    "block-torn": Wording(
        "error", 3,
        "This block was cut off while it was written.", "此段在写入时被截断。",
        "Run `invledger doctor`, which moves the torn end aside; then enter it again.",
        "请运行 `invledger doctor` 将残段移开，然后重新录入。",
        "A block that the program writes ends with its checksum; this one does not.",
    ),
    "block-edited": Wording(
        "warning", 1,
        "This block was changed after the program wrote it.", "此段在程序写入后被改动。",
        "If the change is meant, delete the `; sum:` line; else restore the block from git.",
        "若确需改动，请删除 `; sum:` 行；否则用 git 恢复。",
        "The last line of a block written by the program is a checksum over the lines above it.",
    ),
}  # fmt: skip
