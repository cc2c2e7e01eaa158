"""`close` and `reopen`: what they refuse and write, and what nobody may change afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from invledger.books import (
    CloseOutcome,
    Signers,
    book,
    close,
    load,
    post,
    reopen,
)
from invledger.books.gate import changes_of_closed
from invledger.books.sealing import FORM, PARTS
from invledger.model import Place, Problem
from invledger.store import Cache, FolderTree
from tests.books.conftest import Record, files_of
from tests.crash.faults import crash_at

WHO = Signers("a", "b", "c")
PERIODS = "ledgers/periods.beancount"
JANUARY = "ledgers/movements/2026/01/2026-01-05.SH1.beancount"


def codes(problems: list[Problem]) -> list[str]:
    return [one.code for one in problems]


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text, text
    (root / path).write_text(text.replace(old, new, 1), "utf-8")


def more(root: Path, path: str, text: str) -> None:
    with (root / path).open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.fixture
def january(root: Path, receive: Record, note: Record) -> Path:
    """100 in at 2.35, 10 out at 4; posted."""
    receive()
    sold = {"party": "C0001", "item": "SKU-COLA330", "qty": "10", "price": "4", "from": "Main"}
    assert note("sale-delivery", date="2026-01-06", **sold).is_new
    assert post(root).counts["new"]
    return root


@pytest.fixture
def closed(january: Path) -> Path:
    """The same with January booked and closed on 3 February."""
    assert close(january, "2026-01", "2026-02-03", WHO).problems == []
    return january


@pytest.mark.req("FIN-10", "FIN-17")
def test_close_books_what_is_left_and_names_digests(january: Path) -> None:
    done = close(january, "2026-01", "2026-02-03", WHO)
    assert (done.problems, len(done.entries)) == ([], 3)  # receipt, revenue, cost of sales
    text = (january / PERIODS).read_text("utf-8")
    assert text.endswith(done.text)
    head, *lines = done.text.splitlines()
    assert head == '2026-02-03 custom "close" "2026-01"'
    assert [line.split(":")[0].strip() for line in lines] == ["form", *PARTS]
    assert lines[0] == f'  form: "{FORM}"'
    assert {len(line.split('"')[1]) for line in lines[1:]} == {64}
    assert post(january).is_clean
    sources = load(FolderTree(january))
    assert sources.master.closed_periods() == {"2026-01"}
    assert changes_of_closed(sources) == []


@pytest.mark.req("FIN-10")
def test_a_dry_run_writes_nothing(january: Path) -> None:
    before = files_of(january)
    done = close(january, "2026-01", "2026-02-03", WHO, dry_run=True)
    assert (done.text != "", len(done.entries)) == (True, 3)
    assert files_of(january) == before


@pytest.mark.req("FIN-10", "FIN-17")
def test_what_close_refuses(january: Path, receive: Record, note: Record) -> None:
    def refused(*args: object, **more_: bool) -> list[str]:
        before = files_of(january)
        done = close(january, *args, **more_)  # type: ignore[arg-type]  # any call
        assert files_of(january) == before
        assert (done.text, done.entries) == ("", [])
        return codes(done.problems)

    assert refused("2026-13", "2026-02-03", WHO) == ["period-unclear"]
    assert refused("2026-02", "2026-03-03", WHO) == ["close-order"]
    assert refused("2025-12", "2026-02-03", WHO) == ["close-order"]
    assert refused("2026-01", "2026-01-31", WHO) == ["close-date"]  # not over
    assert refused("2026-01", "2026-02-03") == ["close-unbooked"]
    assert refused("2026-01", "2026-02-03", Signers("a", "a", "c")) == ["book-same-person"]
    receive(date="2026-01-20")
    assert set(refused("2026-01", "2026-02-03", WHO)) >= {"book-unposted"}
    assert post(january).counts["new"] == 1
    sold = {"party": "C0001", "item": "SKU-COLA330", "qty": "900", "price": "4", "from": "Main"}
    note("sale-delivery", date="2026-02-02", **sold)
    assert "stock-short" in refused("2026-01", "2026-02-03", WHO)


@pytest.mark.req("FIN-10", "FIN-17")
def test_closed_once_and_one_after_the_other(closed: Path, receive: Record) -> None:
    again = close(closed, "2026-01", "2026-02-04", WHO)
    assert codes(again.problems) == ["close-again"]
    assert again.problems[0].place.path == PERIODS
    receive(date="2026-03-02")
    post(closed)
    assert codes(close(closed, "2026-03", "2026-04-02", WHO).problems) == ["close-order"]
    early = close(closed, "2026-02", "2026-02-28", WHO)
    assert codes(early.problems) == ["close-date"]
    assert close(closed, "2026-02", "2026-03-02", WHO).problems == []  # a month of nothing
    assert close(closed, "2026-03", "2026-04-02", WHO).problems == []


@pytest.mark.req("FIN-10", "CO-08")
def test_a_close_is_not_dated_before_what_reached_back(january: Path, note: Record) -> None:
    """An invoice of 10 February has re-costed January's receipt: 100 at 2.45."""
    invoice = {"party": "V0001", "item": "SKU-COLA330", "qty": "100", "price": "2.45"}
    first = next(line for line in (january / JANUARY).read_text().splitlines() if " id: " in line)
    made = note("purchase-invoice", date="2026-02-10", ref=first.split('"')[1], **invoice)
    assert made.is_new, made.problems
    post(january)
    found = close(january, "2026-01", "2026-02-03", WHO).problems
    assert codes(found) == ["close-date"]
    assert dict(found[0].args)["first"] == "2026-02-10"
    assert close(january, "2026-01", "2026-02-11", WHO).problems == []
    assert post(january).is_clean


