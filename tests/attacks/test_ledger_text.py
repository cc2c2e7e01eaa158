"""Families A1, A9, A10 and F6: text in a ledger that would run, reach out, deceive or overflow."""

from __future__ import annotations

import time

import pytest

from tests.attacks.hostile import MOVEMENTS, misplaced, movement, told_of
from tests.errors.company import base

CODE_AND_REACH = [
    ('plugin "os"', "directive-refused"),
    ('plugin "os" "config"', "directive-refused"),
    ('  plugin "os"', "directive-refused"),
    ('plugin\t"os"', "directive-refused"),
    ('option "insert_pythonpath" "TRUE"', "option-refused"),
    ('option  "insert_pythonpath"  "TRUE"', "option-refused"),
    ('option\t"insert_pythonpath" "TRUE"', "option-refused"),
    ('option\n  "documents" "/"', "option-refused"),
    ('option "plugin_processing_mode" "raw"', "option-refused"),
    ('option "documents" "/"', "option-refused"),
    ('option "inferred_tolerance_default" "*:1"', "option-refused"),
    ('include "/etc/passwd"', "include-refused"),
    ('include "../../secret"', "include-refused"),
    ('include "*.beancount"', "include-refused"),
    ("pushtag #x", "directive-refused"),
    ("poptag #x", "directive-refused"),
    ("pushmeta x: 1", "directive-refused"),
    ("popmeta x:", "directive-refused"),
    ('2026-01-01 custom "fava-extension" "x"', "directive-refused"),
    ('2026-01-01 custom "fava-option" "x" "y"', "directive-refused"),
    ('2026-01-01\tcustom\t"fava-extension" "x"', "directive-refused"),
    ('2026-01-01 document Assets:Stock:SH:Main "/etc/passwd"', "path-refused"),
    ('2026-01-01 document Assets:Stock:SH:Main "../../secret"', "path-refused"),
    ('2026-01-01 document Assets:Stock:SH:Main "~/secret"', "path-refused"),
    ("2026-01-01 price CNY 1/0 USD", "arithmetic-refused"),
    ("2026-01-01 price CNY (1) USD", "arithmetic-refused"),
    ("2026-01-01 price CNY --1 USD", "arithmetic-refused"),
    ("2026-01-01 balance Assets:Stock:SH:Main 1/0 SKU-A", "arithmetic-refused"),
    ('2026-01-01 custom "x" 1/0', "arithmetic-refused"),
    ('2026-01-01 custom "landed-cost" "L1" 1/0 CNY', "arithmetic-refused"),
    ("2026-01-01 price CNY " + "(" * 2000 + "1" + ")" * 2000 + " USD", "arithmetic-refused"),
    ("2026-01-01 price CNY " + "9" * 4000 + " USD", "number-too-long"),
    ('2026-01-01 open Assets:X\n  filename: "/etc/passwd"', "key-reserved"),
    ("2026-01-01 open Assets:X\n  lineno: 5", "key-reserved"),
]


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize(("text", "code"), CODE_AND_REACH)
def test_what_would_run_or_reach_out_is_refused_at_its_line(text: str, code: str) -> None:
    found = told_of(f"{movement()}\n{text}\n")
    assert code in {one.code for one in found}
    line = movement().count("\n") + 2
    place = min(one.place for one in found if one.code == code)
    assert (place.path, place.line) in {(MOVEMENTS, line), (MOVEMENTS, line + 1)}


@pytest.mark.parametrize(
    "text",
    ["; plugin \"os\"", "* plugin \"os\"", '2026-01-01 note Assets:X "plugin (1/0)"',
     'option "title" "books"'],
)  # fmt: skip
def test_the_same_words_said_harmlessly_pass(text: str) -> None:
    assert told_of(f"{movement()}\n{text}\n") == []


NUMBERS = (
    "1e3", "1E3", "1e999999", "NaN", "nan", "Infinity", "1_000", "1,00", ".5", "0x10", "0b1", "1/1",
    "1+1", "(1)", "1 000", "--1", "+-1", "1-", "1.0.0", "1.000,00", "1'000", "\uff11", "\u0661",
    "\u0967", "\u00b2", "\u00bd", "\u2460", "\u4e00", "1\uff0c000", "1" * 29, "0." + "1" * 28,
    "1" * 4000, "0", "0.0", "\u22121", "1\u00a0000", "1\u20091", "TRUE", '"1"', "1%",
)  # fmt: skip


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("where", ["qty", "price"])
def test_numbers_outside_our_grammar_are_refused_at_their_line(number: str, where: str) -> None:
    begun = time.monotonic()
    found = told_of(movement(**{where: number}))
    assert found, f"{number} was taken"
    assert all(one.place.path == MOVEMENTS and one.place.line for one in found)
    assert time.monotonic() - begun < 0.5


@pytest.mark.parametrize("number", ["1", "1,000", "9" * 15, "1."])
def test_numbers_of_the_language_are_taken(number: str) -> None:
    assert told_of(movement(qty=number)) == []


