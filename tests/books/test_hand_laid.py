"""Names that leave no room for numbers in their column, and blocks that were laid out by hand and
bear good checksums: every engine gives the bytes of the plain path, or leaves all to it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from invledger.books import post
from invledger.books.swift import NotPlain
from invledger.ledger import with_sum
from tests.books.test_swift import engines, lay, made_rows, plain_files, swift_text

pytestmark = pytest.mark.req("CO-02", "TE-05")
CHINESE = ("Assets:Stock:01-华东仓:A区", "Assets:Stock:02-华北仓", "Assets:Stock:03-南:货架一")
LONG = tuple(f"Assets:Stock:SH:{'A' * size}" for size in (46, 48, 60))
MIXED = ("Assets:Stock:SH:Main", "Assets:Stock:02-华北仓", f"Assets:Stock:9:{'仓' * 60}")
NEAR = tuple(f"Assets:Stock:SH:{'A' * size}" for size in (44, 45, 46))
PLACES = {"chinese": CHINESE, "long": LONG, "mixed": MIXED, "near": NEAR}


@pytest.fixture(params=PLACES)
def places(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The locations of the books."""
    monkeypatch.setattr("tests.books.test_swift.PLACES", PLACES[request.param])


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.usefixtures("places")
def test_names_that_do_not_fit_are_read_as_the_plain_path_reads_them(
    tmp_path: Path, seed: int
) -> None:
    lay(tmp_path, made_rows(seed, 120), "fifo", "site")
    want = plain_files(tmp_path)
    for engine in engines():
        assert swift_text(tmp_path, engine) == want


def test_apostrophes_are_read_as_the_plain_path_reads_them(tmp_path: Path) -> None:
    rows = [
        row._replace(narration="it's", payee="O'Brien", meta=(("doc", "'"), ("dept", "o'x")))
        for row in made_rows(1, 60)
    ]
    lay(tmp_path, rows, "moving-average", "company")
    want = plain_files(tmp_path)
    for engine in engines():
        assert swift_text(tmp_path, engine) == want


@pytest.mark.parametrize("ids", [("9", "10", "11"), ("123", "1-5", "9-1"), ("A9", "A10", "-1")])
def test_ids_without_device_or_counter_stand_in_one_order(
    tmp_path: Path, ids: tuple[str, ...]
) -> None:
    first = next(row for row in made_rows(1, 60) if row.type == "purchase-receipt")
    rows = [first._replace(id=id_.lstrip("-"), quantity=at) for at, id_ in enumerate(ids, 1)]
    lay(tmp_path, rows, "fifo", "site")
    want = plain_files(tmp_path)
    for engine in engines():
        assert swift_text(tmp_path, engine) == want


def shifted(block: str, by: Callable[[str], int]) -> str:
    """Numbers to the left where there is room, by as much as `by` says of the text before each."""

    def move(found: re.Match[str]) -> str:
        left = by(block[: found.start(1)])
        return f"{' ' * (len(found[1]) - left)}{found[2]}" if left < len(found[1]) else found[0]

    return re.sub(r"(?<=[^ \n])( +)(-?[0-9.]+ [A-Z][A-Z0-9-]+)", move, block)


def above(text: str) -> int:
    """The bytes of the line above a posting, its line feed among them."""
    return len(text.split("\n")[-2].encode()) + 1