@pytest.mark.req("FIN-10", "FIN-17", "FIN-18")
def test_reopen_leaves_a_trace_and_what_is_booked(closed: Path, receive: Record) -> None:
    def refused(period: str, date: str) -> list[str]:
        return codes(reopen(closed, period, date, "late receipt").problems)

    assert refused("2026", "2026-02-05") == ["period-unclear"]
    assert refused("2026-02", "2026-02-05") == ["reopen-order"]
    assert refused("2026-01", "2026-02-02") == ["close-date"]
    register = (closed / "ledgers/register/2026-01.beancount").read_bytes()
    done = reopen(closed, "2026-01", "2026-02-05", "late receipt")
    assert done.text == '2026-02-05 custom "reopen" "2026-01"\n  reason: "late receipt"\n'
    receive(date="2026-01-05", price="2.55")
    outcome = post(closed)
    assert outcome.problems == []
    assert (closed / "ledgers/register/2026-01.beancount").read_bytes() == register
    assert close(closed, "2026-01", "2026-02-06", WHO).problems == []
    assert refused("2026-01", "2026-02-06") == []


Edit = Callable[[Path], None]


def other_method(root: Path) -> None:
    """FIFO from the beginning: the same costs, but layers where an average was."""
    edit(root, "rules/company.yaml", "cost: {method: moving-average", "cost: {method: fifo")


def other_rule(root: Path) -> None:
    edit(root, "rules/movements/purchase-receipt.yaml", "party: true", "party: false")


def other_account(root: Path) -> None:
    path = root / "ledgers/accounts.beancount"
    text = path.read_text("utf-8")
    path.write_text(text.replace("1405-库存商品", "1405-商品"), "utf-8")


def other_item(root: Path) -> None:
    edit(root, "ledgers/items.beancount", 'category: "goods"', 'category: "raw"')


UNDATED: list[tuple[Edit, str]] = [
    (other_method, "rules/company.yaml"),
    (other_rule, "rules/movements/purchase-receipt.yaml"),
    (other_account, ""),
    (other_item, "ledgers/items.beancount"),
]


