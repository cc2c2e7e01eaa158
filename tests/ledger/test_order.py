"""Total order and repeat deliveries: file, line and include order never matter."""

from __future__ import annotations

import pytest

from invledger.ledger import id_key, print_movement, read_raw, resolve
from invledger.model import Company, MovementTable, Problem, Row
from tests.ledger.test_printing import RANKS, master
from tests.properties.messy import ITEMS, movement, seeded

ALL_RANKS = {**RANKS, "sale-delivery": 50, "opening": 0}


def read(files: dict[str, list[str]]) -> tuple[MovementTable, list[Problem]]:
    raws = []
    for path, blocks in files.items():
        raw, problems = read_raw(path, "\n".join(blocks).encode())
        assert problems == []
        raws.append(raw)
    return resolve(raws, master(), ALL_RANKS, Company("x"))


def movements(seed: int, count: int) -> list[list[Row]]:
    """Few days, few times, ids of two devices whose counters have several widths."""
    random = seeded(seed)
    found = []
    for number in range(count):
        rows = movement(random, number)
        id_ = f"{random.choice(['SH1', 'SH10', 'A'])}-260105-{number * 7}"
        date, time = f"2026-01-0{random.randrange(1, 4)}", random.choice(["", "08:30", "17:00:01"])
        type_ = random.choice(list(ALL_RANKS.keys() - {"landed-cost"}))
        found.append([row._replace(id=id_, date=date, time=time, type=type_) for row in rows])
    return found


@pytest.mark.parametrize("seed", range(30))
def test_no_split_into_files_changes_the_table(seed: int) -> None:
    random = seeded(seed)
    blocks = [print_movement(rows, ITEMS) for rows in movements(seed, 25)]
    together, problems = read({"one": blocks})
    assert problems == []
    for _ in range(4):
        random.shuffle(blocks)
        parts: dict[str, list[str]] = {}
        for block in blocks:
            parts.setdefault(random.choice("abcd"), []).append(block)
        apart, problems = read(dict(random.sample(sorted(parts.items()), len(parts))))
        assert problems == []
        for name in Row._fields:
            if name not in {"path", "lineno"}:
                assert getattr(apart, name) == getattr(together, name)


def test_the_order_is_date_rank_time_id_line() -> None:
    table, _ = read({"x": [print_movement(rows, ITEMS) for rows in movements(1, 60)]})
    keys = [
        (row.date, row.rank, row.time or "24:00", id_key(row.id), row.line) for row in table.rows()
    ]
    assert keys == sorted(keys)
    assert len({row.time for row in table.rows()}) == 3


def test_counters_are_numbers_and_devices_bytes() -> None:
    ids = ["SH1-260105-10", "SH1-260105-9", "SH10-260105-1", "SH1-260104-99", "a-1-1", "odd"]
    assert sorted(ids, key=id_key) == [
        "SH1-260104-99", "SH1-260105-9", "SH1-260105-10", "SH10-260105-1", "a-1-1", "odd",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [1, 4])
def test_a_plain_day_is_sorted_by_rank_then_counter(width: int) -> None:
    """The short way for a device's own file gives what the long way gives."""
    random = seeded(4)
    blocks = []
    for number in range(1, 10 if width == 1 else 60):
        row = movement(random, number)[0]._replace(
            id=f"SH1-260105-{number:0{width}d}", date="2026-01-05", time="", line=1,
            type=random.choice(["opening", "transfer", "sale-delivery"]),
        )  # fmt: skip
        blocks.append(print_movement([row], ITEMS))
    table, problems = read({"x": blocks})
    assert problems == []
    keys = [(row.rank, int(row.id.split("-")[2])) for row in table.rows()]
    assert keys == sorted(keys)
    assert len(keys) == len(blocks)


@pytest.mark.req("SC-08")
@pytest.mark.parametrize("seed", range(20))
def test_a_repeat_delivery_counts_once(seed: int) -> None:
    blocks = [print_movement(rows, ITEMS) for rows in movements(seed, 12)]
    once, _ = read({"a": blocks})
    random = seeded(seed)
    again = random.sample(blocks, 5)
    twice, problems = read({"a": blocks, "b": again, "c": again[:2]})
    assert problems == []
    assert [row._replace(path="", lineno=0) for row in twice.rows()] == [
        row._replace(path="", lineno=0) for row in once.rows()
    ]


@pytest.mark.parametrize("change", ["quantity", "narration", "date", "line"])
def test_the_same_id_with_other_content_is_a_problem(change: str) -> None:
    rows = movement(seeded(2), 1)[:1]
    rows = [rows[0]._replace(date="2026-01-05")]
    other: object = {"quantity": 77, "narration": "other", "date": "2026-01-06", "line": 2}[change]
    changed = [rows[0]._replace(**{change: other})]  # type: ignore[arg-type]  # by name
    table, problems = read(
        {"b": [print_movement(changed, ITEMS)], "a": [print_movement(rows, ITEMS)]}
    )
    assert [problem.code for problem in problems] == ["movement-differs"]
    assert problems[0].place.path == "b"
    assert problems[0].exit_code == 5
    assert len(table) == 1
    assert table.path == ["a"]


def test_lines_of_a_movement_stay_together_as_entered() -> None:
    """Two ids of one device, day and counter: what tells them apart are idle zeros."""
    random = seeded(3)
    rows = next(
        rows for rows in (movement(random, number) for number in range(99)) if len(rows) > 1
    )
    ids = ["SH1-260105-01", "SH1-260105-1"]
    blocks = [
        print_movement([row._replace(id=id_, date="2026-01-05") for row in rows], ITEMS)
        for id_ in ids
    ]
    raws = [read_raw(f"{at}", block.encode())[0] for at, block in enumerate(blocks[::-1])]
    table, _ = resolve(raws, master(), ALL_RANKS, Company("x", order="as-entered"))
    assert list(zip(table.id, table.line, strict=True)) == [
        (id_, row.line) for id_ in ids for row in rows
    ]
