"""Problem codes of the room `ledger`: what stands in a file, and what its records say."""

from __future__ import annotations

from invledger.model.wording.entry import Wording
from invledger.model.wording.for_ledger_master import LEDGER_MASTER
from invledger.model.wording.for_ledger_text import LEDGER_TEXT

_MOVEMENTS: dict[str, Wording] = {
    "id-missing": Wording(
        "error", 3,
        "This record has no `id:`.", "此记录缺少 `id:`。",
        "Give it an id that nobody else uses, such as \"SH1-260105-0001\".",
        "请填写全公司唯一的编号，例如 \"SH1-260105-0001\"。",
        "The id is made where the movement is made; it tells a repeat delivery from a second one.",
    ),
    "id-unclear": Wording(
        "error", 3,
        "`{text}` cannot be an id.", "`{text}` 不能用作编号。",
        "Use letters, digits, `-`, `.` and `_`, a letter or digit first, at most 64 in all.",
        "请只用字母、数字、汉字、`-`、`.`、`_`，以字母或数字开头，最多 64 个字符。",
        "Citations are written `<id>/<line>=<quantity>`, adjustments end in `~1`, and ids that "
        "only look alike would be two movements that nobody can tell apart.",
    ),
    "type-missing": Wording(
        "error", 3,
        "Movement `{id}` has no `type:`.", "记录 `{id}` 缺少 `type:`（出入库类型）。",
        "Name a movement type that has a rule in rules/movements/.",
        "请填写 rules/movements/ 中已有规则的类型。",
        "Without a type nobody can say what the movement means for cost and vouchers.",
    ),
    "movement-shape": Wording(
        "error", 3,
        "Movement `{id}` has {postings} postings; a line is two of them, side by side.",
        "记录 `{id}` 有 {postings} 条分录；每一行必须是相邻的两条。",
        "Write for each line where the goods go (positive) and where they come from (negative).",
        "每行请写两条：货物去处（正数）与来处（负数）。",
        "A line is two adjacent postings of one item with opposite quantities.",
    ),
    "line-not-opposite": Wording(
        "error", 3,
        "These two postings are no line: {first} against {second}.",
        "这两条分录不成一行：{first} 对 {second}。",
        "Write the same item with opposite quantities in both.",
        "两条须为同一存货、数量相反。",
        "beancount accepts +100 A against -100 B; invledger checks every line per item.",
    ),
    "price-differs": Wording(
        "error", 3,
        "The two postings of this line have different prices: `{first}` and `{second}`.",
        "同一行两条分录的价格不同：`{first}` 与 `{second}`。",
        "Write the same `@` price on both, or none.", "两条写相同的 `@` 价格，或都不写。",
        "The price belongs to the line, so it stands on both of its postings alike.",
    ),
    "price-and-amount": Wording(
        "error", 3,
        "This line states a price and an amount.", "此行既写了单价又写了金额。",
        "Keep `@` where the total is an exact multiple, else `amount:`.",
        "能整除时保留 `@` 单价，否则只写 `amount:`。",
        "Two statements of one value can disagree; one of them is enough.",
    ),
    "amount-unclear": Wording(
        "error", 3,
        "`{text}` is no amount of money.", "`{text}` 不是金额。",
        "Write a number with no more decimals than the currency has, and the currency: 10.00 CNY.",
        "请写数字（小数位不超过币种）和币种：10.00 CNY。",
        "Money is an integer of minor units; nothing is rounded while reading.",
    ),
    "price-unclear": Wording(
        "error", 3,
        "`{text}` is no price.", "`{text}` 不是价格。",
        "Write a number that is not negative, with at most 10 decimals.",
        "请写非负数字，小数不超过 10 位。",
        "Prices are kept exactly, with ten decimals.",
    ),
    "price-negative": Wording(
        "error", 3,
        "The price {text} is below zero.", "单价 {text} 小于零。",
        "Write the price without the sign; to undo a movement, enter its return or reversal.",
        "请写不带负号的单价；冲减请录入退货单或冲销单。",
        "A price says what a unit is worth; the quantities of the two legs say the direction.",
    ),
    "currency-foreign": Wording(
        "error", 3,
        "The price of `{id}` is in `{text}`, and no exchange rate of it is known.",
        "`{id}` 的价格币种为 `{text}`，没有它的汇率。",
        "Add a `price {text}` directive to prices.beancount, or `rate:` to the movement.",
        "请在 prices.beancount 中补充 `price {text}`，或在单据上写 `rate:`。",
        "A foreign price is converted at the rate of its date, which the goods then keep.",
    ),
    "posting-odd": Wording(
        "error", 3,
        "The posting on `{account}` has a form that has no meaning here.",
        "`{account}` 的分录写法在此无意义。",
        "Write account, number and commodity; no cost in braces, no flag, no missing number.",
        "只写科目、数量和币种/存货；不写花括号成本、标记，也不省略数字。",
        "Costs are computed by invledger's kernel, never written in braces.",
    ),
    "line-missing": Wording(
        "error", 3,
        "Movement `{id}` has several lines; this one has no `line:`.",
        "记录 `{id}` 有多行，此行缺少 `line:`。",
        "Number the lines `line: 1`, `line: 2` …", "请依次编号 `line: 1`、`line: 2` ……",
        "Returns and invoices cite lines by number, so numbers are never reused.",
    ),
    "line-twice": Wording(
        "error", 3,
        "Movement `{id}` has line {line} twice.", "记录 `{id}` 的行号 {line} 重复。",
        "Give each line its own number.", "每行使用不同的行号。",
        "Returns and invoices cite lines by number, so numbers are never reused.",
    ),
    "line-unclear": Wording(
        "error", 3,
        "`{line}` is no line number.", "`{line}` 不是行号。",
        "Write a whole number from 1.", "请写从 1 开始的整数。",
        "The number of a line is how others cite it: `SH1-260105-0001/2`. It is never used "
        "again.",
    ),
    "rank-unclear": Wording(
        "error", 3,
        "`{rank}` is no rank.", "`{rank}` 不是次序号。",
        "Write a whole number from 0 to 999.", "请写 0 到 999 的整数。",
        "The rank orders the movements of a day before their time and id.",
    ),
    "time-unclear": Wording(
        "error", 3,
        "`{text}` is no time of day.", "`{text}` 不是时刻。",
        "Write \"HH:MM\" or \"HH:MM:SS\".", "请写 \"时:分\" 或 \"时:分:秒\"。",
        "The time decides the order within a day, for example `time: \"14:05\"`.",
    ),
    "expiry-unclear": Wording(
        "error", 3,
        "`{text}` is no date of the calendar.", "`{text}` 不是有效日期。",
        "Write YYYY-MM-DD.", "请写 YYYY-MM-DD。",
        "The date decides whether goods may be delivered, for example `expiry: 2027-01-05`.",
    ),
    "metadata-twice": Wording(
        "error", 3,
        "The metadata key `{key}` stands here twice.", "元数据键 `{key}` 重复。",
        "Keep one of them.", "请只保留一个。",
        "Two values for one key: one of them would be lost without a word.",
    ),
    "metadata-key": Wording(
        "error", 3,
        "`{key}` is no metadata key.", "`{key}` 不能作元数据键。",
        "Use small letters, digits and hyphens, a letter first.",
        "只用小写字母、数字和连字符，以字母开头。",
        "Keys match [a-z][a-z0-9-]+; `filename` and `lineno` belong to beancount.",
    ),
    "metadata-second-leg": Wording(
        "error", 3,
        "`{key}:` stands on the second posting of a line.", "`{key}:` 写在了一行的第二条分录上。",
        "Move it to the first posting of the line.", "请移到该行的第一条分录下。",
        "The facts of a line stand on its first posting, where they are read; on the second "
        "they would be overlooked.",
    ),
    "flag-unusual": Wording(
        "warning", 1,
        "This movement bears the flag `{flag}`, and counts all the same.",
        "此记录带标记 `{flag}`，仍计入账内。",
        "Write `*`; what is not certain belongs in ledgers/drafts/.",
        "请改为 `*`；未确认的放入 ledgers/drafts/。",
        "beancount uses `!` for what is uncertain. Here everything in the books counts; what is "
        "uncertain waits in ledgers/drafts/.",
    ),
    "directive-ignored": Wording(
        "warning", 1,
        "`{kind}` says nothing in this file and is ignored.",
        "`{kind}` 在此文件中无作用，已忽略。",
        "Move it to the file where it belongs, or delete it.", "请移到应在的文件，或删除。",
        "Each file of master data holds one kind of thing. What stands in another file looks as "
        "if it were in force, and is not.",
    ),
    "item-unknown": Wording(
        "error", 3,
        "`{id}` moves the item `{name}`, which nobody defined. The nearest is `{nearest}`.",
        "`{id}` 使用了未定义的存货 `{name}`。最接近的是 `{nearest}`。",
        "Correct the code, or add the item: invledger item add.",
        "请改正编码，或添加存货：invledger item add。",
        "Every item is defined once in items.beancount, with its unit and decimals. A mistyped "
        "code would otherwise become a second item.",
    ),
    "location-unknown": Wording(
        "error", 3,
        "`{id}` names the location `{name}`, which nobody opened. The nearest is `{nearest}`.",
        "`{id}` 使用了未开立的库位 `{name}`。最接近的是 `{nearest}`。",
        "Correct the name, or add the location: invledger location add.",
        "请改正名称，或添加库位：invledger location add。",
        "Every place is opened once in locations.beancount. Goods at a mistyped place would be "
        "lost to every count.",
    ),
    "party-unknown": Wording(
        "error", 3,
        "`{id}` names the party `{name}`, which nobody defined. The nearest is `{nearest}`.",
        "`{id}` 使用了未定义的往来单位 `{name}`。最接近的是 `{nearest}`。",
        "Correct the code, or add the party: invledger party add.",
        "请改正编码，或添加往来单位：invledger party add。",
        "Every supplier and customer is defined once in parties.beancount; what is owed is "
        "summed by this code.",
    ),
    "type-unknown": Wording(
        "error", 3,
        "`{id}` has the type `{name}`, which has no rule. The nearest is `{nearest}`.",
        "`{id}` 的类型 `{name}` 没有规则。最接近的是 `{nearest}`。",
        "Correct the type, or add rules/movements/{name}.yaml.",
        "请改正类型，或添加 rules/movements/{name}.yaml。",
        "The rule of a type says what a movement means for cost and vouchers. A company adds a "
        "type of its own by adding a rule file.",
    ),
    "unit-unknown": Wording(
        "error", 3,
        "`{unit}` is no unit of item `{item}`. The nearest is `{nearest}`.",
        "`{unit}` 不是存货 `{item}` 的计量单位。最接近的是 `{nearest}`。",
        "Correct the unit, or add it to `units:` of the item.",
        "请改正单位，或在存货的 `units:` 中添加。",
        "A quantity in another unit needs its conversion, such as `units: \"BOX=24\"`; a box "
        "taken for a piece is wrong by a factor of 24.",
    ),
    "entered-unclear": Wording(
        "error", 3,
        "What was entered, `{text}`, cannot be read.", "录入内容 `{text}` 无法识别。",
        "Write `entered: \"5 BOX\"` and, if need be, `entered-price: \"56.40 CNY\"`.",
        "请写 `entered: \"5 BOX\"`，必要时加 `entered-price: \"56.40 CNY\"`。",
        "`entered:` keeps what was typed, beside the quantity in base units: `entered: \"5 "
        "BOX\"`.",
    ),
    "entered-differs": Wording(
        "error", 3,
        "`{text}` is {converted} {unit} of `{item}`, but the posting says {quantity}.",
        "`{text}` 折合 `{item}` {converted} {unit}，但分录为 {quantity}。",
        "Correct the quantity, what was entered, or the item's `units:`.",
        "请改正数量、录入内容或存货的 `units:`。",
        "One box of 150 pieces with a price per box is the classic hundred-fold error.",
    ),
    "entered-price-differs": Wording(
        "error", 3,
        "The entered price `{text}` does not give the line's price.",
        "录入价格 `{text}` 与此行单价不一致。",
        "Correct one of them; where the unit price is not exact, write `amount:`.",
        "请改正其一；单价除不尽时写 `amount:`。",
        "A price always names its unit; conversions are exact.",
    ),
    "quantity-unclear": Wording(
        "error", 3,
        "`{quantity}` is no quantity of `{item}`, which has {decimals} decimals ({unit}).",
        "`{quantity}` 不是 `{item}` 的数量：该存货小数位为 {decimals}（{unit}）。",
        "Write a number with no more decimals than the item has.",
        "小数位不得超过存货设定。",
        "An item says how many decimals its quantities have; half a bottle, or a gram of what "
        "is counted in kilograms to one decimal, cannot be kept.",
    ),
    "quantity-zero": Wording(
        "error", 3,
        "`{id}` moves zero of `{item}`.", "`{id}` 中 `{item}` 的数量为零。",
        "Delete the line, or write the quantity.", "请删除此行或填写数量。",
        "A blank is not a zero and a zero is no movement.",
    ),
    "movement-differs": Wording(
        "error", 5,
        "`{id}` stands here with other content than at {other}.",
        "`{id}` 与 {other} 处的同编号记录内容不同。",
        "Give one of them a new id if both happened; else delete the wrong one.",
        "若两者都发生过，请给其中一个新编号；否则删除错误的一个。",
        "The same id with the same content is a repeat delivery and counts once.",
    ),
}  # fmt: skip

LEDGER: dict[str, Wording] = {**LEDGER_TEXT, **_MOVEMENTS, **LEDGER_MASTER}
