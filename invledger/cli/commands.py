"""Every command of the program, in the order of the help page."""

from __future__ import annotations

from invledger.cli import (
    checking,
    comparing,
    deriving,
    manual,
    money,
    periods,
    quantity,
    recording,
    setting_up,
)
from invledger.cli.words import Command

COMMANDS: tuple[Command, ...] = (
    *setting_up.COMMANDS,
    *recording.COMMANDS,
    *deriving.COMMANDS,
    *periods.COMMANDS,
    *comparing.COMMANDS,
    *checking.COMMANDS,
    *quantity.COMMANDS,
    *money.COMMANDS,
    *manual.COMMANDS,
)
