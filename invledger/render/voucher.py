"""A voucher (记账凭证) as text: head, summary, lines with debit and credit, total in words.

In: a `Voucher` with amounts in minor units. Out: lines of text. A red amount is shown negative on
its own side, as red letter asks. The total in Chinese words follows the way cheques are written
(支付结算办法, annex: 零 between gaps, 整 after whole yuan or jiao).
"""

from __future__ import annotations

from collections.abc import Sequence

from invledger.model import Posting, Voucher, format_scaled
from invledger.render.safe import padded, visible, width_of
from invledger.render.text import BOLD, PLAIN, RED
from invledger.render.totals import grouped

_HEADS = {
    "en": ("Voucher", "not booked", "Account", "Debit", "Credit", "Total"),
    "zh": ("记账凭证", "未记账", "科目", "借方金额", "贷方金额", "合计"),
}
_SIGNS = {"new": "+", "gone": "-", "changed": "~"}
_KINDS = {
    "new": ("new", "新增"),
    "gone": ("gone", "消失"),
    "changed": ("changed", "变更"),
}
DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def render_voucher(
    voucher: Voucher, language: str, *, decimals: int = 2, number: str = "", color: bool = False
) -> str:
    """The voucher as text; `number` is its place in the register, '' while it has none."""
    words = _HEADS[language]
    bold, plain = (BOLD, PLAIN) if color else ("", "")
    stands = visible(number) if number else words[1]
    lines = [f"{bold}{words[0]}{plain}  {voucher.date}  {stands}  {visible(voucher.identity)}"]
    told = " ".join(visible(text) for text in (voucher.payee, voucher.narration) if text)
    if told:
        lines.append(f"  {told}")
    return "\n".join([*lines, *_body(voucher, language, decimals, color=color)]) + "\n"


def render_change(  # noqa: PLR0913  a change is a kind and two vouchers
    kind: str,
    before: Voucher | None,
    after: Voucher | None,
    language: str,
    *,
    decimals: int = 2,
    color: bool = False,
) -> str:
    """A voucher that appears, vanishes or changes: lines gone with -, lines new with +."""
    either = after or before
    if either is None:
        raise ValueError("a change has a voucher before or after it")
    said = _KINDS[kind][language == "zh"]
    lines = [f"{_SIGNS[kind]} {said}: {either.date} {visible(either.identity)}"]
    old = _text_lines(before, language, decimals)
    new = _text_lines(after, language, decimals)
    for line in _differences(old, new):
        shade = RED if color and line.startswith("-") else ""
        lines.append(f"{shade}{line}{PLAIN if shade else ''}")
    return "\n".join(lines) + "\n"


def account_shown(account: str) -> str:
    """An account without its root: `Assets:1405-库存商品:SH` is 1405-库存商品:SH."""
    return visible(account.partition(":")[2] or account)


def amount_in_words(minor: int) -> str:
    """An amount of yuan in Chinese words, from minor units of two decimals."""
    yuan, cents = divmod(abs(minor), 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_integer_words(yuan)}元" if yuan else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    if fen:
        text += f"{DIGITS[fen]}分"
    if not fen:
        text = (text or "零元") + "整"
    return ("负" if minor < 0 else "") + text


def _integer_words(number: int) -> str:
    parts: list[str] = []
    gap = False
    for power in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10000**power % 10000
        if not group:
            gap = gap or bool(parts)
            continue
        if parts and (gap or group < 1000):
            parts.append("零")
        parts.append(_group_words(group) + _GROUPS[power])
        gap = False
    return "".join(parts)


def _group_words(group: int) -> str:
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = group // 10**power % 10
        if not digit:
            gap = gap or bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + _PLACES[power]
        gap = False
    return text


def _body(voucher: Voucher, language: str, decimals: int, *, color: bool) -> list[str]:
    words = _HEADS[language]
    rows = [_posting_row(p, decimals) for p in voucher.postings]
    debit = sum(p.debit for p in voucher.postings)
    credit = sum(p.credit for p in voucher.postings)
    total = words[5]
    if language == "zh" and decimals == 2:
        total += f" {amount_in_words(debit)}"
    table = [
        (words[2], words[3], words[4], ""),
        *rows,
        (total, _money(debit, decimals), _money(credit, decimals), ""),
    ]
    widths = [max(width_of(row[at]) for row in table) for at in range(3)]
    return [_line(row, widths, color=color) for row in table]


def _posting_row(posting: Posting, decimals: int) -> tuple[str, str, str, str]:
    debit, credit = posting.debit, posting.credit
    facts = dict(posting.meta)
    quantity = facts.pop("qty", "")
    said = [f"{facts.pop('item')} × {quantity}"] if quantity and "item" in facts else []
    said += [f"{key} {value}" for key, value in facts.items()]
    return (
        account_shown(posting.account),
        _money(debit, decimals) if debit else "",
        _money(credit, decimals) if credit else "",
        visible("  ".join(said)),
    )


def _money(amount: int, decimals: int) -> str:
    return grouped(format_scaled(amount, decimals))


def _line(row: Sequence[str], widths: Sequence[int], *, color: bool) -> str:
    amounts = [
        padded(text, width, right=True) for text, width in zip(row[1:3], widths[1:], strict=True)
    ]
    if color:
        amounts = [f"{RED}{a}{PLAIN}" if a.lstrip().startswith("-") else a for a in amounts]
    return f"  {padded(row[0], widths[0])}  {'  '.join(amounts)}  {row[3]}".rstrip()


def _text_lines(voucher: Voucher | None, language: str, decimals: int) -> list[str]:
    if voucher is None:
        return []
    return render_voucher(voucher, language, decimals=decimals).splitlines()[1:]


def _differences(old: list[str], new: list[str]) -> list[str]:
    if not old:
        return [f"  {line}" for line in new]
    if not new:
        return [f"- {line}" for line in old]
    from difflib import ndiff

    return [line for line in ndiff(old, new) if not line.startswith("?")]