@pytest.mark.req("FIN-10", "FIN-18", "CO-06")
@pytest.mark.parametrize(("change", "path"), UNDATED, ids=lambda one: getattr(one, "__name__", ""))
def test_an_undated_edit_is_refused(closed: Path, change: Edit, path: str) -> None:
    change(closed)
    before = files_of(closed)
    cache = Cache(closed.parent / "cache")
    for how in ({}, {"check": True}, {"dry_run": True}):
        found = post(closed, cache=cache, **how).problems  # type: ignore[arg-type]  # any call
        assert "closed-period-changed" in codes(found), found
        one = next(p for p in found if p.code == "closed-period-changed")
        assert dict(one.args)["period"] == "2026-01"
        assert one.place.line
        assert one.place.path == path or not path
    assert files_of(closed) == before
    assert codes(close(closed, "2026-02", "2026-03-03", WHO).problems)
    assert reopen(closed, "2026-01", "2026-02-04", "another method").problems == []
    assert "closed-period-changed" not in codes(post(closed).problems)


@pytest.mark.req("FIN-10", "CO-06")
def test_the_same_edit_with_a_date_may_be_made(closed: Path, receive: Record) -> None:
    more(closed, "rules/company.yaml",
         "\ncost-changes:\n  - {from: 2026-02-01, cost: {method: fifo}, apply: prospective, "
         "reason: asked for}\n")  # fmt: skip
    receive(date="2026-02-04")
    outcome = post(closed)
    assert (outcome.problems, outcome.counts["new"]) == ([], 1)


@pytest.mark.req("FIN-10", "CO-06")
def test_an_edit_that_changes_nothing_may_stay(closed: Path) -> None:
    more(closed, "rules/company.yaml", "\n# a remark\n")
    edit(closed, "ledgers/items.beancount", 'name: "可乐"', 'name: "可乐330"')
    more(closed, "ledgers/items.beancount", '\n2026-01-01 commodity NEW\n  unit: "EA"\n')
    more(closed, "ledgers/prices.beancount", "\n2026-01-01 price USD 7.1 CNY\n")
    assert post(closed).is_clean


@pytest.mark.req("FIN-10", "CO-03")
def test_a_planned_price_of_the_past_is_not_edited(root: Path, receive: Record) -> None:
    edit(root, "rules/company.yaml", "cost: {method: moving-average", "cost: {method: planned")
    more(root, "ledgers/prices.beancount",
         '\n2026-01-01 price SKU-COLA330 2.50 CNY\n  kind: "planned"\n')  # fmt: skip
    receive()
    post(root)
    assert close(root, "2026-01", "2026-02-03", WHO).problems == []
    edit(root, "ledgers/prices.beancount", "2.50 CNY", "2.40 CNY")
    found = post(root).problems
    assert codes(found) == ["closed-period-changed"]
    assert found[0].place.path == "ledgers/prices.beancount"


@pytest.mark.req("FIN-10", "FIN-18", "CO-07")
def test_a_movement_into_a_closed_period_is_refused_at_its_line(
    closed: Path, receive: Record
) -> None:
    before = files_of(closed)
    made = receive(date="2026-01-20")
    assert codes(made.problems) == ["record-period-closed"]
    assert files_of(closed) == before
    text = (closed / JANUARY).read_text("utf-8")
    late = closed / "ledgers/movements/2026/01/2026-01-20.XX.beancount"
    late.write_text("\n".join(
        line for line in text.split("\n\n")[0].splitlines() if "; sum" not in line
    ).replace("2026-01-05", "2026-01-20").replace('id: "SH1-', 'id: "XX-') + "\n")  # fmt: skip
    found = post(closed).problems
    assert codes(found) == ["closed-period"]
    assert found[0].place == Place("ledgers/movements/2026/01/2026-01-20.XX.beancount", 1)
    late.unlink()
    assert post(closed).is_clean


@pytest.mark.req("FIN-10", "FIN-18", "CO-07")
def test_a_movement_of_a_closed_period_is_neither_edited_nor_taken_away(closed: Path) -> None:
    kept = (closed / JANUARY).read_text("utf-8")
    lines = [line for line in kept.splitlines() if "; sum" not in line]
    (closed / JANUARY).write_text("\n".join(lines).replace("2.35", "2.45") + "\n")
    found = post(closed).problems
    assert codes(found) == ["closed-period-edited"]
    assert found[0].place == Place(JANUARY, 1)
    (closed / JANUARY).write_text(kept)
    assert post(closed).is_clean
    (closed / JANUARY.replace("-05.", "-06.")).write_text("; the sale is gone\n")
    found = post(closed).problems
    assert codes(found) == ["closed-period-edited"]
    assert found[0].place.path == PERIODS  # the line is not there any more


