"""Reading and printing in bulk, call by call: order, numbers, prices, rows that say more."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from invledger.ledger import print_movement, with_sum
from invledger.ledger.bulk import Stretch, read_stretch
from invledger.ledger.bulk_print import COST, QUANTITY, Form, FormLine, Printer
from invledger.ledger.bulk_shape import Names, Unusual, Wholes
from invledger.model import Item, Party, Row

pytestmark = pytest.mark.req("CO-02", "TE-05")
DATE = "2026-03-01"
HALL, SHOP, SUPPLIER = "Assets:Stock:SH", "Assets:Stock:BJ", "Equity:Stock:Supplier"
ITEMS = {"TEA": Item("TEA", "茶", "EA", 0), "SALT": Item("SALT", "盐", "KG", 3)}
SILENT = ("doc", "handler", "rank", "reason")


def names(money: int = 2) -> Names:
    return Names(
        ["receipt", "transfer"], [10, 20], list(ITEMS.values()), [0, 1],
        [HALL, SHOP, SUPPLIER], [Party("V1", "华东")], "CNY", money, ["lost"], SILENT,
    )  # fmt: skip


def row(id_: str, quantity: int = 1, price: int | None = None, **more: object) -> Row:
    """A receipt of tea with a price, else a move of it; `price` has ten decimals."""
    is_receipt = price is not None
    empty = Row(
        date=DATE, rank=0, time="", id=id_, line=1, type="receipt" if is_receipt else "transfer",
        party="", item="TEA", quantity=quantity, source=SUPPLIER if is_receipt else HALL,
        target=HALL if is_receipt else SHOP, price=price, amount=None,
        currency="CNY" if is_receipt else "", lot="", expiry="", order="", ref="", reason="",
        tax="", owner="", payee="", narration="n", links="", meta=(), path="", lineno=1,
    )  # fmt: skip
    return empty._replace(**more)  # type: ignore[arg-type]  # fields of any type


def file_of(rows: Sequence[Row]) -> bytes:
    return "\n".join(print_movement([one], ITEMS) for one in rows).encode()


def read(*files: Sequence[Row], money: int = 2) -> Stretch:
    return read_stretch([(DATE, [file_of(rows) for rows in files])], names(money))


def test_a_day_stands_in_total_order_whatever_the_files() -> None:
    """Rank, then time (the absent last), then device, then the counter as a number."""
    in_order = [
        row("B-1", time="23:59", meta=(("rank", "3"),)),
        row("Z-9", price=10**10, time="08:00"), row("A-10", price=10**10),
        row("B-2", time="08:00"), row("A-9", time="08:00:01"), row("A-11", time="08:00:01"),
        row("B-3", time="08:00:01"), row("A-2"), row("A-12"), row("B-1-X"), row("B1"),
    ]  # fmt: skip
    want = [one.id.encode() for one in in_order]
    chance = Random(7)  # noqa: S311  the same orders each time
    for _ in range(40):
        rows = chance.sample(in_order, len(in_order))
        found = read(rows[:4], rows[4:])
        assert list(found.rows.id) == want
        assert found.ends == [len(want)]


def test_heads_of_ids_by_file() -> None:
    assert read([row("A-1"), row("A-22")], [row("B-1-1")]).heads == [b"A", b"B-1"]
    assert sorted(read([row("A-1"), row("A-B-1"), row("AA-1")]).heads) == [b"A", b"A-B", b"AA"]
    assert sorted(read([row("X"), row("Y-1")]).heads) == [b"", b"Y"]
    with pytest.raises(Unusual):
        read([row("A-1"), row("A-1")])


@pytest.mark.parametrize(
    ("money", "quantity", "item", "price", "net"),
    [
        (2, 3, "TEA", 1_234_500_000, 37),  # 3 x 0.12345
        (2, 3, "TEA", 1_150_000_000, 35),  # half a cent goes up
        (2, 1, "TEA", 1, 0),
        (2, 2500, "SALT", 3_330_000_000_000, 83_250),
        (0, 3, "TEA", 15_000_000_000, 5),
        (3, 1, "TEA", 10_000_000_000, 1000),
        (3, 1, "SALT", 99_995_000_000, 10),
    ],
)  # fmt: skip
def test_what_a_row_is_worth(money: int, quantity: int, item: str, price: int, net: int) -> None:
    rows = [
        row("A-1", quantity, price, item=item),
        row("A-2", 7, 20_000_000_000, time="01:00"), row("A-3", 7),
    ]  # fmt: skip
    found = read(rows, money=money).rows
    by_id = dict(zip(found.id, found.net, strict=True))
    assert (by_id[b"A-1"], by_id[b"A-3"]) == (net, 0)
    assert by_id[b"A-2"] == 14 * 10**money
    assert sorted(found.quantity) == sorted([quantity, 7, 7])


def test_whole_numbers_are_known_by_how_they_are_written() -> None:
    wholes = Wholes()
    assert [wholes[text] for text in (b"7", b"7", b"120")] == [7, 7, 120]
    assert sorted(wholes) == [b"120", b"7"]
    for text in (b"", b"0", b"07", b"1.5", b"-1", b"x", b"1" * 16, "１".encode()):
        assert wholes[text] == 0
    assert len(wholes) == 2


BLOCK = file_of([row("A-1", 5, 10**10, time="08:00", reason="lost", meta=(("doc", "D"),))])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"08:00"', '"24:00"'), ('"08:00"', '"29:59:59"'), ('"08:00"', '"8:00"'),
        ('"A-1"', '"-A-1"'), ('"A-1"', f'"{"A" * 65}"'), ('"D"', '"it\'s"'), ('"D"', '"\\\\"'),
        ('doc: "D"', 'handler: "a\nb"'), ('doc: "D"', 'dept: "x"'), ('doc: "D"', "rank: 1000"),
        ('doc: "D"', "rank: 07"), (" 5 TEA", " 05 TEA"), (" 5 TEA", " 0 TEA"), ("-5", "-0"),
        (" 5 TEA", " 5.0 TEA"), (" @ 1.00", " @ 0.00"), (" @ 1.00", " @ 01.00"),
        ("1.00 CNY", "1.00 USD"), ('"n"', '"a  b" "n"'), ('"n"', '" a" "n"'), ('"n"', '"V" ""'),
        ('type: "receipt"', 'type: "other"'), (HALL, f"{HALL}X"), ("TEA", "TEE"),
        (DATE, "2026-03-02"), ("\n  id", "\n\n  id"),
    ],
)  # fmt: skip
def test_what_is_not_plain_is_unusual(old: str, new: str) -> None:
    """Each with a checksum that is its own."""
    text = BLOCK.decode().rpartition("\n; sum:")[0]
    changed = text.replace(old, new)
    assert changed != text
    with pytest.raises(Unusual):
        read_stretch([(DATE, [with_sum(changed).encode()])], names())


@pytest.mark.parametrize(
    ("written", "quantity"),
    [
        ("5.25 SALT", 5250), ("5 SALT", 5000), ("0.005 SALT", 5), ("5.2500 SALT", 5250),
        ("5.0 TEA", 5), ("5.5 TEA", None), ("5.2505 SALT", None), ("0.000 SALT", None),
        ("05.5 SALT", None), ("5. SALT", None), (".5 SALT", None), (f"{10**15} SALT", None),
    ],
)  # fmt: skip
def test_quantities_with_decimals(written: str, quantity: int | None) -> None:
    """Beside a whole number, in one file."""
    text = BLOCK.decode().rpartition("\n; sum:")[0].replace("5 TEA", written)
    other = file_of([row("A-2", 7, 10**10, time="09:00")])
    days = [(DATE, [with_sum(text).encode() + b"\n" + other])]
    if quantity is None:
        with pytest.raises(Unusual):
            read_stretch(days, names())
    else:
        assert list(read_stretch(days, names()).rows.quantity) == [quantity, 7]


@pytest.mark.parametrize("ids", [("A-1", "A-1"), ("A-1", "A-2", "A-1"), ("B-1", "A-1", "B-1")])
def test_an_id_that_comes_twice_in_a_file_is_unusual(ids: tuple[str, ...]) -> None:
    blocks = [file_of([row(id_, time=f"0{at}:00")]) for at, id_ in enumerate(ids)]
    with pytest.raises(Unusual):
        read_stretch([(DATE, [b"\n".join(blocks)])], names())
    assert read_stretch([(DATE, [b"\n".join(blocks[1:])])], names()).ends == [len(ids) - 1]


def test_lines_of_metadata_in_any_order_are_read() -> None:
    text = BLOCK.decode().rpartition("\n; sum:")[0]
    other = text.replace('  reason: "lost"\n  doc: "D"', '  doc: "D"\n  rank: 7\n  reason: "lost"')
    assert other != text
    days = [(DATE, [with_sum(other).encode()])]
    known = names()
    found = read_stretch(days, known)
    usual = row("A-1", 5, 10**10, time="08:00", reason="lost", meta=(("rank", "7"), ("doc", "D")))
    assert found.inputs == read([usual]).inputs
    assert [known.likes[like].reason for like in found.rows.like] == [2]


def form(*lines: FormLine) -> Form:
    return Form((b"100% of ", ("shown", 0, 0), b"\n"), (b"nobody\n",), lines)


def test_vouchers_of_a_form() -> None:
    """Amounts end at their width, quantities have the decimals of the item, zeros are left out."""
    rows = [row("A-1", 5, payee="P"), row("A-2", 7), row("A-3", 9)]
    stretch = read(rows)
    like = stretch.rows.like[0]
    lines = (
        FormLine((b"  in", (COST, 1, 8), b" x ", (QUANTITY, 1, 0), b"\n"), COST, 0),
        FormLine((b"  out", (COST, -1, 9), b" x ", (QUANTITY, -1, 2), b"\n"), COST, 1),
    )
    (day,) = Printer(stretch, [1234, 5, 0], 2).days({like: (form(*lines),)}, [b"head\n"])
    assert day.text == (
        b"head\n\n100% of P\n  in   12.34 x 5\n  out   -12.34 x -0.05\n"
        b"\nnobody\n  in    0.05 x 7\n  out    -0.05 x -0.07\n"
    )
    assert (day.vouchers, day.sums) == (2, {0: 1239, 1: 1239})


@pytest.mark.parametrize(("money", "text"), [(0, b"1234"), (3, b"1.234"), (5, b"0.01234")])
def test_amounts_have_all_decimals_of_the_currency(money: int, text: bytes) -> None:
    stretch = read([row("A-1", 5)])
    line = FormLine((b" ", (COST, 1, 0), b"\n"), COST, 0)
    (day,) = Printer(stretch, [1234], money).days({stretch.rows.like[0]: (form(line),)}, [b""])
    assert day.text == b"\nnobody\n " + text + b"\n"
