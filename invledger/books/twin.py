"""Two processes for one run: a twin, forked, reads and prints a part; costs are found here.

Both take stretches from one queue, in order of dates. Costs hang on all that was before, so this
process alone finds them, in order: for its own stretches and, from a few columns, for the twin's.
Columns and texts cross in memory that both see, messages of a few bytes in pipes. The twin writes
no file; if it dies or finds something that is not plain, NotPlain is raised here.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from mmap import mmap
from typing import Protocol

from invledger.books.swift import NotPlain

_MESSAGE = struct.Struct("<cI")
_SLOTS = 4  # stretches of the twin that are under way at one time
_ROOM = 16  # bytes of a slot for each byte of a stretch
_SIZES = struct.Struct("<Q")
STRETCHES_MAX = 512  # whose numbers any pipe holds
LINES, COSTS, TEXT, FREE, FAILED = b"l", b"c", b"t", b"f", b"x"


def can_fork() -> bool:
    """Whether a second process may be: two processors, and no thread that could hold a lock."""
    if sys.platform in ("win32", "darwin") or not hasattr(os, "fork"):
        return False
    return len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


class Slots:
    """Memory that both processes see, in parts of equal size; each holds some strings of bytes."""

    def __init__(self, size: int) -> None:
        self._size = -(-size // 4096) * 4096
        self._memory = mmap(-1, self._size * _SLOTS)

    def put(self, slot: int, strings: Sequence[bytes]) -> None:
        """Fill a slot; raises NotPlain where it is too small."""
        at = slot * self._size
        sizes = [_SIZES.pack(len(strings)), *[_SIZES.pack(len(one)) for one in strings]]
        whole = [*sizes, *strings]
        if sum(map(len, whole)) > self._size:
            raise NotPlain("vouchers of many times the movements' size")
        for one in whole:
            self._memory[at : at + len(one)] = one
            at += len(one)

    def get(self, slot: int) -> list[bytes]:
        """What a slot holds."""
        at = slot * self._size
        word = _SIZES.size
        count = _SIZES.unpack(self._memory[at : at + word])[0]
        at += word
        sizes = struct.unpack(f"<{count}Q", self._memory[at : at + word * count])
        at += word * count
        found = []
        for size in sizes:
            found.append(self._memory[at : at + size])
            at += size
        return found

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()


class Queue:
    """Numbers of stretches, STRETCHES_MAX at most, each taken by one of the processes."""

    def __init__(self, count: int) -> None:
        self._out, into = os.pipe()
        os.write(into, b"".join([_SIZES.pack(number) for number in range(count)]))
        os.close(into)

    def take(self) -> int | None:
        """The next number; None where all are taken."""
        data = os.read(self._out, _SIZES.size)
        return int(_SIZES.unpack(data)[0]) if data else None

    def close(self) -> None:
        """No more numbers are wanted here."""
        os.close(self._out)


class Channel:
    """Messages to and from the other process."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes = reads, writes

    def say(self, kind: bytes, number: int) -> None:
        """Send a message; raises OSError where nobody listens."""
        os.write(self._writes, _MESSAGE.pack(kind, number))

    def hear(self, *, wait: bool) -> tuple[bytes, int] | None:
        """A message; None where there is none yet. Raises NotPlain where none can come."""
        if not wait and not select.select([self._reads], [], [], 0)[0]:
            return None
        data = os.read(self._reads, _MESSAGE.size)  # so few bytes come whole or not at all
        if len(data) < _MESSAGE.size:
            raise NotPlain("the other process has ended")
        kind, number = _MESSAGE.unpack(data)
        return kind, number

    def close(self) -> None:
        """Hang up."""
        os.close(self._reads)
        os.close(self._writes)


class Work(Protocol):
    """What the twin does of a stretch: strings of bytes come in and go out."""

    def read(self, number: int) -> Sequence[bytes]:
        """A stretch as columns that costs hang on."""

    def text(self, number: int, costs: Sequence[bytes]) -> Sequence[bytes]:
        """Its vouchers, when the costs are known."""


class Twin:
    """The second process as the first one sees it."""

    def __init__(self, count: int, stretch_bytes: int, work: Work) -> None:
        self.slots = Slots(_ROOM * stretch_bytes + (1 << 20))
        self.queue = Queue(count)
        here, there = os.pipe(), os.pipe()
        self._slot: dict[int, int] = {}
        self.pid = os.fork()
        if not self.pid:
            os.close(here[0])
            os.close(there[1])
            _live(Channel(there[0], here[1]), self.queue, self.slots, work)
        os.close(here[1])
        os.close(there[0])
        self.channel = Channel(here[0], there[1])

    def hear(self, *, wait: bool) -> tuple[bytes, int, list[bytes]] | None:
        """LINES or TEXT of a stretch; None where nothing has come. Raises NotPlain."""
        message = self.channel.hear(wait=wait)
        if message is None:
            return None
        kind, number = message
        if kind == FAILED:
            raise NotPlain("found by the second process")
        if kind == LINES:
            self._slot[number] = len(self._slot) % _SLOTS
        strings = self.slots.get(self._slot[number])
        if kind == TEXT:
            self._say(FREE, number)
        return kind, number, strings

    def answer(self, number: int, strings: Sequence[bytes]) -> None:
        """The costs of a stretch."""
        self.slots.put(self._slot[number], strings)
        self._say(COSTS, number)

    def _say(self, kind: bytes, number: int) -> None:
        with suppress(BrokenPipeError):  # it has ended: for good if no more is to come
            self.channel.say(kind, number)

    def end(self) -> None:
        """The second process is no more."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self.channel.close()
        self.queue.close()
        self.slots.close()


def _live(channel: Channel, queue: Queue, slots: Slots, work: Work) -> None:
    """The whole life of the twin; never comes back."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who forked it is told, and ends it
        _serve(channel, queue, slots, work)
    except BaseException:  # noqa: BLE001  the plain path says what is wrong
        with suppress(OSError):
            channel.say(FAILED, 0)
    finally:
        os._exit(0)


def _serve(channel: Channel, queue: Queue, slots: Slots, work: Work) -> None:
    waiting: deque[int] = deque()  # read, without costs yet
    costed: deque[int] = deque()
    slot_of: dict[int, int] = {}
    free, is_more = _SLOTS, True
    while is_more or waiting or costed or free < _SLOTS:
        if costed:
            number = costed.popleft()
            slots.put(slot_of[number], work.text(number, slots.get(slot_of[number])))
            channel.say(TEXT, number)
        elif is_more and free and len(waiting) < _SLOTS - 1:
            number_ = queue.take()
            if number_ is None:
                is_more = False
                continue
            slot_of[number_] = len(slot_of) % _SLOTS
            free -= 1
            slots.put(slot_of[number_], work.read(number_))
            waiting.append(number_)
            channel.say(LINES, number_)
        is_idle = not costed and not (is_more and free and len(waiting) < _SLOTS - 1)
        is_due = bool(waiting) or free < _SLOTS
        message = channel.hear(wait=is_idle and is_due)
        while message is not None:
            if message[0] == COSTS:
                costed.append(message[1])
                waiting.remove(message[1])
            else:
                free += 1
            message = channel.hear(wait=False)
    channel.hear(wait=True)  # until who forked it ends it, or has ended
