"""`record`: what is typed is judged, printed, acknowledged once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from invledger.books import Entry, Recorder, load
from invledger.store import FolderTree
from tests.books.conftest import Record, files_of

DAY = "ledgers/movements/2026/01/2026-01-05.SH1.beancount"


def codes(outcome: object) -> list[str]:
    return [p.code for p in getattr(outcome, "problems")]  # noqa: B009  outcomes of several kinds


@pytest.mark.req("IN-01", "IN-11", "IN-16")
def test_a_receipt_stands_in_the_file_of_its_day_and_device(root: Path, receive: Record) -> None:
    outcome = receive(lot="L240105")
    assert codes(outcome) == []
    assert (outcome.id, outcome.path, outcome.is_new) == ("SH1-260105-0001", DAY, True)
    assert (root / DAY).read_text() == outcome.text
    assert outcome.text == (
        '2026-01-05 * "华东电子" "采购入库"\n'
        '  id: "SH1-260105-0001"\n'
        '  type: "purchase-receipt"\n'
        '  party: "V0001"\n'
        f"  Assets:Stock:Main{' ' * 48}100 SKU-COLA330 @ 2.35 CNY\n"
        '    lot: "L240105"\n'
        f"  Equity:Stock:Supplier{' ' * 43}-100 SKU-COLA330 @ 2.35 CNY\n"
        + outcome.text.splitlines(keepends=True)[-1]
    )
    assert outcome.text.splitlines()[-1].startswith("; sum: ")
    assert outcome.unchecked == ("stock", "serial", "expiry")
    assert receive().id == "SH1-260105-0002"


@pytest.mark.req("SC-08")
@pytest.mark.parametrize(
    ("qty", "price", "becomes"),
    [
        ("5 BOX", "56.40", (120, "@ 2.35 CNY")),  # 56.40 / 24
        ("5BOX", "56.40", (120, "@ 2.35 CNY")),
        ("2 DOZEN", "0.01", (24, "amount: 0.02 CNY")),  # 0.01 / 12 is no finite decimal
        ("7", "2.35", (7, "@ 2.35 CNY")),
        ("7 罐", "2.35", (7, "@ 2.35 CNY")),
    ],
)
def test_units_convert_exactly(
    root: Path, receive: Record, qty: str, price: str, becomes: tuple[int, str]
) -> None:
    quantity, shown = becomes
    outcome = receive(qty=qty, price=price)
    assert codes(outcome) == []
    assert shown in outcome.text
    assert load(FolderTree(root)).table.quantity == [quantity]
    assert (f'entered: "{qty.replace("5BOX", "5 BOX")}"' in outcome.text) is ("O" in qty)


@pytest.mark.req("TE-07")
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"item": "SKU-COLA33"}, "record-item-unknown"),
        ({"item": ""}, "record-value-missing"),
        ({"qty": ""}, "record-value-missing"),
        ({"qty": "-5"}, "record-value-bad"),
        ({"qty": "5e3"}, "record-unit-unknown"),
        ({"qty": "５"}, "record-value-bad"),
        ({"qty": "0"}, "record-value-bad"),
        ({"qty": "1.5"}, "record-quantity-inexact"),
        ({"qty": "1 PALLET"}, "record-unit-unknown"),
        ({"price": "abc"}, "record-value-bad"),
        ({"price": ""}, "record-value-missing"),
        ({"party": "V9"}, "record-party-unknown"),
        ({"to": "Nowhere"}, "record-location-unknown"),
        ({"date": "2026-02-30"}, "record-value-bad"),
        ({"date": "05.01.2026"}, "record-value-bad"),
        ({"time": "25:00"}, "record-value-bad"),
        ({"Bad": "x"}, "record-value-unknown"),
    ],
)
def test_bad_values_are_refused_and_nothing_is_written(
    root: Path, receive: Record, values: dict[str, str], code: str
) -> None:
    before = files_of(root)
    outcome = receive(**values)
    assert code in codes(outcome)
    assert outcome.exit_code == 3
    assert not outcome.is_new
    assert files_of(root) == before


def test_where_nobody_says_the_usual_place_is_meant(root: Path, receive: Record) -> None:
    assert "Assets:Stock:Main " in receive(to="").text
    desk = Recorder(root, "SH1", "2026-01-05", {})
    line = {"item": "SKU-COLA330", "qty": "5"}
    for type_, source, target in (
        ("purchase-order", "Equity:Order:Supplier", "Equity:Order:Purchase"),
        ("purchase-invoice", "Equity:Invoice:Supplier", "Equity:Invoice:Purchase"),
        ("sale-invoice", "Equity:Invoice:Sale", "Equity:Invoice:Customer"),
        ("sale-delivery", "Assets:Stock:Main", "Equity:Stock:Customer"),
        ("scrap", "Assets:Stock:Main", "Equity:Stock:Scrap"),
    ):
        values = {**line, "party": "V0001", "price": "2.35", "reason": "damage"}
        text = desk.record(Entry(type_, values), dry_run=True).text
        assert f"  {target} " in text, type_
        assert f"  {source} " in text, type_


def test_a_change_of_place_is_never_guessed(root: Path) -> None:
    values = {"item": "SKU-COLA330", "qty": "5", "from": "Main"}
    outcome = Recorder(root, "SH1", "2026-01-05", {}).record(Entry("transfer", values))
    assert codes(outcome) == ["record-location-needed"]


def test_places_that_the_type_does_not_move_between_are_refused(root: Path) -> None:
    desk = Recorder(root, "SH1", "2026-01-05", {})
    values = {"item": "SKU-COLA330", "qty": "5", "from": "InTransit"}
    lost = desk.record(Entry("count-shortage", values))
    assert codes(lost) == ["flow-not-allowed"]
    assert "allowed: available inspection" in lost.problems[0].remedy()
    turned = {**values, "from": "Equity:Stock:Count", "to": "Main"}
    assert codes(desk.record(Entry("count-shortage", turned))) == ["flow-not-allowed"]
    undone = desk.record(Entry("count-shortage", {**turned, "reverses": "SH1-260104-0001"}))
    assert "flow-not-allowed" not in codes(undone)


@pytest.mark.req("AR-01")
def test_a_payment_is_judged_like_a_movement_and_keeps_what_was_typed(root: Path) -> None:
    desk = Recorder(root, "SH1", "2026-01-05", {})
    paid = {"party": "V0001", "amount": "9.00", "reason": "invoice", "date": "2026-01-05"}
    rate = {"rate": "7.10", "foreign": "1.27 USD", "project": "P1"}
    text = desk.record(Entry("payment", {**paid, **rate}), dry_run=True).text
    assert '  foreign: 1.27 USD\n  project: "P1"\n  rate: 7.10\n' in text
    assert codes(desk.record(Entry("payment", {**paid, "party": "V9"}))) == [
        "record-party-unknown"
    ]
    goods = {**paid, "item": "SKU-COLA330", "qty": "3"}
    assert codes(desk.record(Entry("payment", goods))) == ["record-value-unknown"] * 2
    named = Entry("payment", paid, ({"item": "SKU-COLA330"},))
    assert codes(desk.record(named)) == ["record-value-unknown"]
    (root / "ledgers/periods.beancount").write_text('2026-02-01 custom "close" "2026-01"\n')
    late = Recorder(root, "SH1", "2026-02-05", {}).record(Entry("payment", paid))
    assert codes(late) == ["record-period-closed"]


def test_all_faults_are_told_at_once(receive: Record) -> None:
    outcome = receive(item="X", party="Y", price="Z", to="W", date="2026-02-30")
    assert set(codes(outcome)) == {
        "record-item-unknown", "record-party-unknown", "record-value-bad",
        "record-location-unknown",
    }  # fmt: skip


@pytest.mark.req("IN-05")
def test_an_unknown_type_names_the_nearest(note: Record) -> None:
    outcome = note("purchase-reciept", item="SKU-COLA330", qty="1")
    assert codes(outcome) == ["record-type-unknown"]
    assert dict(outcome.problems[0].args)["nearest"] == "purchase-receipt"


@pytest.mark.req("SC-08", "TE-08")
def test_the_same_id_with_the_same_content_is_accepted_once(root: Path, receive: Record) -> None:
    first = receive(id="SCAN-260105-7")
    again = receive(id="SCAN-260105-7")
    assert (first.is_new, again.is_new, codes(again)) == (True, False, [])
    assert (root / DAY).read_text() == first.text
    other = receive(id="SCAN-260105-7", qty="99")
    assert codes(other) == ["record-id-taken"]
    assert other.exit_code == 5
    assert (root / DAY).read_text() == first.text


@pytest.mark.req("IN-16")
def test_a_lost_counter_goes_on_after_the_ledger(
    receive: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [receive().id, receive(date="2026-03-01").id] == ["SH1-260105-0001", "SH1-260105-0002"]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "new machine"))
    assert receive().id == "SH1-260105-0003"


@pytest.mark.req("IN-12", "FIN-01")
def test_a_dry_run_shows_the_vouchers_and_writes_nothing(
    root: Path, receive: Record, note: Record
) -> None:
    receive(qty="3", price="3.33")  # 9.99
    before = files_of(root)
    outcome = note(
        "sale-delivery", dry_run=True, party="C0001", item="SKU-COLA330", qty="1", price="5",
        from_="Main",
    )  # fmt: skip
    assert codes(outcome) == []
    assert files_of(root) == before
    main, cost = outcome.vouchers
    assert "-5.00 CNY" in main
    assert "5.65 CNY" in main  # 13 % VAT on 5.00
    assert "3.33 CNY" in cost  # a third of 9.99
    assert outcome.unchecked == ()


@pytest.mark.req("OUT-01", "TE-07")
def test_a_dry_run_finds_what_only_the_whole_books_know(note: Record) -> None:
    outcome = note(
        "sale-delivery", dry_run=True, party="C0001", item="SKU-COLA330", qty="1", price="5",
        from_="Main",
    )  # fmt: skip
    assert outcome.exit_code in {1, 3}
    assert any(p.severity == "error" for p in outcome.problems)


@pytest.mark.req("OUT-01", "TE-07")
def test_a_dry_run_comes_after_what_its_day_has_already(receive: Record, note: Record) -> None:
    """3 came and 2 went: of the next 2 one is short, and that is the one to be told."""
    receive(qty="3", price="3.33")
    sale = {"party": "C0001", "item": "SKU-COLA330", "qty": "2", "price": "5", "from_": "Main"}
    note("sale-delivery", **sale)
    outcome = note("sale-delivery", dry_run=True, **sale)
    assert outcome.id == "SH1-260105-99999"
    short = [p for p in outcome.problems if p.code == "stock-short"]
    assert [dict(p.args)["on_hand"] for p in short] == ["1"]
    there = outcome.text.count("\n")
    assert short[0].place.line > there  # behind the block of the first sale


@pytest.mark.req("FIN-08")
def test_a_payment_is_a_voucher_of_the_money_ledger(root: Path, note: Record) -> None:
    outcome = note("payment", party="V0001", amount="120.50")
    assert codes(outcome) == []
    assert outcome.path == "ledgers/money/2026/01/2026-01-05.SH1.beancount"
    (voucher,) = load(FolderTree(root)).money
    assert voucher.identity == f"payment/{outcome.id}/main"
    assert sorted(p.amount for p in voucher.postings) == [-12050, 12050]
    assert note("payment", party="V0001", amount="x").exit_code == 3


@pytest.mark.req("IN-01")
def test_several_lines_are_numbered(root: Path, note: Record) -> None:
    lines = [
        {"item": "SKU-COLA330", "qty": "10", "price": "2.50"},
        {"item": "SKU-RICE", "qty": "0.125", "price": "8"},
    ]
    outcome = note("purchase-receipt", lines, party="V0001", to="Main")
    assert codes(outcome) == []
    table = load(FolderTree(root)).table
    assert (table.line, table.quantity) == ([1, 2], [10, 125])


@pytest.mark.req("IN-11")
def test_a_closed_period_takes_nothing(root: Path, receive: Record) -> None:
    path = root / "ledgers" / "periods.beancount"
    path.write_text(path.read_text() + '\n2026-02-05 custom "close" "2026-01"\n')
    outcome = receive()
    assert codes(outcome) == ["record-period-closed"]
    assert outcome.exit_code == 4
    assert receive(date="2026-02-01").is_new


def test_broken_rules_stop_recording_with_their_place(root: Path, receive: Record) -> None:
    path = root / "rules" / "company.yaml"
    path.write_text(path.read_text() + "nonsense: 1\n")
    outcome = receive()
    assert outcome.exit_code == 3
    assert outcome.problems[0].place.path == "rules/company.yaml"
    assert outcome.problems[0].place.line > 1


@pytest.mark.req("SC-08", "ID-06")
def test_a_batch_is_judged_one_by_one_and_acknowledged_together(
    root: Path, receive: Record, tmp_path: Path
) -> None:
    receive(id="SCAN-260105-1")
    desk = Recorder(root, "SH1", "2026-01-05", {"XDG_STATE_HOME": str(tmp_path / "state")})
    usual = {"party": "V0001", "item": "SKU-COLA330", "qty": "100", "price": "2.35", "to": "Main"}
    news = [{**usual, "id": f"SCAN-260105-{n}"} for n in (1, 2, 3, 3)]
    wrong = [{**usual, "item": "X"}, {**usual, "id": "SCAN-260105-1", "qty": "9"}]
    entries = [Entry("purchase-receipt", values) for values in [*news, *wrong, *[usual] * 150]]
    outcomes = desk.record_many(entries)
    assert [o.is_new for o in outcomes[:6]] == [False, True, True, False, False, False]
    assert [codes(o) for o in outcomes[:6]] == [
        [], [], [], [], ["record-item-unknown"], ["record-id-taken"]
    ]  # fmt: skip
    assert all(o.is_new for o in outcomes[6:])
    table = load(FolderTree(root)).table
    assert len(table) == len(set(table.id)) == 153


@pytest.mark.req("OP-08")
def test_recording_loads_nothing_heavy_and_is_quick(root: Path, tmp_path: Path) -> None:
    code = (
        "import sys, os, pathlib; from invledger.books.record import Recorder, Entry;"
        f"desk = Recorder(pathlib.Path({str(root)!r}), 'SH1', '2026-01-05', os.environ);"
        "out = desk.record(Entry('purchase-receipt', {'party': 'V0001', 'item': 'SKU-COLA330',"
        " 'qty': '1', 'price': '1', 'to': 'Main'}));"
        "print(out.id, *sorted({'polars', 'git', 'beancount', 'jinja2', 'numpy'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["SH1-260105-0001"]
    desk = Recorder(root, "SH2", "2026-01-05", {"XDG_STATE_HOME": str(tmp_path / "state")})
    values = {"party": "V0001", "item": "SKU-COLA330", "qty": "1", "price": "1", "to": "Main"}
    spent = []
    for _ in range(40):
        begun = time.perf_counter()
        assert desk.record(Entry("purchase-receipt", values)).is_new
        spent.append(time.perf_counter() - begun)
    assert sorted(spent)[20] < 0.05


@pytest.mark.req("IN-14", "CO-09", "CO-10")
def test_a_value_document_names_goods_and_may_sink(note: Record) -> None:
    outcome = note("write-down", item="SKU-COLA330", amount="-5.00", dry_run=True)
    assert 'custom "write-down"' in outcome.text
    assert "-5.00 CNY" in outcome.text
    assert 'item: "SKU-COLA330"' in outcome.text


@pytest.mark.req("AR-10")
def test_a_price_may_name_its_currency(receive: Record) -> None:
    outcome = receive(price="2.00 USD", rate="7.1")
    assert "@ 2.00 USD" in outcome.text
    assert "rate: 7.1" in outcome.text
    assert outcome.exit_code == 0


@pytest.mark.req("IN-12")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"price": "-1"}, "price-negative"),
        ({"price": "0"}, "zero-price"),
        ({"price": "1.00000000001"}, "price-unclear"),
        ({"price": "abc"}, "record-value-bad"),
        ({"price": "9" * 29}, "number-too-long"),
        ({"qty": "9" * 20, "price": "9" * 15}, "amount-too-long"),
        ({"qty": "0"}, "record-value-bad"),
        ({"qty": "1.5"}, "record-quantity-inexact"),
    ],
)
def test_bad_numbers_are_told_once_and_write_nothing(
    root: Path, receive: Record, given: dict[str, str], code: str
) -> None:
    before = files_of(root)
    outcome = receive(**given)
    assert codes(outcome) == [code]
    assert files_of(root) == before
    for language in ("en", "zh"):
        found = outcome.problems[0]
        assert "{" not in found.text(language) + found.remedy(language)


def test_nothing_for_a_reason_is_recorded_and_citations_are_left_to_check(receive: Record) -> None:
    outcome = receive(price="0", reason="赠品", ref="PO-1")
    assert codes(outcome) == []
    assert outcome.unchecked == ("citations", "stock", "serial", "expiry")


@pytest.mark.req("IN-12")
def test_what_undoes_another_movement_need_not_say_again_what_that_one_says(
    receive: Record, note: Record
) -> None:
    goods = {"party": "V0001", "item": "SKU-COLA330", "qty": "2"}
    ends = {"from_": "Equity:Invoice:Purchase", "to": "Equity:Invoice:Supplier"}
    receive()
    sent = note("purchase-return", **goods, ref="SH1-260105-0001", from_="Main")
    credit = note("purchase-credit", **goods, price="2.35", ref=sent.id)
    assert codes(credit) == []
    assert codes(note("purchase-credit", **goods, **ends)) == ["record-value-missing"] * 2
    undone = note("purchase-credit", **goods, **ends, reverses=credit.id, dry_run=True)
    assert codes(undone) == []
    assert [line.split()[-2] for line in undone.vouchers[0].splitlines() if "暂估" in line] == [
        "4.70"
    ]


@pytest.mark.req("IN-04")
def test_goods_sold_before_the_books_began_come_back_at_a_stated_cost(note: Record) -> None:
    goods = {"party": "C0001", "item": "SKU-COLA330", "qty": "2", "to": "Main", "dry_run": True}
    assert codes(note("sale-return", **goods, reason="before")) == ["record-value-missing"]
    back = note("sale-return", **goods, reason="before", unit_cost="2.00", price="5.00")
    assert codes(back) == []
    assert "4.00 CNY" in back.vouchers[1]
