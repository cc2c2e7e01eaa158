"""The door to numba (extra `fast`): what compiles, SHA-256, and bytes by their address.

Compiled functions see addresses and flat arrays of integers, hold no lock of Python and are kept
on disk beside the modules as compiled modules are, so that only the first run after an update
waits for the compiler. Without numba nothing here is imported; the other ways do the same work.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])
Bytes = Any  # numpy array of bytes
Ints = Any  # numpy array of 64-bit integers
Words = Any  # what `table_of` makes

PAD = 64  # bytes that may be read behind the end of any text
_CONTEXT = 128  # bytes of SHA256_CTX, and some


def compiled(function: F) -> F:
    """Compile at the first call, keep on disk, release Python's lock while running."""
    made: F = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return made


def _bind(name: str, count: int) -> Any:
    """A function of libcrypto, found by name through the module that hashlib itself uses."""
    import _hashlib

    address = ctypes.cast(getattr(ctypes.CDLL(_hashlib.__file__), name), ctypes.c_void_p).value
    binding.add_symbol(f"invledger_{name}", address)
    return types.ExternalFunction(f"invledger_{name}", types.intc(*[types.intp] * count))


#: Raises AttributeError or OSError where the interpreter's OpenSSL cannot be reached by name.
_init = _bind("SHA256_Init", 1)
_update = _bind("SHA256_Update", 3)
_final = _bind("SHA256_Final", 2)
#: memcpy(to, from, bytes), by address.
copy: Any = types.ExternalFunction("memcpy", types.intp(types.intp, types.intp, types.intp))


def _load(bits: int) -> Any:
    def load(_: Any, address: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            pointer = builder.inttoptr(args[0], ir.IntType(bits).as_pointer())
            found = builder.load(pointer)
            found.align = 1
            return found if bits == 64 else builder.zext(found, ir.IntType(64))

        return (types.uint64 if bits == 64 else types.int64)(types.intp), code

    return load


def _store(_: Any, address: Any, value: Any) -> Any:
    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        pointer = builder.inttoptr(args[0], ir.IntType(8).as_pointer())
        builder.store(builder.trunc(args[1], ir.IntType(8)), pointer)
        return context.get_dummy_value()

    return types.void(types.intp, types.int64), code


def _zeros(_: Any, value: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), code


#: The byte at an address; the eight bytes from an address on, the first the lowest; and writing.
byte: Any = intrinsic(_load(8))
eight: Any = intrinsic(_load(64))
put: Any = intrinsic(_store)
#: How many zeros stand below the lowest one.
zeros: Any = intrinsic(_zeros)


@compiled
def address(data: Bytes) -> int:
    """Where an array of bytes begins."""
    found: Any = np.int64(data.ctypes.data)
    return found


@compiled
def digest(start: int, size: int, context: int, out: int) -> None:
    """SHA-256 of some bytes into 32 bytes; `context` is room to work in. All by address."""
    _init(context)
    _update(context, start, size)
    _final(out, context)


@compiled
def is_same(one: int, other: int, size: int) -> bool:
    """Whether bytes are the same; up to PAD bytes behind them may be read."""
    while size >= 8:
        if eight(one) != eight(other):
            return False
        one += 8
        other += 8
        size -= 8
    if size == 0:
        return True
    return (eight(one) ^ eight(other)) << np.uint64(64 - 8 * size) == np.uint64(0)


@compiled
def hash_of(start: int, size: int) -> int:
    """A number for a word: of its length, its first and its last eight bytes."""
    found = np.uint64(size) * np.uint64(0x9E3779B97F4A7C15)
    if size >= 8:
        found ^= eight(start) * np.uint64(0xC2B2AE3D27D4EB4F)
        found = (found ^ (found >> np.uint64(29))) * np.uint64(0x165667B19E3779F9)
        found ^= eight(start + size - 8) * np.uint64(0x9FB21C651E98DF25)
    elif size > 0:
        found ^= (eight(start) << np.uint64(64 - 8 * size)) * np.uint64(0xC2B2AE3D27D4EB4F)
    found = (found ^ (found >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    number: Any = np.int64(found >> np.uint64(16))
    return number


@compiled
def _fill(slots: Ints, offsets: Ints, blob: Bytes) -> None:
    base = address(blob)
    mask = slots.size - 1
    for word in range(offsets.size - 1):
        at = hash_of(base + offsets[word], offsets[word + 1] - offsets[word]) & mask
        while slots[at] >= 0:
            at = (at + 1) & mask
        slots[at] = word


@compiled
def number_at(start: int, at: int) -> int:
    """The number at a place of an array of integers, by the address where it begins."""
    found: Any = np.int64(eight(start + 8 * at))
    return found


@compiled
def find(start: int, size: int, words: Words) -> int:
    """The number of the word that stands at an address; -1 where it is none."""
    slots, mask, offsets, blob = words
    at = hash_of(start, size) & mask
    while True:
        word = number_at(slots, at)
        if word < 0:
            return -1
        begin = number_at(offsets, word)
        if number_at(offsets, word + 1) - begin == size and is_same(blob + begin, start, size):
            return word
        at = (at + 1) & mask


class Table:
    """Words made ready for `find`: all by address, since arrays cost a count each time they are
    handed on. Slots of a hash table, where each word begins, and the bytes of all.
    """

    def __init__(self, words: Sequence[str]) -> None:
        texts = [word.encode() for word in words]
        offsets: Any = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(text) for text in texts], out=offsets[1:])
        blob = bytes_of(b"".join(texts) + bytes(PAD))
        slots: Any = np.full(1 << (2 * len(texts) + 1).bit_length(), -1, np.int64)
        _fill(slots, offsets, blob)
        self._held = slots, offsets, blob  # as long as somebody has their addresses
        begin = address_of(blob)
        self.words: Words = address_of(slots), slots.size - 1, address_of(offsets), begin
        self.texts: Words = address_of(offsets), begin


def address_of(values: Bytes | Ints) -> int:
    """Where an array begins; it must be kept as long as the address."""
    return int(values.ctypes.data)


def bytes_of(data: bytes) -> Bytes:
    """Bytes as an array that nobody writes to."""
    return np.frombuffer(data, np.uint8)


def empty(size: int) -> Bytes:
    """Room for so many bytes."""
    return np.empty(size, np.uint8)


def array(values: int | Iterable[int]) -> Ints:
    """An array of integers, or of so many zeros."""
    if isinstance(values, int):
        return np.zeros(values, np.int64)
    return np.fromiter(values, np.int64)


def room() -> Bytes:
    """Room for `digest` to work in."""
    return empty(_CONTEXT)
