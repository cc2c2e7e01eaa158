"""One fault, one finding: what follows from a refused row is not told beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.errors.company import HERE, base, files_below, problems_of, provoked
from tests.errors.test_gallery import FOLDERS

#: Folders whose one fault is told by more than one code, with the codes and why.
BESIDE = {
    "reversal-differs": {"stock-negative"},  # the goods are counted, whatever they cost
    "reversal-later": {"stock-negative"},
    "reversal-unknown": {"stock-negative"},
    "reversal-twice": {"stock-short"},  # an issue of its own, after it
    "rule-not-in-force": {"stock-short"},  # a receipt that is none
}
#: What `post` does not refuse: the vouchers are waiting, too.
POSTED = {
    "block-edited", "date-in-future", "expiry-missing", "flag-unusual", "location-not-open",
    "lot-expired", "lot-expiry-differs", "lot-missing", "stock-negative",
}  # fmt: skip
#: Movements and documents that are refused: the files a clerk writes.
ENTERED = [
    folder
    for folder in FOLDERS
    if not (folder / "rules").exists()
    and not (folder / "ledgers" / "register").exists()
    and not (folder / "ledgers" / "vouchers").exists()
    and (folder / "ledgers" / "movements").exists()
]


@pytest.mark.parametrize("folder", ENTERED, ids=lambda folder: folder.name)
def test_a_refused_movement_is_told_once(folder: Path) -> None:
    codes = {problem.code for problem in provoked(folder)} - BESIDE.get(folder.name, set())
    if folder.name in POSTED:
        codes -= {"vouchers-unposted"}
    assert codes == {folder.name}


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("method", ["standard", "planned", "retail"])
def test_a_missing_price_is_all_that_is_wrong(method: str) -> None:
    """Not beside it: vouchers that do not balance, days without vouchers, stock off the ledger."""
    files = base() | files_below(HERE / "standard-cost-missing")
    path = "rules/company.yaml"
    files[path] = files[path].replace(b"method: standard", f"method: {method}".encode())
    codes = {problem.code for problem in problems_of(files)}
    assert {code for code in codes if "role-unclaimed" not in code} == {"standard-cost-missing"}
