"""What we print reads back to the same records, keeps under bean-format, loads in beancount."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from beancount import loader

from invledger.ledger import (
    empty_files,
    entry_files,
    print_account,
    print_item,
    print_location,
    print_movement,
    print_party,
    print_period,
    print_price,
    print_register_entry,
    print_setting,
    print_value_document,
    print_voucher,
    print_voucher_file,
    read_master,
    read_money,
    read_raw,
    read_register,
    resolve,
    voucher_digest,
)
from invledger.model import (
    NOWHERE,
    Account,
    Booking,
    Company,
    DatedSetting,
    Item,
    Location,
    Master,
    MemoryTree,
    Party,
    Period,
    Posting,
    Price,
    Refused,
    RoleClaim,
    Row,
    Voucher,
)
from tests.properties.messy import ITEMS, OTHERS, OURS, document, movement, seeded

RANKS = {"purchase-receipt": 10, "transfer": 10, "landed-cost": 10}
PATH = "ledgers/movements/2026/01/2026-01-05.SH1.beancount"


def master() -> Master:
    found = Master(items=dict(ITEMS), parties={"V0001": Party("V0001", "华东电子")})
    for account in (*OURS, *OTHERS):
        found.locations[account] = Location(account, "available", opened="2026-01-01")
    return found


def read_back(text: str) -> list[Row]:
    table, problems = read_raw(PATH, text.encode())
    assert problems == []
    resolved, problems = resolve([table], master(), RANKS, Company("x"))
    assert problems == []
    return [row._replace(path="", lineno=0) for row in resolved.rows()]


def formatted(text: str, tmp_path: Path) -> str:
    """The text as the real bean-format lays it out."""
    file = tmp_path / "x.beancount"
    file.write_text(text, encoding="utf-8")
    code = "from beancount.scripts.format import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "-c", "72", str(file)],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    return done.stdout


def with_links_sorted(row: Row) -> Row:
    return row._replace(links=" ".join(sorted(row.links.split())))


@pytest.mark.parametrize("seed", range(300))
def test_movements_read_back(seed: int) -> None:
    rows = [with_links_sorted(row) for row in movement(seeded(seed), seed)]
    assert read_back(print_movement(rows, ITEMS)) == rows


@pytest.mark.parametrize("seed", range(60))
def test_value_documents_read_back(seed: int) -> None:
    row = document(seeded(seed), seed)
    if row.amount is None:
        row = row._replace(currency="")
    assert read_back(print_value_document(row)) == [row]


@pytest.mark.parametrize("text", ['say "hi"', "back\\slash", "a; b", "#x ^y", "：，。"])
def test_awkward_texts_read_back(text: str) -> None:
    rows = [
        with_links_sorted(row)._replace(payee=text, narration=text, reason=text, lot=text)
        for row in movement(seeded(1), 1)
    ]
    assert read_back(print_movement(rows, ITEMS)) == rows


def test_own_rank_and_tags_survive() -> None:
    row = with_links_sorted(movement(seeded(8), 1)[0])
    meta = (("rank", "35"), ("tags", "a b"), ("handler", "王芳"))
    row = row._replace(rank=35, meta=meta, line=1)
    assert read_back(print_movement([row], ITEMS)) == [row]


@pytest.mark.parametrize("text", ["two\nlines", "bell\a", "tab\t"])
def test_control_characters_are_never_printed(text: str) -> None:
    row = movement(seeded(1), 1)[0]._replace(narration=text)
    with pytest.raises(Refused, match="text-with-line-break"):
        print_movement([row], ITEMS)


def test_a_key_outside_the_grammar_is_never_printed() -> None:
    row = movement(seeded(1), 1)[0]._replace(meta=(("Bad Key", "x"),))
    with pytest.raises(Refused, match="metadata-key"):
        print_movement([row], ITEMS)


def test_a_movement_without_lines_is_no_movement() -> None:
    with pytest.raises(ValueError, match="at least one line"):
        print_movement([], ITEMS)


def test_bean_format_changes_nothing_while_a_file_grows(tmp_path: Path) -> None:
    random, text = seeded(5), ""
    long = "Assets:Stock:" + ":".join(["华东仓库A区" * 3] * 4).replace("华东", "1华东")
    for number in range(40):
        rows = movement(random, number)
        if number % 5 == 0:
            rows = [row._replace(target=long) for row in rows]
        text += ("\n" if text else "") + print_movement(rows, ITEMS)
        if number % 3 == 0:
            text += "\n" + print_value_document(document(random, 1000 + number))
        if number in {0, 1, 2, 20, 39}:
            assert formatted(text, tmp_path) == text


def test_bean_format_changes_no_voucher_price_or_register(tmp_path: Path) -> None:
    vouchers = [manual(n) for n in range(3)] + [derived(n) for n in range(3)]
    text = print_voucher_file(vouchers, 2, engine="1", inputs="0" * 64)
    text += "\n" + print_price(Price("2026-01-01", "USD", 71_000_000_000, "CNY", NOWHERE))
    text += "\n" + print_register_entry(booking(derived(1)))
    assert formatted(text, tmp_path) == text


def derived(number: int) -> Voucher:
    return Voucher(
        f"2026-01-{number + 1:02d}", f"purchase-receipt/SH1-{number}/main", "华东电子", "采购入库",
        (
            Posting(
                "Assets:1405-库存商品", 23500, "CNY", False, (("item", "SKU-A"), ("qty", "100"))
            ),
            Posting("Liabilities:2202-应付账款:暂估", -23500, "CNY", True, (("party", "V0001"),)),
        ),
        ("PO-1", "SH1-1"), "转" if number else "记",
    )  # fmt: skip


def manual(number: int) -> Voucher:
    return Voucher(
        "2026-01-09", f"payment/P-{number}/main", "", "付款",
        (
            Posting("Liabilities:2202", 1, "CNY", False, (("foreign", "100.00 USD"),)),
            Posting("Assets:1002", -1, "CNY"),
        ),
        (), "记", (("id", f"P-{number}"), ("type", "payment"), ("handler", "王芳")), False,
    )  # fmt: skip


def booking(voucher: Voucher) -> Booking:
    return Booking(
        voucher.date[:7], "记", 1, voucher.identity, voucher_digest(voucher, 2), voucher.date,
        "张三", "李四", "王五",
    )  # fmt: skip


@pytest.mark.parametrize("is_derived", [True, False])
def test_vouchers_read_back(is_derived: bool) -> None:
    vouchers = [(derived if is_derived else manual)(number) for number in range(3)]
    text = print_voucher_file(vouchers, 2, engine="1", inputs="0" * 64)
    found, problems = read_money("x", text.encode(), 2, is_derived)
    assert problems == []
    assert [voucher._replace(place=NOWHERE) for voucher in found] == vouchers


def test_the_digest_knows_no_place_and_no_number_but_all_else() -> None:
    voucher = derived(1)
    digest = voucher_digest(voucher, 2)
    assert digest == voucher_digest(voucher._replace(place=booking(voucher).place), 2)
    assert digest == voucher_digest(voucher._replace(links=("SH1-1", "PO-1")), 2)
    first, second = voucher.postings
    for other in (
        voucher._replace(date="2026-01-03"),
        voucher._replace(narration="x"),
        voucher._replace(word="收"),
        voucher._replace(postings=(second, first)),
        voucher._replace(postings=(first._replace(red=True), second)),
        voucher._replace(postings=(first._replace(meta=()), second)),
        voucher._replace(postings=(first._replace(amount=23501), second)),
    ):
        assert voucher_digest(other, 2) != digest


def test_the_register_reads_back() -> None:
    entry = booking(derived(1))
    text = print_register_entry(entry)
    tree = MemoryTree({"ledgers/register/2026-01.beancount": text.encode()})
    found, problems = read_register(tree)
    assert problems == []
    assert [b._replace(place=NOWHERE) for b in found] == [entry]


def books() -> Master:
    found = Master()
    found.items["SKU-A"] = Item(
        "SKU-A", "可乐", "瓶", 0, "Cola", "goods", "可乐-330", "330 ml", "standard", True, True,
        {"BOX": Fraction(24), "DOZEN": Fraction(12), "HALF": Fraction(1, 2)}, "2026-01-01",
        {"barcode": "6901234567890"},
    )  # fmt: skip
    for account, class_, site in (
        ("Assets:Stock:SH:Main", "available", "SH"),
        ("Assets:Stock:SH:QC", "inspection", "SH"),
        ("Assets:Stock:BJ", "available", "北京"),
        ("Assets:Stock:InTransit", "transit", ""),
        ("Equity:Stock:Supplier", "supplier", ""),
        ("Equity:Order:Purchase", "order", ""),
    ):
        found.locations[account] = Location(
            account, class_, site, "名", "name", "2026-01-01", {"keeper": "王芳"}
        )
    found.parties["V0001"] = Party("V0001", "华东电子", "East", {"kind": "supplier customer"})
    found.accounts["Assets:1405-库存商品"] = Account(
        "Assets:1405-库存商品", "1405", "库存商品", "Goods", "debit",
        (RoleClaim("inventory", (("category", "goods"),)), RoleClaim("dispatched")), "2026-01-01",
    )  # fmt: skip
    found.accounts["Assets:1471-跌价准备"] = Account(
        "Assets:1471-跌价准备", "1471", "跌价准备", "", "credit", (), "2026-01-01"
    )
    found.prices.append(Price("2026-01-02", "USD", 71_234_000_000, "CNY", NOWHERE))
    found.prices.append(Price("2026-01-03", "SKU-A", 23_500_000_000, "CNY", NOWHERE, "planned"))
    found.settings.append(DatedSetting("2026-02-01", "item SKU-A", "category", "drinks", NOWHERE))
    found.periods += [
        Period("2026-01", "closed", "2026-02-05", NOWHERE),
        Period("2026-01", "open", "2026-02-06", NOWHERE),
    ]
    return found


def files_of(found: Master) -> dict[str, str]:
    blocks = {
        "items": [*map(print_item, found.items.values()), *map(print_setting, found.settings)],
        "locations": list(map(print_location, found.locations.values())),
        "parties": [print_party(party, "2026-01-01") for party in found.parties.values()],
        "accounts": list(map(print_account, found.accounts.values())),
        "prices": list(map(print_price, found.prices)),
        "periods": list(map(print_period, found.periods)),
    }
    return {f"ledgers/{name}.beancount": "\n".join(texts) for name, texts in blocks.items()}


def test_master_data_read_back(tmp_path: Path) -> None:
    files = files_of(books())
    found, problems = read_master(MemoryTree({p: t.encode() for p, t in files.items()}))
    assert problems == []
    for kind in ("items", "locations", "accounts", "parties"):
        bare = {key: replace(value, place=NOWHERE) for key, value in getattr(found, kind).items()}
        assert bare == getattr(books(), kind)
    assert [p._replace(place=NOWHERE) for p in found.prices] == books().prices
    assert [s._replace(place=NOWHERE) for s in found.settings] == books().settings
    assert [p._replace(place=NOWHERE) for p in found.periods] == books().periods
    assert formatted("\n".join(files.values()), tmp_path) == "\n".join(files.values())


@pytest.mark.req("IT-03")
def test_both_ledgers_load_in_beancount_without_error(tmp_path: Path) -> None:
    files = {**entry_files(), **empty_files(), **files_of(books())}
    opened = "".join(f"2020-01-01 open {name}\n" for name in (*OURS[1:], *OTHERS[1:]))
    items = "".join(print_item(item, "2020-01-01") for item in ITEMS.values())
    files["ledgers/locations.beancount"] = (
        files["ledgers/locations.beancount"].replace("2026-01-01 open", "2020-01-01 open")
        + opened
    )
    files["ledgers/items.beancount"] = items
    files["ledgers/accounts.beancount"] += (
        "2020-01-01 open Liabilities:2202-应付账款:暂估\n2020-01-01 open Liabilities:2202\n"
        "2020-01-01 open Assets:1002\n"
    )
    random = seeded(3)
    blocks = [print_movement(movement(random, number), ITEMS) for number in range(80)]
    blocks += [print_value_document(document(random, number)) for number in range(80, 90)]
    files["ledgers/movements/2026/01/2026-01-05.SH1.beancount"] = "\n".join(blocks)
    files["ledgers/money/2026/01/x.beancount"] = print_voucher(manual(1), 2)
    files["ledgers/vouchers/2026/01/2026-01-01.beancount"] = print_voucher_file(
        [derived(1)], 2, engine="1", inputs="0" * 64
    )
    files["ledgers/register/2026-01.beancount"] = print_register_entry(booking(derived(1)))
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for name, count in (("stock", 80), ("main", 2)):
        entries, errors, _ = loader.load_file(str(tmp_path / f"ledgers/{name}.beancount"))
        assert errors == []
        assert sum(type(entry).__name__ == "Transaction" for entry in entries) == count
