"""cli: Typer commands, one file a group; parse, call, print, exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from invledger import late

if TYPE_CHECKING:
    from invledger.cli.app import build_app, run

__all__ = ["build_app", "main", "run"]

__getattr__ = late(__name__, {"app": ("build_app", "run")})


#: New objects before the collector looks for garbage: a short command makes fewer.
YOUNG_MAX = 200_000


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program on the command line and leave with its exit code.

    Modules, and what is left at the end, are no garbage: the collector need not look for any in
    them, neither while they are made nor when all of it goes.
    """
    gc.set_threshold(YOUNG_MAX)
    from invledger.cli.app import run

    code = run(sys.argv[1:] if argv is None else argv)
    gc.freeze()
    sys.exit(code)
