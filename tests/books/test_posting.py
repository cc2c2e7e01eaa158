"""`post` and `book`: derived files, the register, and what is never touched again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from invledger.books import Signers, book, derive, load, open_books, post
from invledger.books.stamping import audit_stamp
from invledger.ledger import print_voucher, voucher_printer
from invledger.model import Posting, Refused, Voucher
from invledger.reports import Query, cost_layers, scope_of, stock
from invledger.reports.cost_movements import cost_movements
from invledger.reports.costs import cost_items, cost_periods
from invledger.store import Cache, FolderTree, Lock
from tests.books.conftest import Record, files_of

DAY = "ledgers/vouchers/2026/01/2026-01-05.beancount"
WHO = Signers("a", "b", "c")


def codes(outcome: object) -> list[str]:
    return [p.code for p in getattr(outcome, "problems")]  # noqa: B009  outcomes of several kinds


def deliver(note: Record, **values: str) -> None:
    usual = {"party": "C0001", "item": "SKU-COLA330", "qty": "10", "price": "4", "from": "Main"}
    assert note("sale-delivery", **{**usual, **values}).is_new


def three_days(root: Path, receive: Record, note: Record, *, is_posted: bool) -> None:
    """A receipt and a delivery on each of three days of January."""
    for day in ("05", "07", "09"):
        receive(date=f"2026-01-{day}")
        deliver(note, date=f"2026-01-{day}")
    if is_posted:
        post(root)


@pytest.mark.req("FIN-01", "FIN-03")
def test_post_writes_one_file_a_day_and_then_nothing(root: Path, receive: Record) -> None:
    receive()
    receive(date="2026-01-07")
    outcome = post(root)
    assert outcome.counts == {"new": 2, "changed": 0, "gone": 0, "unchanged": 0}
    assert outcome.written == [DAY, DAY.replace("-05", "-07")]
    text = (root / DAY).read_text()
    assert text.startswith("; derived by invledger 1 — do not edit\n; inputs: sha256:")
    assert re.search(r"\n  Assets:1405-库存商品 +235\.00 CNY\n", text)
    before = files_of(root)
    again = post(root)
    assert (again.is_clean, again.counts["unchanged"]) == (True, 2)
    assert files_of(root) == before


@pytest.mark.req("CO-06")
@pytest.mark.parametrize(
    "more",
    [
        "items:\n  SKU-KOLA: {method: fifo, reason: a slip}\n",
        """cost-changes:
  - {from: 2026-01-01, item: SKU-KOLA, cost: {method: fifo}, apply: prospective, reason: a slip}