def bytes_more(text: str) -> int:
    """What the name of a posting has more of bytes than of letters."""
    name = text.rpartition("\n")[2]
    return len(name.encode()) - len(name)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "a column to the left": lambda block: shifted(block, lambda _: 1),
    "a column to the right": lambda block: shifted(block, lambda _: -1),
    "one blank": lambda block: re.sub(r"(?<=[^ \n]) +(-?[0-9.]+ [A-Z]+)", r" \1", block),
    "one blank where two end a column too far": lambda block: re.sub(
        r"(?m)^(?=.{71} [A-Z])(  [^ ]+)  (-?[0-9.]+ )", r"\1 \2", block
    ),
    "counted from another line": lambda block: shifted(block, above),
    "counted in bytes": lambda block: shifted(block, bytes_more),
    "idle zeros of quantities": lambda block: re.sub(r" (-?[0-9]+)( [A-Z]+)", r" \1.0\2", block),
    "no idle zeros of prices": lambda block: block.replace(".50 CNY", ".5 CNY"),
    "idle zeros of prices": lambda block: block.replace(" CNY", "0 CNY"),
    "an empty payee": lambda block: block.replace(' * "收', ' * "" "收'),
    "doc before the rank": lambda block: re.sub(
        r'(?s)(  rank: [0-9]+\n)(.*?)(  doc: "[^"]+"\n)', r"\3\1\2", block
    ),
    "reason before the rank": lambda block: re.sub(
        r'(  rank: [0-9]+\n)(  reason: "[^"]+"\n)', r"\2\1", block
    ),
    "the negative posting first": lambda block: re.sub(
        r"(?m)^(  [A-Z].*)\n((?:    .*\n)*)(  [A-Z].*)$", r"\3\n\2\1", block
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.usefixtures("places")
def test_whatever_is_laid_out_by_hand_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    """Each block with its own checksum; the digests of days are those of before."""
    lay(tmp_path, made_rows(2, 40), "fifo", "site")
    want = plain_files(tmp_path)
    movements = tmp_path / "ledgers" / "movements" / "2026"
    for path in movements.rglob("*.beancount"):
        blocks = path.read_text("utf-8").rstrip("\n").split("\n\n")
        laid = [LAYOUTS[layout](block.partition("\n; sum:")[0]) for block in blocks]
        path.write_text("\n".join(map(with_sum, laid)), "utf-8")
    assert plain_files(tmp_path) == want
    folder = tmp_path / "ledgers" / "vouchers" / "2026"
    for engine in engines():
        try:
            found = swift_text(tmp_path, engine)
        except NotPlain:
            found = want
        assert found == want
        monkeypatch.setattr("invledger.books.swift_post.engine_for", lambda _, e=engine: e)
        assert post(tmp_path).counts["new"] > 0
        assert {p.stem: p.read_bytes() for p in folder.rglob("*.beancount")} == want
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda block: re.sub(r"(?m)^(  )([AE])", lambda it: it[1] + it[2].lower(), block),
        lambda block: re.sub(r"(?m)^(  rank: )[0-9]+$", rf"\g<1>{'1' * 5000}", block),
        lambda block: re.sub(r"(?m)^(  [A-Z][^ ]+) +", r"\1X ", block),
    ],
)
def test_what_nobody_can_read_is_left_to_the_plain_path(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    """Accounts without a capital, a rank without end, places that are not there; signed."""
    lay(tmp_path, made_rows(2, 40), "fifo", "site")
    for path in (tmp_path / "ledgers" / "movements" / "2026").rglob("*.beancount"):
        blocks = path.read_text("utf-8").rstrip("\n").split("\n\n")
        laid = [change(block.partition("\n; sum:")[0]) for block in blocks]
        path.write_text("\n".join(map(with_sum, laid)), "utf-8")
    for engine in engines():
        with pytest.raises(NotPlain):
            swift_text(tmp_path, engine)
    outcome = post(tmp_path)
    assert outcome.problems
    assert all(one.place.path for one in outcome.problems)


def test_some_layout_changes_blocks_of_every_book() -> None:
    """So that the test above says something; bytes are letters in most names."""
    block = (
        '2026-01-03 * "收 & 发"\n  id: "A"\n  type: "scrap"\n  rank: 50\n  reason: "damaged"\n'
        '  doc: "D1"\n  Equity:仓              5 SALT-7 @ 1.50 CNY\n    lot: "L"\n'
        f"  Assets:{'A' * 58}  -5 SALT-7 @ 1.50 CNY"
    )
    for name, change in LAYOUTS.items():
        assert change(block) != block, name
