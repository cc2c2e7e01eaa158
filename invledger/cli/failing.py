"""What happens when a command cannot go on: Problems, never a traceback.

In: a command ready to run. Out: its exit code. `Refused` carries its own Problems. Anything
else is a fault of the program and becomes the Problem `internal-error`; INVLEDGER_DEBUG=1 shows
where. Errors of the disk become `environment-error`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import typer

from invledger.cli import world
from invledger.model import Problem, Refused, exit_code_of, problem


def guarded(run: Callable[[], int], language: str) -> int:
    """Run a command; its exit code, also where it fails."""
    try:
        return run()
    except Refused as refused:
        tell_problems(refused.problems, language)
        return exit_code_of(list(refused.problems)) or 1
    except (typer.Exit, typer.Abort, typer.TyperException):
        raise
    except MemoryError:
        tell_problems([problem("memory-exhausted")], language)
        return 6
    except OSError as error:
        found = problem("environment-error", reason=error.strerror or type(error).__name__)
        return _fault(found, error, language)
    except Exception as error:  # noqa: BLE001  the last resort: a person never sees a traceback
        return _fault(problem("internal-error", kind=type(error).__name__), error, language)


def tell_problems(problems: Sequence[Problem], language: str) -> None:
    """Problems on stderr, for people."""
    from invledger.render import render_problems

    if problems:
        world.tell(render_problems(problems, "table", language))


def _fault(found: Problem, error: BaseException, language: str) -> int:
    if os.environ.get("INVLEDGER_DEBUG", "0") not in {"", "0"}:
        import traceback

        from invledger.render import visible

        lines = "".join(traceback.format_exception(error)).splitlines()
        world.tell("\n".join(map(visible, lines)))
    tell_problems([found], language)
    return found.exit_code
