"""A13, P7: whatever becomes of the checkpoint of a close, posting gives the bytes of a full run;
a period lock is not got round by an include, a moved date or an edited lock.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from invledger.books import Signers, after_close, close, closed, memory, post
from invledger.model import Place
from invledger.store import FolderTree
from tests.attacks.test_checkpoints import HARMS, entries
from tests.properties.changing import ITEMS, Firm, summed

WHO = Signers("a", "b", "c")
FEBRUARY = "2026-02-10"


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """January under periodic average, closed on 1 February; some days of February, posted."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nothing dies here
    monkeypatch.setattr(closed, "BUCKET_ROWS", 2)
    monkeypatch.setattr(after_close, "PART_MAX", 1.0)
    made = Firm(tmp_path, Random(1), sells_unpriced=True)  # noqa: S311  a seed
    rules = made.root / "rules" / "company.yaml"
    kept = [one for one in rules.read_text().splitlines() if not one.startswith("cost:")]
    rules.write_text("\n".join(["cost: {method: periodic-average, pool: company}", *kept, ""]))
    for day in range(3, 20):
        for item in ITEMS[:3]:
            made.put("purchase-receipt", f"2026-01-{day:02}", [(item, 5)])
            made.put("sale-delivery", f"2026-01-{day:02}", [(item, 3)])
    post(made.root)
    assert close(made.root, "2026-01", "2026-02-01", WHO).problems == []
    for day in range(3, 8):
        made.put("sale-delivery", f"2026-02-{day:02}", [(ITEMS[0], 2)])
    post(made.root, cache=made.cache)
    return made


def way(firm: Firm) -> str:
    """How the next run would go."""
    found = memory.Memory(FolderTree(firm.root), firm.cache).prepared(is_detailed=True)
    return type(found.kept).__name__ if found else ""


def posted(firm: Firm) -> None:
    """One more movement, posted; the bytes are those of a full run."""
    firm.put("sale-delivery", FEBRUARY, [(firm.random.choice(ITEMS), 1)])
    said = post(firm.root, cache=firm.cache)
    assert said.problems == []
    assert said.written
    assert firm.vouchers() == firm.anew()


@pytest.mark.req("TE-05", "FIN-10")
def test_unharmed_it_is_used(firm: Firm) -> None:
    assert way(firm) == "Closed"
    posted(firm)
    assert way(firm) == "Closed"


@pytest.mark.req("TE-05", "FIN-10")
@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_harmed_cache_changes_nothing(firm: Firm, harm: Callable[..., None]) -> None:
    there = entries(firm)
    for path in there:
        if not path.is_symlink():
            harm(path, there)
    posted(firm)
    posted(firm)


@pytest.mark.req("TE-05", "FIN-10")
def test_one_harmed_entry_changes_nothing(firm: Firm) -> None:
    for harm in HARMS:
        for _ in range(3):
            there = entries(firm)
            harm(firm.random.choice(there), there)
            posted(firm)


@pytest.mark.req("TE-05", "FIN-10")
def test_a_note_that_is_older_or_of_another_company(firm: Firm) -> None:
    (note,) = [path for path in entries(firm) if path.name.endswith(memory.CLOSED)]
    older = note.read_bytes()
    posted(firm)
    note.write_bytes(older)
    posted(firm)
    other = firm.root.with_name("other")
    shutil.copytree(firm.root, other)
    shutil.rmtree(other / "ledgers/movements/2026/02")
    post(other, cache=firm.cache)
    (theirs,) = [
        path for path in entries(firm) if path.name.endswith(memory.CLOSED) and path != note
    ]
    note.write_bytes(theirs.read_bytes())
    posted(firm)


@pytest.mark.req("TE-05", "FIN-10")
def test_another_program_believes_nothing(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_close, "program_digest", lambda: "another")
    assert way(firm) == ""
    posted(firm)


@pytest.mark.req("FIN-10", "FIN-18", "SE-06")
@pytest.mark.parametrize("name", ["01/2026-01-21.Z", "02/2026-02-28", "02/2026-02-03"])
@pytest.mark.parametrize("is_dated", [False, True])
def test_nothing_is_dated_into_a_closed_period(firm: Firm, name: str, *, is_dated: bool) -> None:
    """Neither in a file of its own, nor in one named as of February, nor by another date in the
    same file. A sale of goods at a period's average is in no voucher of its own; where its id says
    when it was entered, its line is told.
    """
    ledger = firm.root / "ledgers/movements/2026"
    path = min((ledger / "02").iterdir())
    text = path.read_text("utf-8").replace("2026-02-03", "2026-01-21")
    path.unlink()
    path = ledger / f"{name}.beancount"
    if is_dated:
        text = re.sub(r'id: "(.)-', r'id: "\1-260203-', text)
    path.write_text(summed(text), "utf-8")
    before = firm.vouchers()
    found = post(firm.root, cache=firm.cache).problems
    places = {(one.code, one.place.path) for one in found}
    if is_dated:
        assert places == {("closed-period", path.relative_to(firm.root).as_posix())}
    else:
        assert places == {("closed-period-edited", "ledgers/periods.beancount")}
    assert firm.vouchers() == before


@pytest.mark.req("FIN-10", "SE-06")
def test_a_lock_that_was_edited_is_seen(firm: Firm) -> None:
    """A digest of another period put in: movements are not those; a reopening goes by `reopen`."""
    path = firm.root / "ledgers/periods.beancount"
    lines = path.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("  movements:"))
    lines[at] = f'  movements: "{"0" * 64}"'
    path.write_text("\n".join([*lines, ""]), "utf-8")
    found = post(firm.root, cache=firm.cache).problems
    assert [(one.code, one.place.path) for one in found] == [
        ("closed-period-edited", "ledgers/periods.beancount")
    ]
    assert found[0].place != Place("ledgers/periods.beancount")
