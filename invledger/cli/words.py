"""How a command is described: its options as values, its sentences in English and Chinese.

Commands are plain functions. Parameters are annotated with `option(...)` or `argument(...)`;
`cli.app` turns them into Typer's own once the language is known, since help texts are part of a
program that speaks two languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

Said = tuple[str, str]  # English, Chinese

SETUP: Said = ("Set up", "建账")
RECORD: Said = ("Record and import", "录入")
DERIVE: Said = ("Vouchers", "凭证")
CHECK: Said = ("Check", "检查")
QUANTITY: Said = ("Ask the quantity side", "库存查询")
MONEY: Said = ("Ask the money side", "账务查询")
HELP: Said = ("Help", "帮助")
PANELS = (SETUP, RECORD, DERIVE, CHECK, QUANTITY, MONEY, HELP)

BASIC = "basic"  # language, root, colour
READING = "reading"  # and everything that a report takes
RECORDING = "recording"  # and the fields of an entry
STOCKWISE = "stockwise"  # and the filters of the quantity side


@dataclass(frozen=True, slots=True)
class Words:
    """An option or, without names, an argument."""

    said: Said
    names: tuple[str, ...] = ()
    metavar: str = ""
    may_lack: bool = False  # an argument that need not be given


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `run` gets an `Ask` and its own parameters and returns the exit code."""

    name: str
    run: Callable[..., int]
    said: Said
    panel: Said
    shared: str = BASIC
    group: str = ""  # `reconcile` in `reconcile stock-gl`
    example: str = ""
    formats: tuple[str, ...] = ()  # that it knows beside those of every table


def option(*names: str, en: str, zh: str, metavar: str = "") -> Words:
    """An option `--name` with its help."""
    return Words((en, zh), names, metavar)


def argument(en: str, zh: str, metavar: str = "", *, may_lack: bool = False) -> Words:
    """An argument with its help."""
    return Words((en, zh), (), metavar, may_lack)


def say(said: Said, language: str) -> str:
    """The sentence in a language."""
    return said[1] if language == "zh" else said[0]


#: Who signs a voucher, in every command that books.
Reviewed = Annotated[str, option("--reviewed", metavar="NAME", en="Reviewer.", zh="审核人。")]
Booked = Annotated[str, option("--booked", metavar="NAME", en="Booker.", zh="记账人。")]
