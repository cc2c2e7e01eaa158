"""The limited child process that runs beancount's parser on what our own reader does not know.

Isolated interpreter (`-I`: no working folder, no user site, no environment), 1 GiB of memory, 60
seconds. Whatever kills it becomes a Problem.

Problems: foreign-killed, foreign-late (exit 3).
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import invledger
from invledger.model import Refused, problem

MEMORY_BYTES_MAX = 2**30
SECONDS_MAX = 60

# `-I` keeps the working folder off the path; our own package comes last, wherever it stands.
_START = (
    "import runpy, sys; sys.path.append(sys.argv.pop()); "
    "runpy.run_module('invledger.ledger.foreign', run_name='__main__', alter_sys=True)"
)


def run_foreign(text: str, seconds_max: float = SECONDS_MAX) -> str:
    """Beancount text in, JSON text of plain directives out; raises Refused."""
    home = str(Path(invledger.__file__).resolve().parent.parent)
    command = [sys.executable, "-I", "-c", _START, home]
    try:
        done = subprocess.run(
            command,
            input=text.encode(),
            capture_output=True,
            check=False,
            timeout=seconds_max,
            env={"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
            cwd="/",
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(problem("foreign-late", seconds=f"{seconds_max:g}")) from error
    if done.returncode != 0:
        reason = f"signal {-done.returncode}" if done.returncode < 0 else f"{done.returncode}"
        raise Refused(problem("foreign-killed", reason=reason))
    return done.stdout.decode()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seconds = SECONDS_MAX + 5
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
