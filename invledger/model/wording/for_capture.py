"""Problem codes of the room `capture`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

_SOURCE = ("Correct the source file and import again; nothing was written.",
           "请更正来源文件后重新导入；未写入任何内容。")  # fmt: skip

CAPTURE: dict[str, Wording] = {
    "import-map-invalid": Wording(
        "error",
        3,
        "the import map is wrong here: {reason}",
        "导入映射文件此处有误：{reason}",
        "Correct the map; its keys are described in `invledger help imports`.",
        "请更正映射文件；各键的说明见 `invledger help imports`。",
        "An import map says how the columns of a source become records. It is checked before any "
        "file is read, so that a mistyped column never makes half an import.",
    ),
    "import-file-missing": Wording(
        "error",
        3,
        "the import map needs the file {file}, which was not given",
        "导入映射需要文件 {file}，但命令中没有给出",
        "Name the file on the command line, or say `optional: true` for it in the map.",
        "请在命令行中给出该文件，或在映射中将其设为 `optional: true`。",
        "A join needs both of its files. Without one of them every row would lack what the "
        "other knows.",
    ),
    "import-file-unknown": Wording(
        "error",
        3,
        "the import map does not know a file named {file}",
        "导入映射中没有名为 {file} 的文件",
        "Leave it out, or describe it under `files:` in the map.",
        "请不要给出该文件，或在映射的 `files:` 中加以说明。",
        "Files are told apart by name. A file that the map does not know would be ignored, and an "
        "ignored file looks like an imported one: so it is refused.",
    ),
    "import-file-unreadable": Wording(
        "error",
        3,
        "this cannot be read as a table: {reason}",
        "无法按表格读取：{reason}",
        "Check the file's encoding and delimiter in the map, and its quotes.",
        "请检查映射中的编码与分隔符，以及文件中的引号。",
        "Encoding and delimiter are named in the map and never guessed.",
    ),
    "import-column-twice": Wording(
        "error",
        3,
        "two columns are named {column}",
        "有两列同名：{column}",
        "Rename one of them in the source.",
        "请在来源文件中将其中一列改名。",
        "A column is found by its name. With two of that name the wrong one might be read.",
    ),
    "import-column-missing": Wording(
        "error",
        3,
        "the file {file} has no column {column}, which the map reads",
        "文件 {file} 没有映射所读取的列 {column}",
        "Correct the column's name in the map; the file has: {known}.",
        "请在映射中更正列名；该文件的列为：{known}。",
        "Sources change their layout between versions. A column that is gone must not read as "
        "empty.",
    ),
    "import-row-width": Wording(
        "error",
        3,
        "this row has {found} fields, the header has {expected}",
        "本行有 {found} 个字段，而表头有 {expected} 个",
        *_SOURCE,
        about="Mostly an unquoted comma in a text: all later cells have moved by one column.",
    ),
    "import-cell-date": Wording(
        "error",
        3,
        "column {column}: '{value}' is no date of the form {formats}",
        "列 {column}：'{value}' 不是 {formats} 形式的日期",
        "Correct the cell, or the date formats in the map; nothing was written.",
        "请更正该单元格或映射中的日期格式；未写入任何内容。",
        "01/02/2026 is January or February, depending on who wrote it; the map says which.",
    ),
    "import-cell-number": Wording(
        "error",
        3,
        "column {column}: '{value}' is no number",
        "列 {column}：'{value}' 不是数字",
        "Correct the cell, or the decimal and thousands marks in the map; nothing was written.",
        "请更正该单元格，或映射中的小数点与千分位符号；未写入任何内容。",
        "Numbers are read by the marks that the map declares, never guessed: 1.234 is one thing "
        "in Berlin and another in Shanghai.",
    ),
    "import-cell-unmapped": Wording(
        "error",
        3,
        "column {column}: the value map {map} does not know '{value}'",
        "列 {column}：值映射 {map} 中没有 '{value}'",
        "Add the value to the map, or leave such rows out with `where`; nothing was written.",
        "请在映射中加入该值，或用 `where` 排除这些行；未写入任何内容。",
        "A value map says what each code of the source means. A new code has no meaning yet, "
        "and is not guessed.",
    ),
    "import-cell-empty": Wording(
        "error",
        3,
        "the field {field} comes out empty",
        "字段 {field} 为空",
        *_SOURCE,
        about="The record needs this field. An empty price is unknown, never zero.",
    ),
    "import-join-missing": Wording(
        "error",
        3,
        "no row of {file} has {key}",
        "{file} 中没有 {key} 的行",
        "Complete that file, or make the join optional in the map; nothing was written.",
        "请补全该文件，或在映射中将此关联设为可选；未写入任何内容。",
        "Movements often stand in one file and their cost in another. A row without its other "
        "half would lose its price.",
    ),
    "import-join-ambiguous": Wording(
        "error",
        3,
        "several rows of {file} have {key}",
        "{file} 中有多行的 {key} 相同",
        "Add key columns to the join until one row is left; nothing was written.",
        "请为关联增加键列，直到只剩一行；未写入任何内容。",
        "With several rows for one key nobody can say which price belongs to the movement.",
    ),
    "import-join-shared": Wording(
        "error",
        3,
        "the row of {file} with {key} already belongs to an earlier row",
        "{file} 中 {key} 的行已属于前面的某一行",
        *_SOURCE,
        about=(
            "One order line can explain one movement. Used twice, its quantity would be counted "
            "twice."
        ),
    ),
    "import-cells-disagree": Wording(
        "error",
        3,
        "{left} says '{left_value}', {right} says '{right_value}'",
        "{left} 为 '{left_value}'，而 {right} 为 '{right_value}'",
        *_SOURCE,
        about=(
            "The map compares two cells that must be equal, such as the quantity received in "
            "two files."
        ),
    ),
    "import-cells-noted": Wording(
        "info",
        0,
        "{left} says '{left_value}', {right} says '{right_value}'; the map takes the row all the "
        "same",
        "{left} 为 '{left_value}'，而 {right} 为 '{right_value}'；按映射仍予导入",
        "Nothing need be done; the map asks for this note.",
        "无需处理；此提示由映射要求给出。",
        "The map compares two cells and takes the row all the same; the difference stands in "
        "the control totals.",
    ),
    "import-unit-unknown": Wording(
        "error",
        3,
        "the item {item} has no unit {unit}",
        "物料 {item} 没有单位 {unit}",
        'Give the item this unit (`units: "{unit}=…"`) first; nothing was written.',
        '请先为该物料设置此单位（`units: "{unit}=…"`）；未写入任何内容。',
        "A quantity in boxes needs to know how many pieces a box holds.",
    ),
    "import-quantity-inexact": Wording(
        "error",
        3,
        "{quantity} of {item} cannot be said exactly in the ledger: {reason}",
        "{item} 的 {quantity} 无法在账中精确表示：{reason}",
        "Give the item more decimals before it is first used, or correct the cell.",
        "请在首次使用前为该物料设置更多小数位，或更正该单元格。",
        "Quantities are exact: what does not fit the item's decimals is refused rather than "
        "rounded.",
    ),
    "import-id-twice": Wording(
        "error",
        3,
        "two rows make the id {id}, with different content; the other stands at {other}",
        "两行生成同一编号 {id} 而内容不同；另一行在 {other}",
        "Make the map's id template name what tells the rows apart, or give it a `line`.",
        "请让映射的编号模板包含区分这些行的列，或设置 `line`。",
        "An id names one record for ever. Two rows with one id and other content would look "
        "like a repeat delivery.",
    ),
    "import-record-differs": Wording(
        "error",
        3,
        "{id} stands in the books with other content than this row: {difference}",
        "账中已有 {id}，且与本行内容不同：{difference}",
        "What was imported is not edited: reverse the movement, or restore the source row.",
        "已导入的内容不作修改：请冲销该单据，或恢复来源行。",
        "The id is made from the source's key. The same key with other content means that the "
        "source was changed after it was imported, which the books must not follow silently.",
    ),
    "import-type-unfit": Wording(
        "error",
        3,
        "the type {type} belongs to the money side and cannot be imported as a movement",
        "类型 {type} 属于资金侧，不能按出入库记录导入",
        "Leave such rows out with `where`, and record payments and collections with "
        "`invledger record`; nothing was written.",
        "请用 `where` 排除这些行，收付款用 `invledger record` 录入；未写入任何内容。",
        "An import makes movements and documents. Payments and collections settle invoices and "
        "need the account that the money went through, which a table of goods does not know.",
    ),
    "import-master-differs": Wording(
        "warning",
        0,
        "{code} already stands in the books with another {field}; the books keep theirs",
        "账中已有 {code}，其 {field} 不同；以账中为准",
        "Change the item, party or location in the books if the source is right.",
        "如来源正确，请在账中修改该物料、往来单位或库位。",
        "Master data in the books are kept by people. An import adds what is missing and "
        "changes nothing.",
    ),
    "import-changed-meanwhile": Wording(
        "error",
        5,
        "the books changed while the import was prepared",
        "准备导入期间账簿发生了变化",
        "Run the import again; nothing was written.",
        "请重新运行导入；未写入任何内容。",
        "Somebody wrote to the books between reading and writing. What was checked against the "
        "old books is not written into the new ones.",
    ),
}
