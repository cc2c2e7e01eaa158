"""Run a program and measure it from outside: wall time, peak memory, what it said."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Measured(NamedTuple):
    """Seconds from start to end and of processor time, the peak of resident memory in MiB."""

    seconds: float
    cpu: float
    peak: float
    code: int
    output: str
    errors: str


def measure(
    command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None, limit: int = 3600
) -> Measured:
    """Run a command to its end; its own children count for memory as the kernel counts them."""
    # Compiled modules are kept, as for a user; the environment may say otherwise.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(more or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, env=environment)
        seconds_max = time.monotonic() + limit
        while True:
            done, status, usage = os.wait4(child.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() > seconds_max:
                child.kill()
                seconds_max = float("inf")
            time.sleep(0.002)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu, usage.ru_maxrss / 1024, child.returncode, texts[0], texts[1])
