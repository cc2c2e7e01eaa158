"""Machine code of the engine `compiled`: made once by numba, kept in a file, loaded without numba.

An entry of the cache is named by what the code was made from: the modules, the processor, the
linker. It lies beside the modules, as compiled modules do, or where that folder is not ours in
the user's own cache.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from logging import getLogger
from pathlib import Path

import invledger
from invledger.costing import compiled_months_state, compiled_state
from invledger.ledger import compiled_form
from invledger.ledger.flat import PREFIX, Call, outside
from invledger.store import Cache

#: The modules that are compiled, and those that they share with their callers.
MODULES = (
    "ledger.compiled", "ledger.compiled_text", "ledger.compiled_read", "ledger.compiled_order",
    "ledger.compiled_print", "ledger.compiled_digest", "costing.compiled",
    "costing.compiled_months",
)  # fmt: skip
FORMS = (
    "ledger.flat", "ledger.layout", "ledger.compiled_form", "costing.compiled_state",
    "costing.compiled_months_state", "costing.pricing",
)  # fmt: skip
_ENTRIES = compiled_form.ENTRIES | compiled_state.ENTRIES | compiled_months_state.ENTRIES
_HOME = Path(invledger.__file__).parent
_READER = f"machine code {invledger.__version__}"
_PATIENCE = (
    "invledger: compiling the fast engine, once after each update; this takes some ten seconds\n"
    "invledger：正在编译快速引擎（每次更新后一次），约需十余秒"
)


class Code:
    """The compiled functions by name, for integers; they release Python's lock.

    Raises OSError, AttributeError or RuntimeError where they cannot be linked.
    """

    def __init__(self, data: bytes) -> None:
        from llvmlite import binding

        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        for name, where in outside().items():
            binding.add_symbol(name, where)
        machine = binding.Target.from_default_triple().create_target_machine(
            codemodel="jitdefault", jit=True
        )
        self._engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
        self._engine.add_object_file(binding.ObjectFileRef.from_data(data))
        self._engine.finalize_object()
        self._made: dict[str, Call] = {}
        for name, count in _ENTRIES.items():
            where = self._engine.get_function_address(PREFIX + name)
            self._made[name] = ctypes.CFUNCTYPE(*[ctypes.c_int64] * (count + 1))(where)

    def __getattr__(self, name: str) -> Call:
        try:
            return self._made[name]
        except KeyError:
            raise AttributeError(name) from None


def machine_code(*, may_compile: bool = True) -> Code:
    """The functions of this program on this processor; compiled first where they are not kept.

    Raises ImportError without numba, OSError where they are not kept or cannot be, and as `Code`.
    """
    digest = _digest()
    for place in _places():
        data = place.get(digest, _READER)
        if data is not None:
            return _linked(data)
    if not may_compile:
        raise OSError("no machine code is kept")
    keeper = next(filter(_keeps, _places()), None)
    if keeper is None:
        raise OSError("nowhere to keep machine code")
    getLogger("invledger").warning(_PATIENCE)
    data = _compiled()
    keeper.put(digest, _READER, data)
    return _linked(data)


@cache
def _linked(data: bytes) -> Code:
    return Code(data)


def _keeps(place: Cache) -> bool:
    """Whether a place keeps what is put there."""
    place.put("", _READER, b"")
    return place.get("", _READER) is not None


def _compiled() -> bytes:
    from invledger.costing import compiled as costing
    from invledger.costing import compiled_months
    from invledger.ledger import (
        compiled,
        compiled_digest,
        compiled_order,
        compiled_print,
        compiled_read,
        compiled_text,
    )

    sources = (
        compiled, compiled_text, compiled_read, compiled_order, compiled_print, compiled_digest,
        costing, compiled_months,
    )  # fmt: skip
    return compiled.object_code(
        vars(one)[name] for one in sources for name in _ENTRIES if name in vars(one)
    )


def _places() -> Iterator[Cache]:
    if not sys.dont_write_bytecode:
        yield Cache(_HOME / "__pycache__")
    of_user = Cache.of_user(os.environ)
    if of_user is not None:
        yield of_user


@cache
def _digest() -> str:
    from llvmlite import __version__, binding

    made = hashlib.sha256(f"{__version__} {sys.implementation.cache_tag}\n".encode())
    made.update(
        f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}".encode()
    )
    for name in (*MODULES, *FORMS):
        made.update((_HOME / f"{name.replace('.', '/')}.py").read_bytes())
    return made.hexdigest()
