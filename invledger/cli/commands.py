"""Every command of the program, in the order of the help page; imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from invledger.cli.words import Command

#: Modules in the order of the help page, each with its commands and groups of commands.
HOMES = {
    "setting_up": ("init", "demo", "doctor", "hook"),
    "recording": ("record", "import", "item", "location", "party"),
    "deriving": ("post", "book"),
    "periods": ("close", "reopen"),
    "comparing": ("diff",),
    "checking": ("check",),
    "quantity": ("stock", "card", "movements", "summary", "cost", "explain"),
    "money": ("balance", "journal", "reconcile"),
    "manual": ("help", "version"),
}


def commands_of(word: str = "") -> tuple[Command, ...]:
    """The commands of that name or group; all where there is none such."""
    for home, names in HOMES.items():
        if word in names:
            return tuple(one for one in _of_module(home) if word in {one.name, one.group})
    return tuple(one for home in HOMES for one in _of_module(home))


def _of_module(home: str) -> tuple[Command, ...]:
    found: tuple[Command, ...] = import_module(f"invledger.cli.{home}").COMMANDS
    return found
