"""`init`, `item|location|party add`, `doctor`: a company's first day."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from invledger.books import (
    NewCompany,
    add_item,
    add_location,
    add_party,
    doctor,
    init,
    load,
    post,
)
from invledger.ledger import entry_files
from invledger.model import Refused
from invledger.store import FolderTree, is_company
from tests.books.conftest import files_of


def beancount_errors(root: Path) -> str:
    """What beancount's own loader says of both entry files."""
    code = (
        "import sys; from beancount import loader;"
        "[print(e) for path in sys.argv[1:] for e in loader.load_file(path)[1]]"
    )
    paths = [str(root / "ledgers" / f"{name}.beancount") for name in ("main", "stock")]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *paths],
        capture_output=True, text=True, check=True,
        env={**os.environ, "BEANCOUNT_DISABLE_LOAD_CACHE": "1"},
    )  # fmt: skip
    return done.stdout


@pytest.mark.req("OP-16", "TR-06", "CO-06")
@pytest.mark.parametrize("chart", ["cas", "sbe"])
@pytest.mark.parametrize("taxpayer", ["general", "small-scale"])
def test_a_fresh_company_is_sound(tmp_path: Path, chart: str, taxpayer: str) -> None:
    root = tmp_path / "new" / "books"
    written = init(root, NewCompany('名 "x" \\ #: {', chart=chart, taxpayer=taxpayer))
    assert is_company(root)
    assert "rules/company.yaml" in written
    sources = load(FolderTree(root))
    assert [p for p in sources.problems if p.severity == "error"] == []
    assert sources.company.name == '名 "x" \\ #: {'
    assert (sources.company.chart, sources.company.taxpayer) == (chart, taxpayer)
    assert sources.chart.account("goods-received-not-invoiced") is not None
    inventory = [c for a in sources.master.accounts.values() for c in a.roles]
    claimed = {dict(c.where).get("category", "goods") for c in inventory if c.role == "inventory"}
    assert claimed == {"goods", "raw", "packing"}  # 1405, 1403, 1411
    assert claimed <= set(sources.company.categories)
    assert beancount_errors(root) == ""
    assert post(root, check=True).is_clean
    assert (root / ".git").is_dir()


@pytest.mark.req("FIN-09")
@pytest.mark.parametrize(("currency", "decimals"), [("JPY", 0), ("KWD", 3), ("EUR", 2)])
def test_money_has_the_decimals_of_its_currency(
    tmp_path: Path, currency: str, decimals: int
) -> None:
    init(tmp_path / "books", NewCompany("x", currency=currency))
    sources = load(FolderTree(tmp_path / "books"))
    assert sources.company.currency_decimals == decimals
    assert sources.problems == []


@pytest.mark.req("TR-06")
def test_init_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tax.yaml").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine too")
    with pytest.raises(Refused) as found:
        init(tmp_path, NewCompany("x"))
    assert [(p.code, p.place.path) for p in found.value.problems] == [
        ("init-not-empty", "rules/tax.yaml")
    ]
    assert not (tmp_path / "ledgers").exists()
    (tmp_path / "rules" / "tax.yaml").unlink()
    init(tmp_path, NewCompany("x"))
    assert (tmp_path / ".gitignore").read_text() == "mine too"
    before = files_of(tmp_path)
    with pytest.raises(Refused):
        init(tmp_path, NewCompany("y"))
    assert files_of(tmp_path) == before


def test_an_unknown_chart_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Refused) as found:
        init(tmp_path / "a", NewCompany("x", chart="gaap"))
    (problem,) = found.value.problems
    assert problem.code == "init-chart-unknown"
    assert "cas" in problem.text()
    assert "sbe" in problem.text()
    assert not (tmp_path / "a").exists()


