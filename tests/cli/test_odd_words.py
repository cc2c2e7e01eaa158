"""Family F5: whatever stands on the command line, an exit code from 0 to 6 and no traceback."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invledger.cli import run
from tests.attacks.test_terminal import harmless

ODD = st.one_of(
    st.sampled_from(
        ["-", "--", "--root", "--lang", "zh", "--format", "json", "--as-of", "2026-02-30",
         "--period", "2026-13", "--at", "HEAD", "--item", "SKU-COLA330", "--sort", "-value",
         "--group", "x", "--output", "/nowhere/x", "--line", "'", "--set", "a=b", "--help",
         "--day", "--map", "../../x", "--type", "\x1b[31m", "\udcff", "－１", "=1+1"],
    ),
    st.text(alphabet=st.characters(exclude_characters="\x00"), max_size=12),
)  # fmt: skip
COMMANDS = st.sampled_from(
    ["stock", "card", "summary", "cost", "explain", "balance", "journal", "check", "record",
     "movements", "help", "item", "reconcile", "import", "version", "bogus", ""],
)  # fmt: skip


@pytest.mark.req("TE-03")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=COMMANDS, words=st.lists(ODD, max_size=4))
def test_odd_words(books: Path, command: str, words: list[str]) -> None:
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    with (
        contextlib.chdir(books),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(["--root", str(books), command, *words])
    for stream in (out, err):
        assert isinstance(stream.buffer, io.BytesIO)
        text = stream.buffer.getvalue().decode("utf-8")
        assert harmless(text)
        assert "Traceback" not in text
        assert "internal-error" not in text
    assert code in range(7)