""",
    ],
)
def test_rules_for_an_item_that_nobody_knows_are_not_posted(
    root: Path, receive: Record, more: str
) -> None:
    """Neither at first nor when the vouchers stand already."""
    receive()
    rules = root / "rules/company.yaml"
    sound = rules.read_text()
    rules.write_text(f"{sound}\n{more}")
    assert codes(post(root)) == ["cost-item-unknown"]
    assert not (root / DAY).exists()
    rules.write_text(sound)
    assert post(root).written == [DAY]
    receive(date="2026-01-07")
    rules.write_text(f"{sound}\n{more}")
    assert codes(post(root, cache=Cache(root / "cache"))) == ["cost-item-unknown"]


@pytest.mark.req("FIN-04", "CO-07")
def test_a_back_dated_receipt_changes_what_follows(
    root: Path, receive: Record, note: Record
) -> None:
    receive()  # 100 at 2.35
    deliver(note, date="2026-01-06")  # cost 23.50
    post(root)
    receive(date="2026-01-04", qty="100", price="4.35")  # average now (235 + 435) / 200 = 3.35
    before = files_of(root)
    shown = post(root, dry_run=True)
    assert files_of(root) == before
    assert [(c.kind, c.identity.split("/")[0]) for c in shown.changes] == [
        ("new", "purchase-receipt"), ("changed", "sale-delivery")
    ]  # fmt: skip
    change = shown.changes[1]
    assert change.before is not None
    assert change.after is not None
    assert [p.amount for p in change.before.postings] == [2350, -2350]
    assert [p.amount for p in change.after.postings] == [3350, -3350]
    assert codes(post(root, check=True)) == ["post-needed", "post-needed"]
    assert post(root).counts == {"new": 1, "changed": 1, "gone": 0, "unchanged": 2}
    assert post(root, check=True).is_clean


@pytest.mark.req("FIN-04")
@pytest.mark.parametrize("edit", ["change", "remove", "add", "strange"])
def test_check_finds_every_edit_of_a_derived_file(
    root: Path, receive: Record, edit: str
) -> None:
    receive()
    post(root)
    good = files_of(root)
    path = root / DAY
    if edit == "change":
        path.write_text(path.read_text().replace("235.00", "236.00"))
    elif edit == "remove":
        path.unlink()
    elif edit == "add":
        path.with_name("2026-01-09.beancount").write_text(path.read_text())
    else:
        path.write_bytes(b"\xff\x00 not a ledger")
    found = post(root, check=True)
    assert (found.is_clean, codes(found)) == (False, ["post-needed"])
    assert found.problems[0].exit_code == 1
    post(root)
    assert files_of(root) == good


@pytest.mark.req("FIN-03")
def test_a_day_without_vouchers_loses_its_file(root: Path, receive: Record) -> None:
    outcome = receive()
    post(root)
    (root / outcome.path).unlink()
    gone = post(root)
    assert (gone.removed, gone.counts["gone"]) == ([DAY], 1)
    assert not (root / DAY).exists()
    assert (root / "ledgers/vouchers/0000/00/empty.beancount").exists()


@pytest.mark.req("FIN-03", "TE-07")
def test_errors_in_the_books_stop_post_before_it_writes(
    root: Path, receive: Record, note: Record
) -> None:
    receive()
    deliver(note, qty="1000", date="2026-01-06")
    before = files_of(root)
    outcome = post(root)
    assert any(p.severity == "error" for p in outcome.problems)
    assert files_of(root) == before
    assert not outcome.is_clean
    assert book(root, "2026-01", WHO).entries == []


def test_post_until_a_date_leaves_later_days_alone(root: Path, receive: Record) -> None:
    receive()
    receive(date="2026-01-07")
    assert post(root, until="2026-01-06").written == [DAY]
    assert not (root / DAY.replace("-05", "-07")).exists()
    assert not post(root, check=True).is_clean


@pytest.mark.req("OP-05", "TE-08")
def test_two_posts_at_once_are_a_conflict(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invledger.store.lock.WAIT_SECONDS", 0.05)
    monkeypatch.setattr(Lock.__init__, "__defaults__", (0.05,))
    with Lock(root, "ledgers/.post.lock"), pytest.raises(Refused) as found:
        post(root)
    assert found.value.problems[0].exit_code == 5


@pytest.mark.req("FIN-05")
def test_numbers_are_continuous_by_period_and_booking_twice_is_booking_once(
    root: Path, receive: Record, note: Record
) -> None:
    receive()
    deliver(note)
    note("payment", party="V0001", amount="20")
    receive(date="2026-02-03")
    post(root)
    first = book(root, "2026-01", WHO)
    assert codes(first) == []
    assert [(e.period, e.word, e.number) for e in first.entries] == [
        ("2026-01", "记", n) for n in (1, 2, 3, 4)
    ]
    assert [e.identity.split("/")[0] for e in first.entries] == [
        "payment", "purchase-receipt", "sale-delivery", "sale-delivery"
    ]  # fmt: skip
    before = files_of(root)
    assert book(root, "2026-01", WHO).entries == []
    assert files_of(root) == before
    second = book(root, "2026-02-28", WHO)
    assert [(e.period, e.number) for e in second.entries] == [("2026-02", 1)]
    assert post(root, check=True).is_clean
    register = load(FolderTree(root)).register
    assert [(b.period, b.number, b.prepared, b.reviewed, b.booked) for b in register][:1] == [
        ("2026-01", 1, "a", "b", "c")
    ]


@pytest.mark.req("FIN-05", "CO-07")
def test_what_is_booked_stays_and_a_difference_comes_as_an_adjustment(
    root: Path, receive: Record, note: Record
) -> None:
    receive()  # 100 at 2.35
    deliver(note, date="2026-01-06")  # 10 at 2.35 = 23.50
    post(root)
    book(root, "2026-01", WHO)
    receipt = (root / DAY).read_text()
    receive(date="2026-01-04", qty="100", price="4.35")  # 10 at 3.35 = 33.50
    outcome = post(root)
    assert outcome.counts == {"new": 2, "changed": 0, "gone": 0, "unchanged": 3}
    assert (root / DAY).read_text() == receipt
    posted = {v.identity: v for v in load(FolderTree(root)).posted}
    (adjusting,) = [v for name, v in posted.items() if name.endswith("~1")]
    assert sorted(p.amount for p in adjusting.postings) == [-1000, 1000]  # 33.50 - 23.50
    assert adjusting.identity.endswith("/cost~1")
    assert post(root, check=True).is_clean
    assert [e.number for e in book(root, "2026-01", WHO).entries] == [4, 5]
    assert post(root, check=True).is_clean


@pytest.mark.req("FIN-05", "AU-02")
def test_an_edited_booked_voucher_stops_everything(root: Path, receive: Record) -> None:
    receive()
    post(root)
    book(root, "2026-01", WHO)
    path = root / DAY
    path.write_text(path.read_text().replace("235.00", "236.00"))
    outcome = post(root)
    assert any(p.severity == "error" for p in outcome.problems)
    assert "236.00" in path.read_text(), "evidence is not overwritten"


@pytest.mark.req("AP-01")
def test_booking_asks_for_two_people_and_for_posted_vouchers(root: Path, receive: Record) -> None:
    receive()
    same = book(root, "2026-01", Signers("a", "a", "c"))
    assert codes(same) == ["book-same-person"]
    assert same.problems[0].exit_code == 4
    unposted = book(root, "2026-01", WHO)
    assert (codes(unposted), unposted.entries) == (["book-unposted"], [])
    post(root)
    assert len(book(root, "2026-01", WHO, dry_run=True).entries) == 1
    assert load(FolderTree(root)).register == []


@pytest.mark.req("FIN-05")
def test_a_closed_period_is_not_booked_into(root: Path, receive: Record) -> None:
    receive()
    post(root)
    path = root / "ledgers" / "periods.beancount"
    path.write_text(path.read_text() + '\n2026-02-05 custom "close" "2026-01"\n')
    outcome = book(root, "2026-01", WHO)
    assert "book-period-closed" in codes(outcome)
    assert outcome.entries == []


@pytest.mark.req("OP-07")
def test_the_cache_changes_nothing(root: Path, receive: Record, tmp_path: Path) -> None:
    receive()
    receive(date="2026-01-07", qty="5 BOX")
    cache = Cache.of_user({"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert cache is not None
    plain = load(FolderTree(root))
    for _ in range(3):
        cached = load(FolderTree(root), cache=cache)
        assert cached.table == plain.table
        assert derive(cached).vouchers == derive(plain).vouchers
    assert list((tmp_path / "cache" / "invledger").glob("[0-9a-f][0-9a-f]/*"))
    receive(date="2026-01-07")
    assert len(load(FolderTree(root), cache=cache).table) == 3


@pytest.mark.req("FIN-04", "OP-08")
@pytest.mark.parametrize("state", ["posted", "unposted", "edited", "booked", "strange"])
def test_opening_the_books_is_loading_and_deriving(
    root: Path, receive: Record, note: Record, state: str
) -> None:
    """What equals the derivation is not parsed; the result is the same as parsing it."""
    three_days(root, receive, note, is_posted=state != "unposted")
    if state == "edited":
        (root / DAY).write_text((root / DAY).read_text().replace("235.00", "236.00"))
        (root / DAY).with_name("2026-01-31.beancount").write_text((root / DAY).read_text())
    elif state == "booked":
        book(root, "2026-01-07", WHO)
    elif state == "strange":
        (root / DAY).write_bytes(b"\xff")
    sources, derivation = open_books(FolderTree(root))
    plain = load(FolderTree(root))
    assert sources.posted == plain.posted
    assert sources.problems == plain.problems
    assert derivation.vouchers == derive(plain).vouchers
    assert len(sources.posted) == {"unposted": 0, "edited": 12, "strange": 6}.get(state, 9)


@pytest.mark.req("INV-01", "RP-02", "RP-13")
@pytest.mark.parametrize("state", ["posted", "unposted", "edited", "booked"])
def test_who_asks_for_goods_and_costs_alone_is_told_the_same(
    root: Path, receive: Record, note: Record, state: str
) -> None:
    """Vouchers on disk are not looked at; only how far they go is known by their files' names."""
    three_days(root, receive, note, is_posted=state != "unposted")
    if state == "edited":
        later = (root / DAY).read_text().replace("2026-01-05", "2026-01-31")
        (root / DAY).with_name("2026-01-31.beancount").write_text(later)
    elif state == "booked":
        book(root, "2026-01-07", WHO)
    whole = open_books(FolderTree(root))
    goods = open_books(FolderTree(root), vouchers=False)
    assert (goods[0].posted, bool(whole[0].posted)) == ([], state != "unposted")
    for make in (stock, cost_layers, cost_items, cost_periods, cost_movements):
        assert make(*goods, Query()) == make(*whole, Query())
    assert scope_of(goods[0], Query()) == scope_of(whole[0], Query())
    last = {"edited": "2026-01-31"}.get(state, "2026-01-09")
    assert scope_of(goods[0], Query())[0][1] == (last, last)


