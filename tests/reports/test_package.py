"""The package gives functions, whichever module was loaded first, and loads none too many."""

from __future__ import annotations

import subprocess
import sys

import pytest

from invledger import reports
from tests.source_files import ROOT, imports, program


@pytest.mark.parametrize("name", reports.__all__)
def test_what_is_public_is_there_and_no_module(name: str) -> None:
    found = getattr(reports, name)
    assert callable(found) or name == "TERMS"
    with pytest.raises(AttributeError):
        getattr(reports, f"{name}_")


def test_no_module_imports_one_that_is_named_as_its_function() -> None:
    hidden = {f"invledger.reports.{name}." for name in reports.__all__}
    assert [
        f"{source.path}: {found.text}"
        for source in program()
        if source.path != "invledger/reports/__init__.py"
        for found in imports(source)
        if any(found.text.startswith(name) for name in hidden)
    ] == []


def test_one_report_does_not_load_the_others() -> None:
    script = (
        "import sys; from invledger.reports import stock; "
        "print(*sorted(m for m in sys.modules if m.startswith('invledger.reports.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert names & {"balance", "card", "explain", "journal", "movements", "summary"} == set()
