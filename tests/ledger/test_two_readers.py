"""Our reader and beancount's parser give the same table for whatever people write."""

from __future__ import annotations

import pytest

from invledger.ledger import read_raw
from invledger.ledger.blocks import blocks_of
from invledger.ledger.directive import decode_directives
from invledger.ledger.foreign import parse_foreign
from invledger.ledger.prescan import scan_code
from invledger.ledger.shape import rows_of
from invledger.model import Problem, RawRow
from invledger.store import run_foreign
from tests.properties.messy import ledger

PATH = "ledgers/movements/2026/01/2026-01-05.SH1.beancount"


def by_beancount(text: str) -> tuple[list[RawRow], set[tuple[str, int]]]:
    """The whole file through beancount's parser alone."""
    directives, faults = decode_directives(parse_foreign(text))
    twice = {fault.lineno for fault in faults if fault.message.startswith("Duplicate ")}
    broken = {d.lineno for d in directives if "\\n" in repr(d)}
    kept = [d for d in directives if d.lineno not in twice | broken]
    rows, problems = rows_of(kept, PATH)
    codes = {(p.code, p.place.line) for p in problems}
    for fault in faults:
        is_twice = fault.message.startswith("Duplicate ")
        codes.add(("metadata-twice" if is_twice else "syntax", fault.lineno))
    codes |= {("text-with-line-break", lineno) for lineno in broken - twice}
    return rows, codes


def comparable(rows: list[RawRow]) -> list[RawRow]:
    return sorted(rows, key=lambda row: (row.lineno, row.line))


def codes_of(problems: list[Problem]) -> set[tuple[str, int]]:
    return {(p.code, p.place.line) for p in problems if not p.code.startswith("block-")}


@pytest.mark.req("IT-03")
@pytest.mark.parametrize("start", range(0, 2400, 200))
def test_same_table_on_generated_ledgers(start: int) -> None:
    for seed in range(start, start + 200):
        text = ledger(seed)
        if scan_code(PATH, text):
            continue
        table, problems = read_raw(PATH, text.encode())
        rows, codes = by_beancount(text)
        assert comparable(list(table.rows())) == comparable(rows), f"seed {seed}\n{text}"
        if any(problem.code == "block-torn" for problem in problems):
            continue  # stands for all that is wrong with the last block
        assert codes_of(problems) == codes, f"seed {seed}\n{text}"


def test_the_generator_mixes_both_kinds() -> None:
    texts = [ledger(seed) for seed in range(400)]
    with_sum = sum("; sum: " in text for text in texts)
    blocks = [block for text in texts for block in blocks_of(text)]
    without = sum(block.state == "none" for block in blocks)
    assert with_sum > 300
    assert without > 100
    assert len(blocks) - without > 500


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_the_child_process_says_the_same(seed: int) -> None:
    text = ledger(seed) + '\n2026-01-05 note Assets:Stock:SH:Main "asks the child"\n'
    here = read_raw(PATH, text.encode())
    there = read_raw(PATH, text.encode(), run_foreign)
    assert list(here[0].rows()) == list(there[0].rows())
    assert here[1] == there[1]
