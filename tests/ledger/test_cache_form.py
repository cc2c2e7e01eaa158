"""The cache form gives back the same table, or says that it cannot."""

from __future__ import annotations

import pytest

from invledger.ledger import dump_raw, load_raw, read_raw
from invledger.model import RawTable
from tests.properties.messy import ledger


@pytest.mark.parametrize("seed", range(60))
def test_tables_come_back(seed: int) -> None:
    table, _ = read_raw(f"file {seed} 账", ledger(seed).encode())
    again = load_raw(dump_raw(table))
    assert again.path == table.path
    assert list(again.rows()) == list(table.rows())
    assert dump_raw(again) == dump_raw(table)


def test_an_empty_table_comes_back() -> None:
    assert len(load_raw(dump_raw(RawTable("x")))) == 0


def test_many_values_come_back() -> None:
    """Columns of few values, of many, and of more values than two bytes can count."""
    count = 70_000
    table = RawTable("x")
    for name in table.columns:
        table.columns[name] = [""] * count
    table.columns["lineno"] = list(range(count))
    table.columns["id"] = [f"A-1-{number}" for number in range(count)]
    table.columns["item"] = [f"I{number % 7}" for number in range(count)]
    table.columns["meta"] = [(("n", str(number)),) for number in range(count)]
    again = load_raw(dump_raw(table))
    assert again.columns == table.columns


def test_any_flipped_bit_is_noticed() -> None:
    data = dump_raw(read_raw("x", ledger(3).encode())[0])
    for at in range(0, len(data), 7):
        damaged = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(ValueError, match=r"."):
            load_raw(damaged)


@pytest.mark.parametrize("cut", [0, 1, 20, 100, -1])
def test_a_cut_or_longer_entry_is_noticed(cut: int) -> None:
    data = dump_raw(read_raw("x", ledger(3).encode())[0])
    with pytest.raises(ValueError, match=r"."):
        load_raw(data[:cut])
    with pytest.raises(ValueError, match=r"."):
        load_raw(data + b"x")
