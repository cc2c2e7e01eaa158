"""`help TOPIC`, `version`: the manual that travels with the program."""

from __future__ import annotations

from typing import Annotated

import typer

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.words import HELP, Command, argument, option


def help_(
    ask: Ask,
    topic: Annotated[
        str,
        argument(
            "Topic, command, movement type or Problem code.",
            "主题、命令、出入库类型或问题代码。",
            "TOPIC",
        ),
    ] = "",
    *,
    schema: Annotated[
        bool,
        option(
            "--schema",
            en="The JSON Schema of a rule, for editors.",
            zh="输出规则文件的 JSON Schema，供编辑器使用。",
        ),
    ] = False,
) -> int:
    """A page of the manual."""
    if schema:
        return _schema()
    from invledger.cli.pages import page
    from invledger.cli.type_pages import type_page

    text = page(topic, ask.language) or type_page(ask, topic)
    if text is None:
        unknown = f"没有主题 {topic!r}" if ask.language == "zh" else f"no topic {topic!r}"
        raise typer.BadParameter(unknown, param_hint="TOPIC")
    world.put(text)
    return 0


def _schema() -> int:
    from invledger.posting import rule_json_schema
    from invledger.render import json_text

    world.put(json_text(rule_json_schema()))
    return 0


def version(_ask: Ask) -> int:
    """The program's version."""
    from invledger import __version__

    world.put(f"invledger {__version__}\n")
    return 0


COMMANDS = (
    Command(
        "help", help_, ("Pages of the manual.", "手册；不带主题则列目录。"),
        HELP, example="invledger help costs",
    ),
    Command("version", version, ("The program's version.", "程序版本。"), HELP,
            example="invledger version"),
)  # fmt: skip
