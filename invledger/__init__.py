"""invledger: inventory and finance books as plain text under git (出入库财务管理系统).

The rooms and the one direction of imports between them are drawn in the README; each room's
`__init__.py` names its public functions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

__version__ = "0.1.0"


def late(room: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a room whose modules are imported when a name of theirs is asked for.

    Start-up counts: few commands need all of a room. `homes` gives the public names by module.
    A name may be that of its module if no module of another name imports that module.
    """
    where = {name: home for home, names in homes.items() for name in names}

    def find(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        home = import_module(f"{room}.{where[name]}")
        for one in homes[where[name]]:
            setattr(sys.modules[room], one, getattr(home, one))
        return getattr(home, name)

    return find
