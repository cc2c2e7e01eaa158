"""Flat memory by its address: what compiled code sees of the books. Needs no library.

Compiled functions take addresses and integers only, so that they can be called without numba and
without its count of who holds what. Whoever makes an address keeps the memory.
"""

from __future__ import annotations

import ctypes
import mmap
from array import array
from collections.abc import Callable, Iterable, Sequence

PAD = 64  # bytes that may be read, or written, behind the end of any text
#: Of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 32 << 20
_HUGE = getattr(mmap, "MADV_HUGEPAGE", None)

Call = Callable[..., int]  # a compiled function
Words = tuple[int, int, int, int]  # what `Table` makes


PREFIX = "invledger_"  # what names of ours begin with, where machine code is linked


def outside() -> dict[str, int]:
    """The functions that compiled code calls: libcrypto's, found through hashlib's own module.

    Raises AttributeError or OSError where the interpreter's OpenSSL cannot be reached by name.
    """
    import _hashlib

    library = ctypes.CDLL(_hashlib.__file__)
    names = ("SHA256_Init", "SHA256_Update", "SHA256_Final")
    return {
        PREFIX + name: ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
        for name in names
    }


def keep_memory() -> None:
    """Let the C library keep what is freed: large texts come and go, and fresh memory is dear."""
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is not None:
        for setting in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            tell(setting, _KEPT)


class Room:
    """Zeroed memory for so many bytes and PAD; as bytes and as 64-bit integers."""

    def __init__(self, size: int) -> None:
        self.size = size
        whole = -(-(size + PAD) // mmap.PAGESIZE) * mmap.PAGESIZE
        memory = mmap.mmap(-1, whole, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        if _HUGE is not None:
            memory.madvise(_HUGE)
        self.bytes = memoryview(memory)
        self.ints = self.bytes.cast("q")
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(memory))

    def held(self, size: int) -> Room:
        """This room where it is large enough, else a new one with some to spare."""
        return self if size <= self.size else Room(size + size // 4)


def ints(values: int | Iterable[int]) -> array[int]:
    """64-bit integers, or so many zeros."""
    return array("q", bytes(8 * values) if isinstance(values, int) else values)


def text(data: bytes) -> array[int]:
    """Bytes that have an address, and PAD behind them."""
    return array("B", data + bytes(PAD))


def address_of(values: array[int]) -> int:
    """Where an array begins; it must be kept, and kept at its size, as long as the address."""
    return values.buffer_info()[0]


class Table:
    """Words made ready for `compiled.find`: slots of a hash table, where each word begins, and the
    bytes of all. `fill` is the compiled function that puts numbers into the slots.
    """

    def __init__(self, words: Sequence[str], fill: Call) -> None:
        offsets, blob = ints([0]), bytearray()
        for word in words:
            blob += word.encode()
            offsets.append(len(blob))
        slots = ints([-1]) * (1 << (2 * len(words) + 1).bit_length())
        self._held = slots, offsets, text(bytes(blob))
        at, first, begin = map(address_of, self._held)
        fill(at, len(slots), first, len(words), begin)
        self.words: Words = at, len(slots) - 1, first, begin
        self.texts = first, begin
