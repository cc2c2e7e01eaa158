"""`help TYPE`: a movement type as its rule says, from the company at hand or from the sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from invledger.cli.ask import Ask
from invledger.cli.session import root_of
from invledger.model import Refused

if TYPE_CHECKING:
    from invledger.posting import Rule

_WORDS = {
    "flow": ("goes", "流向"),
    "price": ("price", "单价"),
    "required": ("needs", "必填"),
    "optional": ("may have", "可填"),
    "forbidden": ("has no", "不填"),
    "reasons": ("reasons", "原因"),
    "cites": ("cites", "可引用"),
    "voucher": ("voucher", "凭证"),
}


def type_page(ask: Ask, name: str) -> str | None:
    """The page of a movement type; None where no rule has that name."""
    from invledger.books import load_rules
    from invledger.store import FolderTree

    versions = load_rules(FolderTree(_root(ask))).rules.get(name)
    return _page(versions[-1], int(ask.language == "zh")) if versions else None


def _root(ask: Ask) -> Path:
    from invledger.books import sample_root

    try:
        return root_of(ask)
    except Refused:
        if ask.root:
            raise
        return sample_root()


def _page(rule: Rule, at: int) -> str:
    lines = [f"# {rule.type}  {rule.title if at else rule.title_en}", ""]

    def say(word: str, text: str) -> None:
        if text:
            lines.append(f"- {_WORDS[word][at]}: {text}")

    for source, target in rule.flows:
        say("flow", f"{', '.join(sorted(source))} → {', '.join(sorted(target))}")
    say("price", rule.price_means + (" *" if rule.price_required else ""))
    for need in ("required", "optional", "forbidden"):
        say(need, ", ".join(f for f, how in rule.fields.items() if how == need))
    say("reasons", ", ".join(rule.reasons))
    say("cites", ", ".join(rule.cites) + (" *" if rule.cites_required else ""))
    for line in rule.lines:
        side = ("debit", "借")[at] if line.side == "debit" else ("credit", "贷")[at]
        when = " ".join(f"{k}={'/'.join(v)}" for k, v in line.when.items())
        say("voucher", f"{line.aspect}: {side} {line.role} {line.amount} {when}".rstrip())
    return "\n".join(lines) + "\n"