LOOK_ALIKES = (
    "R2\u0430", "R\u200b2", "R\uff12", "R\u0662", "\u0420\u0031", "R\u03bf", "R2\u202e", "R2\u0301",
    "R\u13a1", "R\u2060", "R\ufeff", "R\u00ad", "R\U000e0041", "R\u3164", "R\u2800", "R\uff0d2",
    "-R2", ".R2", "R 2", "R/2", "R=2", "R~1", "R;2", "R'2", "../R2", "R\t2", "R2 ", " R2", "R" * 65,
    "R\u4e36\u0338", "R\ue000", "R\u0378", "R\uffff", "\U0001f600", "R$(id)", "R`id`", "R|x", "R>x",
)  # fmt: skip


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_ids_that_deceive_are_refused(text: str) -> None:
    found = told_of(movement(id=text))
    assert {one.place.path for one in found} == {MOVEMENTS}
    assert {one.code for one in found} <= {
        "id-unclear", "character-refused", "text-not-normal", "text-with-line-break",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["R2", "SH1-260105-0001", "单1", "a.b_c-d", "R" * 64, "Ünï"])
def test_ids_that_people_can_read_are_taken(text: str) -> None:
    assert told_of(movement(id=text)) == []


CODES = (
    "SKU-\u0410", "\uff33\uff2b\uff35", "SKU\u0661", "\u039f1", " A", "A ", "A\u0301", "A\uff08",
    "\u30cb", "A\u00a0B", "\u13aa", "A\u00d7B",
)  # fmt: skip
MASTER = {
    "items": '{}\n2026-01-01 commodity SKU-X\n  unit: "x"\n  sku: "{}"\n',
    "parties": '{}\n2026-01-01 custom "party" "{}" "x"\n',
}


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", sorted(MASTER))
def test_codes_that_look_like_others_are_refused(code: str, name: str) -> None:
    path = f"ledgers/{name}.beancount"
    found = told_of(MASTER[name].format(base()[path].decode(), code), path)
    assert {one.code for one in found} & {"code-strange", "text-not-normal"}
    assert path in {one.place.path for one in found}


def test_an_item_may_not_take_the_code_of_another() -> None:
    path = "ledgers/items.beancount"
    found = told_of(MASTER["items"].format(base()[path].decode(), "SKU-A"), path)
    assert [one.code for one in found] == ["sku-twice"]


HIDDEN = (
    "\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u061c", "\u180e",
    "\u2028", "\u0085", "\x00", "\x07", "\x1b[2J", "\x7f", "\x9b", "\U000e0041", "\u3164", "\u2800",
    "\u115f", "\u034f", "\ufffe", "\ufdd0", "e\u0301", "\uf900", "\u212b",
)  # fmt: skip


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_cannot_be_seen_is_refused_in_names_too(hidden: str) -> None:
    found = told_of(movement(payee=f"a{hidden}b"))
    assert [(one.code in {"character-refused", "text-not-normal"}, one.place.line)
            for one in found] == [(True, 1)]  # fmt: skip


FIXED = [
    ("", ""), ("\n" * 100_000, ""), (";" * 4096 + "\n", ""), (";" * 4097, "line-too-long"),
    (b"\xef\xbb\xbf" + movement().encode(), "byte-order-mark"),
    (movement().encode("utf-16"), "byte-order-mark"),
    (movement().replace("\n", "\r").encode(), "carriage-return"),
    (movement().replace("\n", "\r\n").encode(), "carriage-return"),
    (movement().encode() + b"\xff", "text-not-utf8"), (b"\x00" * 100, "character-refused"),
    (movement(payee="华东").encode("gb18030"), "text-not-utf8"),
    (b"x" * 10_000_000, "line-too-long"), (b"(" * 20_000, "line-too-long"),
    (b"1" * 100_000, "line-too-long"), (b";\n" * 9 * 2**20, "ledger-too-large"),
    (b"2026-01-01 open Assets:A\n" * 200_001, "movements-too-many"), ("-" * 3000 + "1\n", None),
    ('"' * 3001, None), ("\\" * 3000, None), ("{" * 3000, None), ("((((" * 500, None),
    ('2026-02-01 * "x\n' * 50, None), (movement() + "\n" + movement(), ""),
    (movement() + "\n" + movement(qty="2"), "movement-differs"),
    (movement(date="2026-02-30"), "syntax"), (movement(date="2026-13-01"), "syntax"),
    (movement(date="0000-01-01"), "syntax"), (movement(date="9999-12-31"), "date-in-future"),
    ('2026-01-01 custom "a\nb"\n', "text-with-line-break"),
    (movement(over="  rank: 99999999999999999999\n"), "rank-unclear"),
    (movement(over='  ref: "R2"\n'), "citation-later"),
    (movement(over='  reverses: "R2"\n'), "reversal-later"),
    (movement(over='  ref: "R1/1=1e9"\n'), "citation-quantity"),
    (movement(over='  time: "24:00"\n'), "time-unclear"),
    (movement(over='  time: "10:00"\n  time: "11:00"\n'), "metadata-twice"),
    (movement(type="../../rules/company"), "type-unknown"),
    (movement(to="Assets:Cash"), "location-unknown"), (movement(currency="USD"), "currency-foreign"),
]  # fmt: skip


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize(("data", "code"), FIXED, ids=[f"F6-{n}" for n in range(len(FIXED))])
def test_known_killers_are_problems(data: str | bytes, code: str | None) -> None:
    begun = time.monotonic()
    found = told_of(data)
    raw = data if isinstance(data, bytes) else data.encode()
    codes = {one.code for one in found}
    if code is None:
        assert found
    else:
        assert codes == ({code} if code else set())
    assert misplaced(base() | {MOVEMENTS: raw}, found) == []
    assert time.monotonic() - begun < 2
