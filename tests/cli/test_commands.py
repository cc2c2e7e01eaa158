"""Each command on a small company; figures by hand: 100 at 2.35, 30 sold at 5.00, VAT 13 %."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from invledger.cli import run
from tests.cli.company import DELIVERY, RECEIPT, Desk, child, files_of


def rows(desk: Desk, *words: str) -> list[dict[str, str]]:
    said = desk(*words, "--format", "json")
    assert said.code == 0, said.err
    found = json.loads(said.out)["rows"]
    assert isinstance(found, list)
    return found


@pytest.mark.req("RP-02")
def test_stock(desk: Desk) -> None:
    (row,) = rows(desk, "stock")
    assert (row["item"], row["quantity"], row["value"]) == ("SKU-COLA330", "70", "164.50")
    assert (row["unit"], row["currency"], row["status"]) == ("罐", "CNY", "available")
    (row,) = rows(desk, "stock", "--as-of", "2026-01-05")
    assert (row["quantity"], row["value"]) == ("100", "235.00")


@pytest.mark.req("RP-01", "RP-03", "RP-04")
def test_card_summary_movements_cost(desk: Desk) -> None:
    lines = [row for row in rows(desk, "card", "SKU-COLA330") if row["out_value"] == "70.50"]
    assert lines
    (row,) = rows(desk, "summary", "--period", "2026-01")
    assert row["closing_value"] == "164.50"
    costs = [row["cost"] for row in rows(desk, "movements")]
    assert costs == ["235.00", "70.50"]
    (row,) = rows(desk, "cost")
    assert (row["quantity"], row["value"]) == ("70", "164.50")


@pytest.mark.req("FIN-07", "RP-09")
def test_balance_journal_reconcile(desk: Desk) -> None:
    assert desk("post").code == 0
    balances = {row["code"]: row["closing"] for row in rows(desk, "balance")}
    assert balances["1405"] == "164.50"
    assert balances["1122"] == "169.50"  # 30 at 5.00 and 13 % of it
    assert balances["6001"] == "150.00"
    assert balances["6401"] == "70.50"
    assert sum(row["code"] == "6001" for row in rows(desk, "journal")) == 1
    (row,) = rows(desk, "reconcile", "stock-gl")
    assert (row["stock_value"], row["ledger_value"], row["difference"]) == (
        "164.50", "164.50", "0.00",
    )  # fmt: skip


def test_reconcile_finds_a_difference(desk: Desk) -> None:
    said = desk("reconcile", "stock-gl")  # not posted
    assert said.code == 1
    assert "164.50" in said.out


@pytest.mark.req("CO-02")
def test_explain_and_its_reverse_name_receipt_and_delivery(desk: Desk) -> None:
    down = desk("explain", "T1-260131-0002")
    assert down.code == 0
    assert "T1-260131-0001/1" in down.out
    assert "70.50" in down.out
    assert "└─" in down.out
    up = desk("explain", "T1-260131-0001", "--reverse")
    assert "T1-260131-0002/1" in up.out
    assert "164.50" in up.out
    assert desk("explain", "T1-260131-0002", "--dot").out.startswith("digraph")
    assert json.loads(desk("explain", "T1-260131-0002", "--format", "json").out)["rows"]


@pytest.mark.req("TE-06")
def test_post_shows_each_voucher_before_it_writes(desk: Desk) -> None:
    before = dict(files_of(desk.root))
    said = desk("post", "--dry-run")
    assert said.code == 0
    assert said.out.count("+ new: ") == 3  # receipt, revenue, cost of sales
    assert dict(files_of(desk.root)) == before
    assert "3 new" in desk("post").err
    assert "3 unchanged" in desk("post").err


@pytest.mark.req("FIN-05")
def test_book_numbers_vouchers_and_a_second_run_has_nothing_to_do(desk: Desk) -> None:
    desk("post")
    who = ("--prepared", "王", "--reviewed", "李", "--booked", "张")
    assert "记-3" in desk("book", "--period", "2026-01", *who, "--dry-run").out
    said = desk("book", "--period", "2026-01", *who)
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[4:7]] == ["记-1", "记-2", "记-3"]
    again = desk("book", "--period", "2026-01", *who)
    assert (again.code, again.out) == (0, "")
    assert desk("check").code == 0


@pytest.mark.req("TE-06")
def test_record_dry_run_shows_movement_and_voucher_and_writes_nothing(desk: Desk) -> None:
    before = dict(files_of(desk.root))
    said = desk(*RECEIPT, "--dry-run", "--lang", "zh")
    assert said.code == 0
    assert "100 SKU-COLA330 @ 2.35 CNY" in said.out
    assert "记账凭证" in said.out
    assert "贰佰叁拾伍元整" in said.out
    assert dict(files_of(desk.root)) == before


def test_record_tells_the_id_and_what_was_not_looked_at(desk: Desk) -> None:
    said = desk(*DELIVERY)
    assert said.out.startswith("T1-260131-")
    assert "stock" in said.err


def test_record_takes_units_and_names_what_is_wrong_all_at_once(desk: Desk) -> None:
    receipt = list(RECEIPT)
    receipt[receipt.index("100")] = "2 BOX"
    assert " 48 SKU-COLA330" in desk(*receipt, "--dry-run").out
    wrong = desk("record", "purchase-receipt", "--item", "SKU-COLA", "--qty", "x", "--party", "V")
    assert wrong.code == 3
    assert wrong.out == ""
    assert {"record-item-unknown", "record-party-unknown"} <= set(wrong.err.split())


@pytest.mark.req("IT-02")
def test_record_reads_lines_of_json_and_answers_each(books: Path) -> None:
    good = {"type": "transfer", "date": "2026-01-11", "item": "SKU-COLA330", "qty": 5,
            "from": "Main", "to": "Main:Rejected"}  # fmt: skip
    lines = [good, {"type": "transfer"}, {**good, "lines": [{"qty": 1}, {"qty": "2"}]}]
    text = "\n".join(json.dumps(line) for line in lines) + '\nnot json\n[]\n\n{"type": NaN}\n'
    done = child(["record", "-"], books, text)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [a["line"] for a in answers] == [1, 2, 3, 4, 5, 7]
    assert answers[0]["is_new"]
    assert answers[1]["problems"]
    assert answers[2]["id"] == "T1-260131-0004"
    assert [a["problems"][0]["code"] for a in answers[3:]] == ["record-line-bad"] * 3
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr


def test_add_shows_what_it_would_write(desk: Desk) -> None:
    before = dict(files_of(desk.root))
    said = desk("location", "add", "Assets:Stock:Shop", "--name", "门店", "--dry-run")
    assert said.code == 0
    assert 'name: "门店"' in said.out
    assert dict(files_of(desk.root)) == before
    assert desk("location", "add", "Assets:Stock:Shop", "--name", "门店").code == 0
    assert "门店" in (desk.root / "ledgers/locations.beancount").read_text("utf-8")


@pytest.mark.req("OP-11")
def test_doctor_lists_what_the_machine_has(desk: Desk) -> None:
    said = desk("doctor")
    assert said.code == 0
    assert "beancount" in said.out


def test_check_in_every_format(desk: Desk) -> None:
    for format_ in ("table", "json", "sarif", "github"):
        said = desk("check", "--format", format_)
        assert said.code == 1
        assert said.out
    sarif = json.loads(desk("check", "--format", "sarif").out)
    assert sarif["runs"][0]["results"]
    out = desk.root / "found.json"
    assert desk("check", "--format", "json", "--output", str(out)).out == ""
    assert json.loads(out.read_text("utf-8"))["schema"] == "invledger.problems/1"
    desk("post")
    subprocess.run(["git", "-C", str(desk.root), "add", "-A"], check=True)
    assert desk("hook", "pre-commit").code == 0


@pytest.mark.req("AU-01")
def test_reports_as_known_at_a_commit(desk: Desk) -> None:
    for words in (["add", "-A"], ["commit", "-q", "-m", "January"]):
        subprocess.run(["git", "-C", str(desk.root), *words], check=True)
    desk(*RECEIPT)
    (now,) = rows(desk, "stock")
    (then,) = rows(desk, "stock", "--at", "HEAD")
    assert (now["quantity"], then["quantity"]) == ("170", "70")
    assert desk("stock", "--at", "nowhere").code != 0


def test_a_company_is_found_upward_by_option_and_by_environment(
    books: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(books / "ledgers" / "movements")
    assert run(["stock"]) == 0
    monkeypatch.chdir(books.parent)
    assert run(["stock"]) == 3
    assert "root-missing" in capsys.readouterr().err
    monkeypatch.setenv("INVLEDGER_ROOT", str(books))
    assert run(["stock"]) == 0
    monkeypatch.delenv("INVLEDGER_ROOT")
    assert run(["--root", str(books), "stock"]) == 0


def test_output_writes_a_file_and_nothing_else(desk: Desk) -> None:
    pytest.importorskip("xlsxwriter")
    for format_ in ("table", "csv", "html", "xlsx"):
        path = desk.root / f"out.{format_}"
        said = desk("stock", "--format", format_, "--output", str(path))
        assert (said.code, said.out) == (0, "")
        assert path.stat().st_size > 50
    assert (desk.root / "out.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.req("TR-01")
def test_help_shows_what_a_type_needs(desk: Desk) -> None:
    said = desk("help", "purchase-receipt", "--lang", "zh")
    assert said.code == 0
    assert "采购入库" in said.out
    assert "必填: party" in said.out
    assert "借 inventory value" in said.out
    assert desk("help", "bogus").code == 2


@pytest.mark.req("RP-03")
def test_a_card_takes_its_item_as_a_word_or_as_an_option(desk: Desk) -> None:
    word, option = desk("card", "SKU-COLA330"), desk("card", "--item", "SKU-COLA330")
    assert (word.code, word.out) == (option.code, option.out)
    assert "164.50" in word.out
    assert desk("card").code == 2


@pytest.mark.req("TR-06")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_init_over_a_company_is_one_refusal(
    desk: Desk, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["init", str(desk.root), "--name", "x", "--lang", language]) == 5
    err = capsys.readouterr().err
    assert err.count("init-not-empty") == 1
    assert "{" not in err
    assert str(desk.root) in err


@pytest.mark.parametrize(
    "words",
    [("--from", "2026-1-1"), ("--to", "2026-02-30"), ("--as-of", "today"), ("--period", "Q1"),
     ("--from", "2026-02-01", "--to", "2026-01-01")],
)  # fmt: skip
@pytest.mark.parametrize("command", ["stock", "balance"])
def test_a_date_that_is_none_is_refused(desk: Desk, command: str, words: tuple[str, ...]) -> None:
    said = desk(command, *words)
    assert (said.code, said.out) == (3, "")
    assert "query-period" in said.err


@pytest.mark.req("TR-01")
def test_help_prints_the_schema_of_a_rule_as_it_is_shipped(desk: Desk) -> None:
    said = desk("help", "rules", "--schema")
    shipped = (desk.root / "rules" / "movement.schema.json").read_text("utf-8")
    assert said.code == 0
    assert json.loads(said.out) == json.loads(shipped)


@pytest.mark.req("TR-06")
@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["stock", "--frob"], "No such option: --frob", "没有选项 --frob（相近的有："),
        (["stok"], "No such command 'stok'", "没有命令“stok”"),
        (["stok"], "Did you mean 'stock'", "是不是 'stock'"),
        (["explain"], "Missing argument 'ID'", "缺少参数 ID"),
        (["item", "add", "A"], "Missing option '--name'", "缺少选项 --name"),
        (["stock", "x"], "unexpected extra argument", "多余的参数：x"),
        (["stock", "--format"], "requires an argument", "选项 --format 需要一个值"),
        (["stock", "--zero=1"], "does not take a value", "选项 --zero 不带值"),
        (["stock", "--format", "xml"], "'xml'", "--format 的值不可用：'xml'"),
        (["book"], "give --day DATE", "请给出 --day DATE"),
        (["record"], "give TYPE", "请给出 TYPE"),
        (["init"], "give --name NAME", "请给出 --name NAME"),
    ],
)
def test_a_wrong_command_line_is_explained_in_both_languages(
    words: list[str], english: str, chinese: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, said in (("en", english), ("zh", chinese)):
        assert run(["--lang", language, *words]) == 2
        assert said in capsys.readouterr().err


def test_categories_are_called_by_their_titles(desk: Desk) -> None:
    assert "库存商品" in desk("--lang", "zh", "stock").out
    assert "库存商品" in desk("--lang", "zh", "summary", "--group", "category").out
    (row,) = rows(desk, "stock")
    assert row["category"] == "goods"
    assert not [key for key in row if key.endswith(("_zh", "_en"))]
