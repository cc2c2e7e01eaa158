"""Family A7 end to end: names that steer a terminal, by every way in, shown by every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.hostile import Yard, movement

EVIL = ("\x1b[2J", "\x1b]0;t\x07", "\x9b31m", "\r", "\x08", "\u202e", "\u200b")
SHOWING = (
    ("check",), ("check", "--format", "json"), ("check", "--format", "github"), ("stock",),
    ("stock", "--format", "csv"), ("stock", "--format", "md"), ("card", "SKU-A"), ("summary",),
    ("cost",), ("movements",), ("balance",), ("journal",), ("journal", "--format", "html"),
    ("explain", "S1"), ("reconcile", "stock-gl"), ("post", "--dry-run"), ("post",), ("doctor",),
)  # fmt: skip


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("path", ["ledgers/items", "ledgers/parties", "ledgers/accounts", "movement"])
def test_no_command_passes_on_what_a_ledger_holds(yard: Yard, evil: str, path: str) -> None:
    if path == "movement":
        yard.put("ledgers/movements/2026/02/x.beancount", movement(payee=f"a{evil}b"))
    else:
        target = yard.root / f"{path}.beancount"
        text = target.read_bytes().decode()
        target.write_bytes(text.replace('  name: "', f'  name: "{evil}', 1).replace(
            '"华东', f'"{evil}华东', 1).replace('  code: "', f'  code: "{evil}', 1).encode())
    for words in SHOWING if evil == EVIL[0] else SHOWING[:4]:
        said = yard(*words)
        assert evil not in said.text.replace("\r\n", "\n")


@pytest.mark.req("SE-12")
@pytest.mark.parametrize("evil", EVIL)
def test_no_command_passes_on_what_a_rule_or_an_option_holds(yard: Yard, evil: str) -> None:
    rule = yard.root / "rules/movements/scrap.yaml"
    text = rule.read_text()
    rule.write_bytes(text.replace("title:", f'"ti{evil}tle":', 1).encode())
    for words in (("check",), ("post",), ("card", evil), ("explain", evil), ("stock", "--item", evil),
                  ("help", evil), ("record", evil), ("stock", f"--as-of={evil}")):  # fmt: skip
        assert evil not in yard(*words).text


@pytest.mark.parametrize("evil", EVIL)
def test_names_are_refused_where_they_are_entered(yard: Yard, evil: str) -> None:
    before = yard.files()
    for words in (
        ("item", "add", "NEW", "--name", f"a{evil}", "--unit", "u", "--category", "goods"),
        ("item", "add", f"N{evil}W", "--name", "a", "--unit", "u", "--category", "goods"),
        ("party", "add", "V9", "--name", f"a{evil}", "--kind", "supplier"),
        ("party", "add", f"V{evil}", "--name", "a", "--kind", "supplier"),
        ("location", "add", "Assets:Stock:BJ", "--name", f"a{evil}"),
        ("record", "purchase-receipt", "--party", "V1", "--item", "SKU-A", "--qty", "5",
         "--price", "2.00", "--to", "Assets:Stock:SH:Main", "--date", "2026-02-01",
         "--doc", f"PO{evil}"),
    ):  # fmt: skip
        said = yard(*words)
        assert said.code in {2, 3, 4}, words
        assert evil not in said.text
    assert yard.files() == before


@pytest.mark.req("SE-12")
@pytest.mark.parametrize("code", ["V\u0430", "\uff361", "V\u0661", "V\u03bf"])
def test_codes_that_deceive_are_refused_where_they_are_entered(yard: Yard, code: str) -> None:
    before = yard.files()
    item = ("item", "add", code, "--name", "a", "--unit", "u", "--category", "goods")
    for words in (item, ("party", "add", code, "--name", "a", "--kind", "supplier")):
        assert yard(*words).code in {2, 3, 4}
    assert yard.files() == before


def test_a_folder_of_a_hostile_name_is_shown_harmlessly(yard: Yard, tmp_path: Path) -> None:
    place = tmp_path / "a\x1b[2Jb\u202e"
    yard.root.rename(place)
    yard.root = place
    for words in (("check",), ("doctor",), ("stock", "--output", str(tmp_path / "x\x1b[2J"))):
        yard(*words)
