"""System calls that fail or kill at the Nth time, as SQLite's crash tests do.

`calls_of(work)` counts the calls that change the disk; `crash_at(n, work)` runs the work in a
forked child that dies in its Nth such call (a write gets half of its bytes out first);
`failing_at(n, error)` lets the Nth call fail with an error of the system.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from unittest import mock

CALLS = ("write", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "mkdir")
DEAD = 77


class _Counter:
    """Counts calls and strikes at the Nth."""

    def __init__(self, nth: int, strike: Callable[[str, tuple[object, ...]], object]) -> None:
        self.count = 0
        self.names: list[str] = []
        self._nth = nth
        self._strike = strike

    def wrapped(self, name: str) -> Callable[..., object]:
        real: Callable[..., object] = getattr(os, name)

        def call(*args: object, **kwargs: object) -> object:
            if name == "write" and args and args[0] in {1, 2}:
                return real(*args, **kwargs)
            self.count += 1
            self.names.append(name)
            if self.count == self._nth:
                return self._strike(name, args)
            return real(*args, **kwargs)

        return call

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for name in CALLS:
                stack.enter_context(mock.patch.object(os, name, self.wrapped(name)))
            yield


def calls_of(work: Callable[[], object]) -> list[str]:
    """The names of the disk-changing calls that some work makes, in order."""
    counter = _Counter(0, lambda _name, _args: None)
    with counter.watching():
        work()
    return counter.names


def crash_at(nth: int, work: Callable[[], object]) -> bool:
    """Run work in a child that dies in its Nth call; False where it finished before."""
    real_write = os.write

    def die(name: str, args: tuple[object, ...]) -> object:
        if name == "write":
            handle, data = args
            assert isinstance(handle, int)
            assert isinstance(data, bytes | memoryview)
            real_write(handle, data[: len(data) // 2])
        os._exit(DEAD)

    child = os.fork()
    if child == 0:
        try:
            with _Counter(nth, die).watching():
                work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == DEAD


@contextlib.contextmanager
def failing_at(nth: int, error: int, *, short: bool = False) -> Iterator[None]:
    """The Nth call fails with `error`; with `short`, half of a write gets out instead."""
    real_write = os.write

    def fail(name: str, args: tuple[object, ...]) -> object:
        if short and name == "write":
            handle, data = args
            assert isinstance(handle, int)
            assert isinstance(data, bytes | memoryview)
            return real_write(handle, data[: len(data) // 2])
        raise OSError(error, os.strerror(error))

    with _Counter(nth, fail).watching():
        yield
