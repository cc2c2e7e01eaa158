"""The door to numba (extra `fast`): what compiles, SHA-256, and memory by its address.

Who imports this means to compile: `object_code` makes machine code of all entries, functions of
addresses and integers, which then is loaded without numba (see `books.machine`). Compiled
functions count no references and hold no lock of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core.extending import intrinsic
from numba.np.arrayobj import populate_array

from invledger.ledger.flat import PREFIX, outside

F = TypeVar("F", bound=Callable[..., Any])
Ints = Any  # numpy array of 64-bit integers
Words = Any  # what `flat.Table` makes

_OPTIONS: dict[str, Any] = {
    "error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True
}  # fmt: skip


def compiled(function: F) -> F:
    """A function that compiled functions call."""
    made: F = numba.njit(**_OPTIONS)(function)
    return made


def entry(function: F) -> F:
    """A function of integers and addresses that gives an integer, called by its name.

    How many it takes stands in ENTRIES of the form that its room shares with callers.
    """
    return function


def object_code(entries: Iterable[Callable[..., int]]) -> bytes:
    """Machine code of this processor for some entries and all that they call: an object file."""
    whole = binding.parse_assembly("")
    for function in entries:
        whole.link_in(binding.parse_assembly(_code_of(function)))
    target = binding.Target.from_default_triple()
    machine = target.create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(),
        opt=3, codemodel="jitdefault", jit=True,
    )  # fmt: skip
    code: bytes = machine.emit_object(whole)
    return code


def _code_of(function: Callable[..., int]) -> str:
    """An entry and all that it calls, with a plain door: numba's own gives its result by address.

    Nothing here raises: what is refused is told by the result.
    """
    count = function.__code__.co_argcount
    made = numba.njit(**_OPTIONS)(function)
    made.compile(types.int64(*[types.int64] * count))
    (result,) = made.overloads.values()
    given = ", ".join(f"i64 %a{k}" for k in range(count))
    door = f"""
define i64 @{PREFIX}{function.__name__}({given}) {{
  %result = alloca i64
  %raised = alloca ptr
  call i32 @{result.fndesc.llvm_func_name}(ptr %result, ptr %raised, {given})
  %found = load i64, ptr %result
  ret i64 %found
}}
"""
    code: str = result.library.get_llvm_str()
    return code + door


for _name, _where in outside().items():
    binding.add_symbol(_name, _where)


def _outside(name: str, count: int) -> Any:
    """A function of libcrypto; whoever loads the machine code says where it is."""
    return types.ExternalFunction(PREFIX + name, types.intc(*[types.intp] * count))


_init = _outside("SHA256_Init", 1)
_update = _outside("SHA256_Update", 3)
_final = _outside("SHA256_Final", 2)


def _load(bits: int) -> Any:
    def load(_: Any, address: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            pointer = builder.inttoptr(args[0], ir.IntType(bits).as_pointer())
            found = builder.load(pointer)
            found.align = 1
            return found if bits == 64 else builder.zext(found, ir.IntType(64))

        return (types.uint64 if bits == 64 else types.int64)(types.intp), code

    return load


def _move(_: Any, address: Any, value: Any) -> Any:
    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        to, start = (builder.inttoptr(one, _SIXTEEN.as_pointer()) for one in args)
        found = builder.load(start)
        found.align = 1
        builder.store(found, to).align = 1
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), code


def _view(context: Any, builder: Any, kind: Any, address: Any, shape: Any) -> Any:
    """An array of integers over memory that somebody else holds."""
    made = context.make_array(kind)(context, builder)
    number = context.get_value_type(types.intp)
    strides: list[Any] = []
    step = ir.Constant(number, 8)
    for one in reversed(shape):
        strides.insert(0, step)
        step = builder.mul(step, one)
    start = builder.inttoptr(address, ir.IntType(64).as_pointer())
    populate_array(made, start, shape, strides, ir.Constant(number, 8), meminfo=None)
    return made._getvalue()  # noqa: SLF001  as numba's own `carray`


def _array(_: Any, address: Any, size: Any) -> Any:
    kind = types.Array(types.int64, 1, "C")

    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _view(context, builder, kind, args[0], args[1:])

    return kind(types.intp, types.intp), code


def _table(_: Any, address: Any, size: Any, width: Any) -> Any:
    kind = types.Array(types.int64, 2, "C")

    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _view(context, builder, kind, args[0], args[1:])

    return kind(types.intp, types.intp, types.intp), code


def _fetch(_: Any, address: Any) -> Any:
    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        made = builder.module.declare_intrinsic("llvm.prefetch", (pointer,), kind)
        start = builder.inttoptr(args[0], pointer)
        builder.call(made, [start, *(ir.Constant(number, one) for one in (1, 3, 1))])
        return context.get_dummy_value()

    return types.void(types.intp), code


def _store(bits: int) -> Any:
    def store(_: Any, address: Any, value: Any) -> Any:
        def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            pointer = builder.inttoptr(args[0], ir.IntType(bits).as_pointer())
            value = args[1] if bits == 64 else builder.trunc(args[1], ir.IntType(bits))
            builder.store(value, pointer).align = 1
            return context.get_dummy_value()

        return types.void(types.intp, types.int64), code

    return store


def _zeros(_: Any, value: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), code


#: The byte at an address; the eight bytes from an address on, the first the lowest; and writing.
byte: Any = intrinsic(_load(8))
eight: Any = intrinsic(_load(64))
put: Any = intrinsic(_store(8))
put_eight: Any = intrinsic(_store(64))
#: Have an address in the cache soon.
fetch: Any = intrinsic(_fetch)
_SIXTEEN = ir.VectorType(ir.IntType(8), 16)
_move_16: Any = intrinsic(_move)
#: The integers at an address: so many, or so many lines of some width.
array: Any = intrinsic(_array)
table: Any = intrinsic(_table)
#: How many zeros stand below the lowest one.
zeros: Any = intrinsic(_zeros)


@compiled
def copy(to: int, start: int, size: int) -> None:
    """Bytes from one address to another; up to 15 bytes more are read and written."""
    end = start + size
    while start < end:
        _move_16(to, start)
        to += 16
        start += 16


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


@entry
def fill(slots: int, size: int, offsets: int, count: int, blob: int) -> int:
    """Put the numbers of words into empty slots (see `flat.Table`)."""
    taken, begins = array(slots, size), array(offsets, count + 1)
    for word in range(count):
        at = hash_of(blob + begins[word], begins[word + 1] - begins[word]) & (size - 1)
        while taken[at] >= 0:
            at = (at + 1) & (size - 1)
        taken[at] = word
    return 0


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