@pytest.mark.req("IN-01")
def test_master_data_are_appended_and_load_in_beancount(root: Path) -> None:
    head = (root / "ledgers" / "items.beancount").read_text()
    item = {
        "code": "茶 500ml/箱", "name": '绿茶 "特级"', "name-en": "Tea", "unit": "瓶",
        "units": "BOX=15 HALF=15/2", "lot": "TRUE", "expiry": "TRUE", "spec": "500 ml",
    }  # fmt: skip
    outcome = add_item(root, item)
    assert outcome.problems == []
    assert (root / "ledgers" / "items.beancount").read_text().startswith(head)
    assert add_location(root, {"account": "SH:Shop", "name": "门店", "status": "locked"}).code == (
        "Assets:Stock:SH:Shop"
    )
    assert add_party(root, {"code": "C0009", "name": "新世纪", "tax-id": "9131"}).problems == []
    master = load(FolderTree(root)).master
    found = master.items[outcome.code]
    assert (found.name, found.sku) == ('绿茶 "特级"', "茶 500ml/箱")
    assert (found.lot, found.expiry) == (True, True)
    assert found.units["HALF"] * 2 == found.units["BOX"] == 15
    assert master.locations["Assets:Stock:SH:Shop"].class_ == "locked"
    assert master.locations["Assets:Stock:SH:Shop"].site == "SH"
    assert master.parties["C0009"].meta["tax-id"] == "9131"
    assert beancount_errors(root) == ""


@pytest.mark.req("TE-07")
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"code": "SKU-COLA330"}, "master-exists"),
        ({"code": ""}, "record-value-missing"),
        ({"name": ""}, "record-value-missing"),
        ({"unit": ""}, "record-value-missing"),
        ({"code": "X" * 65}, "master-name-bad"),
        ({"decimals": "9"}, "record-value-bad"),
        ({"decimals": "x"}, "record-value-bad"),
        ({"units": "BOX"}, "record-value-bad"),
        ({"units": "BOX=0"}, "record-value-bad"),
        ({"date": "2026-13-01"}, "record-value-bad"),
    ],
)
def test_a_bad_item_is_refused(root: Path, values: dict[str, str], code: str) -> None:
    before = files_of(root)
    outcome = add_item(root, {"code": "NEW", "name": "n", "unit": "u", **values})
    assert code in [p.code for p in outcome.problems]
    assert outcome.exit_code in {3, 5}
    assert files_of(root) == before


@pytest.mark.req("TE-07")
@pytest.mark.parametrize("account", ["", "assets:stock:x", "SH:low er", "Income:X", "SH:*"])
def test_a_bad_location_is_refused(root: Path, account: str) -> None:
    before = files_of(root)
    assert add_location(root, {"account": account}).exit_code == 3
    assert add_party(root, {"code": "a b", "name": "x"}).exit_code == 3
    assert add_location(root, {"account": "Main"}).exit_code == 5
    assert add_location(root, {"account": "Z", "status": "asleep"}).exit_code == 3
    assert files_of(root) == before


def test_a_dry_run_adds_nothing(root: Path) -> None:
    before = files_of(root)
    outcome = add_party(root, {"code": "V7", "name": "x"}, dry_run=True)
    assert (outcome.exit_code, 'custom "party" "V7" "x"' in outcome.text) == (0, True)
    assert files_of(root) == before


@pytest.mark.req("OP-11", "OP-16")
def test_the_doctor_looks_at_machine_and_company(root: Path) -> None:
    before = files_of(root)
    states = {finding.name: finding.state for finding in doctor(root)}
    assert states["python"] == states["git"] == states["beancount"] == "ok"
    assert states["lock"] == states["sync"] == states["ledgers/main.beancount"] == "ok"
    assert files_of(root) == before
    assert not [p for p in root.iterdir() if p.name.startswith(".doctor")]
    (root / "ledgers" / "stock.beancount").write_text('include "../../x"\n')
    ill = {finding.name: finding for finding in doctor(root)}["ledgers/stock.beancount"]
    assert ill.state == "missing"
    assert all(ill.remedy)
    assert doctor()[0].name == "python"


@pytest.mark.req("OP-11")
def test_what_the_machine_lacks_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    found = {finding.name: finding for finding in doctor()}
    assert found["git"].state == "missing"
    assert found["cache"].state == "optional"
    for finding in found.values():
        assert finding.state == "ok" or all(finding.remedy)


def test_entry_files_are_the_fixed_ones(root: Path) -> None:
    held = files_of(root)
    for path, text in entry_files().items():
        assert held[path] == text.encode()
