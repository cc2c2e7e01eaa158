"""Machine code of the engine `compiled`: kept where it can be, and never a reason to fail."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from invledger.books import machine, swift
from invledger.books.bulk_days import bulk_days
from invledger.store import Cache

pytestmark = [
    pytest.mark.req("OP-07"),
    pytest.mark.skipif(find_spec("numba") is None, reason="the extra `fast` is not installed"),
]


def test_with_nowhere_to_keep_it_nothing_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(machine, "_places", lambda: iter([Cache(tmp_path / "file" / "cache")]))
    monkeypatch.setattr(machine, "_compiled", lambda: pytest.fail("compiled in vain"))
    assert swift.engine_for(swift.COMPILING_BYTES) is bulk_days


def test_it_is_kept_in_the_first_place_that_keeps_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "user").mkdir(mode=0o700)
    places = [Cache(tmp_path / "file" / "cache"), Cache(tmp_path / "user")]
    made = []

    class Code:
        def __init__(self, data: bytes) -> None:
            made.append(data)

    monkeypatch.setattr(machine, "_places", lambda: iter(places))
    monkeypatch.setattr(machine, "_compiled", lambda: b"code")
    monkeypatch.setattr(machine, "Code", Code)
    with pytest.raises(OSError, match="no machine code is kept"):
        machine.machine_code(may_compile=False)
    found = [machine.machine_code(may_compile=one) for one in (True, False, True)]
    assert made == [b"code"]
    assert found[0] is found[1] is found[2]
    assert [record.getMessage()[:20] for record in caplog.records] == ["invledger: compiling"]