@pytest.mark.req("FIN-05", "FIN-10")
def test_the_register_of_a_closed_period_is_final(closed: Path) -> None:
    """Its last entry taken away: a digest says so."""
    path = closed / "ledgers/register/2026-01.beancount"
    text = path.read_text("utf-8")
    path.write_text(text[: text.rindex("2026-01-")], "utf-8")
    assert "closed-register-changed" in codes(post(closed).problems)


@pytest.mark.req("CO-07", "CO-08", "FIN-18")
def test_late_value_and_corrections_still_go_into_the_open_period(
    closed: Path, note: Record
) -> None:
    """An invoice of February: 100 at 2.45 instead of 2.35; 10 of them were sold: 9.00 on stock,
    1.00 of cost.
    """
    text = (closed / JANUARY).read_text("utf-8")
    receipt = next(line.split('"')[1] for line in text.splitlines() if " id: " in line)
    invoice = {"party": "V0001", "item": "SKU-COLA330", "qty": "100", "price": "2.45"}
    assert note("purchase-invoice", date="2026-02-10", ref=receipt, **invoice).is_new
    outcome = post(closed)
    assert (outcome.problems, outcome.counts["changed"]) == ([], 0)
    voucher = (closed / "ledgers/vouchers/2026/02/2026-02-10.beancount").read_text("utf-8")
    assert " 9.00 CNY" in voucher
    assert " 1.00 CNY" in voucher


@pytest.mark.req("FIN-10", "SE-06")
@pytest.mark.parametrize(("old", "new"), [('form: "2"', 'form: "0"'), ("  rules:", "  rulez:")])
def test_a_close_whose_digests_are_not_whole_proves_nothing(
    closed: Path, old: str, new: str
) -> None:
    edit(closed, PERIODS, old, new)
    found = post(closed).problems
    assert codes(found) == ["close-unclear"]
    assert (found[0].place.path, found[0].place.line > 0) == (PERIODS, True)


@pytest.mark.req("FIN-10", "FIN-18")
def test_nothing_is_booked_while_a_closed_period_would_change(
    closed: Path, receive: Record
) -> None:
    receive(date="2026-02-04")
    post(closed)
    other_method(closed)
    done = book(closed, "2026-02", WHO)
    assert ("closed-period-changed" in codes(done.problems), done.entries) == (True, [])


@pytest.mark.req("FIN-10", "OP-05", "TE-08")
@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_a_close_that_dies_at_any_call_is_finished_by_the_next(january: Path, step: int) -> None:
    """Booked and not closed, or neither, or both: never part of an entry."""
    for nth in count(1, step):
        root = january.parent / f"died{nth}"
        shutil.copytree(january, root)
        died = crash_at(nth, partial(close, root, "2026-01", "2026-02-03", WHO))
        done = close(root, "2026-01", "2026-02-03", WHO)
        assert codes(done.problems) in ([], ["close-again"]), nth
        sources = load(FolderTree(root))
        assert len(sources.register) == 3
        assert changes_of_closed(sources) == []
        assert post(root).is_clean
        if not died:
            break
    assert nth > 6


@pytest.mark.req("FIN-10")
def test_a_close_by_hand_has_no_digest_and_works_as_ever(january: Path) -> None:
    book(january, "2026-01", WHO)
    more(january, PERIODS, '2026-02-03 custom "close" "2026-01"\n')
    assert post(january).is_clean
    other_method(january)
    assert post(january).problems == []


@pytest.mark.req("FIN-10", "OP-07")
def test_a_close_is_the_same_in_any_copy(january: Path) -> None:
    copy = january.parent / "copy"
    shutil.copytree(january, copy)
    (copy / JANUARY).rename((copy / JANUARY).with_name("2026-01-05.other.beancount"))

    def text(done: CloseOutcome) -> str:
        assert done.problems == []
        return done.text

    assert text(close(january, "2026-01", "2026-02-03", WHO)) == text(
        close(copy, "2026-01", "2026-02-03", WHO)
    )
