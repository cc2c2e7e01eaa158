"""Every command of the program, in the order of the help page; imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from invledger.cli.words import Command

#: Modules in the order of the help page, each with its commands and groups of commands.
HOMES = {
    "invledger.cli.setting_up": ("init", "demo", "doctor", "hook"),
    "invledger.cli.recording": ("record", "import", "item", "location", "party"),
    "invledger.cli.deriving": ("post", "book"),
    "invledger.cli.periods": ("close", "reopen"),
    "invledger.cli.comparing": ("diff",),
    "invledger.cli.checking": ("check",),
    "invledger.cli.quantity": ("stock", "card", "movements", "summary", "cost", "explain"),
    "invledger.cli.money": ("balance", "journal", "reconcile"),
    "invledger.cli.manual": ("help", "version"),
}


def commands_of(word: str = "") -> tuple[Command, ...]:
    """The commands of that name or group; all where there is none such."""
    for home, names in HOMES.items():
        if word in names:
            return tuple(one for one in _of_module(home) if word in {one.name, one.group})
    return tuple(one for home in HOMES for one in _of_module(home))


def _of_module(home: str) -> tuple[Command, ...]:
    found: tuple[Command, ...] = import_module(home).COMMANDS
    return found