@pytest.mark.req("AU-10", "TE-08")
def test_digests_know_content_only(root: Path, receive: Record) -> None:
    """File split, file names and order of blocks never matter (RELIABILITY N6)."""
    for n in range(4):
        receive(qty=str(n + 1))
    stamp = audit_stamp(load(FolderTree(root)))
    path = root / "ledgers/movements/2026/01/2026-01-05.SH1.beancount"
    blocks = path.read_text().split("\n\n")
    path.unlink()
    for n, block in enumerate(reversed(blocks)):
        path.with_name(f"2026-01-05.X{n}.beancount").write_text(f"; typed\n\n{block.strip()}\n")
    assert audit_stamp(load(FolderTree(root))) == stamp
    receive(qty="9")
    changed = audit_stamp(load(FolderTree(root)))
    assert changed["data"] != stamp["data"]
    assert changed["rules"] == stamp["rules"]


@pytest.mark.req("IN-11")
def test_a_reader_that_cannot_read_says_so_and_reads_the_rest(root: Path, receive: Record) -> None:
    receive()
    bad = root / "ledgers/movements/2026/01"
    (bad / "2026-01-06.X.beancount").symlink_to("/etc/passwd")
    (bad / "2026-01-07.X.beancount").write_bytes(b"\xff")
    sources = load(FolderTree(root))
    assert len(sources.table) == 1
    assert {p.place.path.rpartition("/")[2] for p in sources.problems} == {
        "2026-01-06.X.beancount", "2026-01-07.X.beancount"
    }  # fmt: skip


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_the_quick_printer_prints_what_the_plain_one_prints(decimals: int) -> None:
    names = ("", "华东电子", 'a "b"', "back\\slash")
    links = ((), ("A-1",), ("B", "A-1"), ("单据 7",), ("_.x",))
    metas = ((), (("item", "A"), ("qty", "-1.50")), (("party", "x"), ("lot", "")))
    print_day = voucher_printer(decimals)
    for payee in names:
        for link in links:
            for meta in metas:
                for amount in (0, 1, -5, 99, -100, 123456789):
                    postings = (
                        Posting("Assets:1405-库存商品", amount, "CNY", red=amount < 0, meta=meta),
                        Posting("A" * 70, -amount, "CNY"),
                    )
                    voucher = Voucher("2026-01-05", "t/x/main", payee, payee, postings, link)
                    for one in (voucher, voucher._replace(word="转", meta=(("doc", "7"),))):
                        assert print_day([one]) == [print_voucher(one, decimals)]
