"""The manual's pages: texts of `invledger/manual/<language>/`, Problem codes, commands."""

from __future__ import annotations

import re
from importlib.resources import files

from invledger.model.wording import WORDINGS, Wording

#: In reading order; `problems` is made from the catalogue, the rest are files.
TOPICS: dict[str, tuple[str, str]] = {
    "start": ("From nothing to a trial balance", "从零到试算平衡"),
    "formats": ("The files of a company", "账套的文件格式"),
    "movements": ("Movement types and documents", "出入库类型与单据"),
    "rules": ("How a movement becomes a voucher", "规则：由出入库生成凭证"),
    "costs": ("Cost methods, pools, returns, negative stock", "成本计价、成本池、退货、负库存"),
    "values": ("Late value, write-downs, currencies", "后到成本、调整、跌价、外币"),
    "orders": ("Work orders: output, estimates, settlement", "生产工单：产出、暂估与结转"),
    "methods": ("Methods, prices and changes of policy", "计价方法、价格与政策变更"),
    "cost": ("Costs by item and movement, --what-if", "存货成本明细与假设分析"),
    "diff": ("The accounting effect of a change", "变更的账务影响"),
    "vouchers": ("Vouchers, red letter, adjustments", "记账凭证、红字、调整凭证"),
    "register": ("Booking: numbers that never change", "记账与凭证编号"),
    "closing": ("Closing a period, opening it again", "结账与反结账"),
    "checks": ("What `check` asks", "检查的内容"),
    "reports": ("Reports and their options", "报表与公共选项"),
    "problems": ("Every Problem code", "全部问题代码"),
    "import": ("Taking data from other systems", "从其他系统导入"),
    "formats-output": ("JSON, CSV and the other outputs", "输出格式：JSON、CSV 等"),
    "exit-codes": ("What the exit code says", "退出码"),
    "environment": ("Environment variables, screen, git", "环境变量、屏幕与 git"),
    "glossary": ("One word for each thing", "术语表"),
}


_SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}


def page(topic: str, language: str) -> str | None:
    """The page of a topic, a Problem code or a command; the contents for ''; None if unknown."""
    if not topic:
        return _contents(language)
    topic = {"imports": "import", "types": "movements"}.get(topic, topic)
    if topic == "problems":
        return _problem_list(language)
    if topic == "checks":
        return text_of(topic, language) + _question_list(language)
    if topic in TOPICS:
        return "\n".join(filter(None, [text_of(topic, language), _question_page(topic, language)]))
    if topic in WORDINGS:
        return _problem_page(topic, WORDINGS[topic], language)
    found = [_command_page(topic, language), _question_page(topic, language)]
    return "\n".join(filter(None, found)) or None


def text_of(topic: str, language: str) -> str:
    """The text of a topic that is a file."""
    return (files("invledger") / "manual" / language / f"{topic}.md").read_text(encoding="utf-8")


def _sections(name: str) -> dict[str, str]:
    """Texts of a Chinese file by their heads `## name`: English ones stand beside the code."""
    _, *parts = re.split(r"^## (\S+)\n", text_of(name, "zh"), flags=re.MULTILINE)
    return {head: text.strip() for head, text in zip(parts[::2], parts[1::2], strict=True)}


def _contents(language: str) -> str:
    from invledger.render.safe import padded

    zh = language == "zh"
    lines = ["手册：invledger help 主题" if zh else "The manual: invledger help TOPIC", ""]
    lines += [f"  {padded(name, 16)}{title[zh]}" for name, title in TOPICS.items()]
    also = "也可以查命令（help stock）、出入库类型（help transfer）或问题代码。"
    lines += [
        "",
        also
        if zh
        else "A command (stock), a movement type (transfer) or a Problem code will do as well.",
    ]
    return "\n".join(lines) + "\n"


def _question_list(language: str) -> str:
    from invledger.checks import manual

    pages = _sections("about-questions") if language == "zh" else manual()
    rows = [f"- `{name}`: {text.strip().partition(chr(10))[0]}" for name, text in pages.items()]
    one = (
        "`invledger help 名称` 显示一项。"
        if language == "zh"
        else "`invledger help NAME` shows one."
    )
    return "\n".join(["", *rows, "", one]) + "\n"


def _question_page(topic: str, language: str) -> str | None:
    from invledger.checks import manual

    text = (_sections("about-questions") if language == "zh" else manual()).get(topic)
    head = f"check: {topic}" if language == "en" else f"检查：{topic}"
    return None if text is None else f"# {head}\n\n{text.strip()}\n"


def _problem_list(language: str) -> str:
    zh = language == "zh"
    head = "# 问题代码" if zh else "# Problem codes"
    how = (
        "`invledger help 代码` 显示一个代码。"
        if zh
        else "`invledger help CODE` shows one of them."
    )
    lines = [head, "", how, ""]
    for code, words in sorted(WORDINGS.items()):
        if zh:
            lines.append(
                f"- `{code}`（{_SEVERITIES[words.severity]}，{words.exit_code}）：{words.zh}"
            )
        else:
            lines.append(f"- `{code}` ({words.severity}, {words.exit_code}): {words.en}")
    return "\n".join(lines) + "\n"


def _problem_page(code: str, words: Wording, language: str) -> str:
    zh = language == "zh"
    severity = _SEVERITIES[words.severity]
    about = _sections("about-problems").get(code, "") if zh else words.about
    lines = [
        f"# {code}",
        "",
        words.zh if zh else words.en,
        "",
        f"处理：{words.remedy_zh}" if zh else f"Remedy: {words.remedy_en}",
        "",
        f"级别：{severity}；退出码 {words.exit_code}。"
        if zh
        else f"Severity: {words.severity}; exit code {words.exit_code}.",
    ]
    return "\n".join([*lines, "", about] if about else lines) + "\n"


def _command_page(topic: str, language: str) -> str | None:
    from invledger.cli.commands import commands_of

    found = [c for c in commands_of() if topic in {c.name, f"{c.group} {c.name}", c.group}]
    zh = language == "zh"
    lines = []
    for command in found:
        name = f"{command.group} {command.name}".strip()
        more = (
            f"全部选项：invledger {name} --help" if zh else f"All options: invledger {name} --help"
        )
        lines += [
            f"# invledger {name}",
            "",
            command.said[zh],
            "",
            f"    {command.example}",
            "",
            more,
            "",
        ]
    return "\n".join(lines) if lines else None
