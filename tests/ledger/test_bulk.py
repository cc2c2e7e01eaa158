"""Reading and printing in bulk, call by call: order, numbers, prices, rows that say more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import pytest

from invledger.books.stamping import day_digests
from invledger.ledger import print_movement, read_raw, resolve, with_sum
from invledger.ledger.bulk import Stretch, read_stretch
from invledger.ledger.bulk_print import COST, QUANTITY, Form, FormLine, Printer
from invledger.ledger.bulk_shape import Names, Unusual, Wholes
from invledger.model import Company, Item, Location, Master, MovementTable, Party, Row

pytestmark = pytest.mark.req("CO-02", "TE-05")
DATE = "2026-03-01"
HALL, SHOP, SUPPLIER = "Assets:Stock:SH", "Assets:Stock:BJ", "Equity:Stock:Supplier"
ITEMS = {"TEA": Item("TEA", "茶", "EA", 0), "SALT": Item("SALT", "盐", "KG", 3)}
KNOWN = Master(items=ITEMS)
SILENT = ("doc", "handler", "prepared", "dept", "rank", "reason")


def names(money: int = 2, *places: str) -> Names:
    return Names(
        ["receipt", "transfer"], [10, 20], list(ITEMS.values()), [0, 1],
        [HALL, SHOP, SUPPLIER, *places], [Party("V1", "华东")], "CNY", money, ["lost"], SILENT,
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
        ('"A-1"', '"-A-1"'), ('"A-1"', f'"{"A" * 65}"'), ('"D"', '"\\\\"'),
        ('doc: "D"', 'handler: "a\nb"'), ('doc: "D"', 'wave: "x"'), ('doc: "D"', "rank: 1000"),
        ('doc: "D"', "rank: 07"), ("-5", "-0"), (" @ 1.00", " @ 0.00"), (" @ 1.00", " @ 01.00"),
        (" @ 1.00", " @ 1."), (" @ 1.00", " @ .50"), (" @ 1.00", " @ 1,00"),
        ('* "n"', '* "" "n"'), ('* "n"', '* "" ""'), ('"D"', '"D"\n  rank: "7"'), ('"D"', '""'),
        ('"D"', '"D"\n  doc: "D"'), ('"D"', '"D"\n  reason: "lost"'),
        ("1.00 CNY", "1.00 USD"), ('"n"', '"a  b" "n"'), ('"n"', '" a" "n"'), ('"n"', '"V" ""'),
        ('type: "receipt"', 'type: "other"'), (HALL, f"{HALL}X"), ("TEA", "TEE"),
        (DATE, "2026-03-02"), ("\n  id", "\n\n  id"), ('"D"', '"a\tb"'),
        ('doc: "D"', f"rank: {'1' * 5000}"), ('doc: "D"', "rank: 7\n  assets: 1"),
    ],
)  # fmt: skip
def test_what_is_not_plain_is_unusual(old: str, new: str) -> None:
    """Each with a checksum that is its own."""
    text = BLOCK.decode().rpartition("\n; sum:")[0]
    changed = text.replace(old, new)
    assert changed != text
    with pytest.raises(Unusual):
        read_stretch([(DATE, [with_sum(changed).encode()])], names())


def rewritten(text: str, written: str) -> str:
    """Another number of other goods, which stands in its column."""
    number, _, item = written.partition(" ")
    return re.sub(
        r"(?m)^(  [A-Z][^ ]+) +(-?)[0-9.]+ [A-Z]+",
        lambda it: f"{it[1]:<{68 - len(it[2] + number)}}  {it[2]}{number} {item}",
        text,
    )


@pytest.mark.parametrize(
    ("written", "quantity"),
    [
        ("5.25 SALT", 5250), ("5 SALT", 5000), ("0.005 SALT", 5), ("5.2500 SALT", 5250),
        ("5.0 SALT", 5000), ("5.50 SALT", 5500), ("5.0 TEA", 5), ("5.5 TEA", None),
        ("05 TEA", None), ("0 TEA", None), ("0.0 TEA", None), ("+5 TEA", None), ("5, TEA", None),
        ("5.2505 SALT", None), ("0.000 SALT", None), ("05.5 SALT", None), ("5. SALT", None),
        (".5 SALT", None), (f"{10**15} SALT", None), (f"{10**15 - 1} SALT", 10**18 - 1000),
    ],
)  # fmt: skip
def test_quantities_with_decimals(written: str, quantity: int | None) -> None:
    """Beside a whole number, in one file."""
    text = rewritten(BLOCK.decode().rpartition("\n; sum:")[0], written)
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


def digest_of(*rows: Row) -> list[str]:
    """The digest of rows of one day, in order, as the plain path makes it."""
    return [day_digests(MovementTable.of(list(rows)), KNOWN, Company("x"))[DATE]]


def test_other_lines_of_metadata_are_read_where_they_are_printed() -> None:
    """The rank, the reason, then all else as it was written."""
    known = names()
    rest = (("prepared", "P"), ("doc", "D"), ("handler", "H"))
    usual = row("A-1", 5, 10**10, time="08:00", reason="lost", meta=(("rank", "7"), *rest))
    assert '  rank: 7\n  reason: "lost"\n  prepared: "P"\n  doc: "D"' in file_of([usual]).decode()
    found = read_stretch([(DATE, [file_of([usual])])], known)
    assert found.inputs == digest_of(usual)
    assert [known.likes[like].reason for like in found.rows.like] == [2]


FAR, CHINESE = f"Assets:Stock:{'A' * 60}", "Assets:Stock:01-华东仓:货架"
READ: dict[str, list[Row]] = {
    "names that leave just enough": [row("A-1", 5, 10**10, target=FAR[:65], source=FAR[:64])],
    "a name that is too long by one": [row("A-1", 5, 10**10, target=FAR[:66])],
    "a name that is too long on the other side": [row("A-1", 5, source=FAR[:65])],
    "names far too long": [row("A-1", 5, 10**10, target=FAR), row("A-2", 7, source=FAR)],
    "Chinese names": [row("A-1", 5, 10**10, target=CHINESE), row("A-2", 7, source=CHINESE)],
    "a Chinese name that is too long": [row("A-1", 5, target=f"{CHINESE}:{'仓' * 60}")],
    "usual names beside Chinese ones": [row("A-1", 5), row("A-2", 7, source=CHINESE)],
    "apostrophes": [
        row("A-1", 5, narration="it's", payee="O'Brien", reason="'", meta=(("doc", "7'"),)),
    ],
    "all that may be said": [
        row("A-1", 5250, 15_000_000_000, item="SALT", time="08:00:59", party="V1", lot="批次 7",
            expiry="2027-12-31", reason="坏了", payee="A B", narration="收 & 发; #1 ^x",
            meta=(("rank", "7"), ("doc", "D 1"), ("handler", "王"), ("dept", "仓"))),
        row("A-2", 1, 1, narration=""), row("A-3", 10**14, 15_050_000_000),
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_what_is_read_has_the_digest_of_its_rows(case: str) -> None:
    rows = READ[case]
    places = sorted({place for one in rows for place in (one.source, one.target)})
    days = [(DATE, [file_of(rows)])]
    found = read_stretch(days, names(2, *places))
    assert found.inputs == digest_of(*rows)
    assert list(found.rows.id) == [one.id.encode() for one in rows]
    assert list(found.rows.quantity) == [one.quantity for one in rows]


def unsigned(one: Row) -> str:
    return file_of([one]).decode().rpartition("\n; sum:")[0]


def shifted(text: str, number: str, by: int) -> str:
    """Numbers so many columns to the right, to the left where it is below zero."""
    blanks = re.compile(rf"( +)({number})(?= TEA)")
    return blanks.sub(lambda it: " " * max(1, len(it[1]) + by) + it[2], text)


def plainly(data: bytes, *places: str) -> list[str]:
    """The digest of the day as the plain path makes it, which has nothing to say of it."""
    table, problems = read_raw(f"ledgers/movements/2026/03/{DATE}.A.beancount", data)
    known = Master(items=dict(ITEMS), parties={"V1": Party("V1", "华东")})
    for place in (HALL, SHOP, SUPPLIER, *places):
        known.locations[place] = Location(place, "available", opened="2026-01-01")
    found, others = resolve([table], known, {"receipt": 10, "transfer": 20}, Company("x"))
    assert [*problems, *others] == []
    return [day_digests(found, KNOWN, Company("x"))[DATE]]


def is_read(text: str, *places: str) -> bool:
    """Whether a block is read that bears its checksum, beside another one that is as we print it;
    what is read has the digest that the plain path makes.
    """
    data = with_sum(text).encode() + b"\n" + file_of([row("A-2", 7, 10**10)])
    try:
        found = read_stretch([(DATE, [data])], names(2, *places))
    except Unusual:
        return False
    assert found.inputs == plainly(data, *places), text
    return True


@pytest.mark.parametrize("number", ["5", "-5", "-?5"])
@pytest.mark.parametrize("by", [-9, -2, -1, 1, 2])
@pytest.mark.parametrize("target", [HALL, CHINESE, FAR], ids=["usual", "chinese", "long"])
def test_a_number_in_another_column_is_read(number: str, by: int, target: str) -> None:
    text = unsigned(row("A-1", 5, 10**10, target=target, lot="L1"))
    moved = shifted(text, number, by)
    assert moved != text
    assert is_read(moved, CHINESE, FAR)


def test_a_column_is_not_counted_from_another_line() -> None:
    """Numbers as far from the line before the one above as from their own when in place."""
    text = unsigned(row("A-1", 5, 10**10, lot="L1", meta=(("doc", "D"),)))
    moved = shifted(text, "5", -len('  doc: "D"\n'))
    assert is_read(moved)
    assert is_read(shifted(moved, "-5", -len('    lot: "L1"\n')))


@pytest.mark.parametrize(("size", "number"), [(66, "5"), (65, "-5")])
def test_a_name_that_is_too_long_by_one_leaves_two_blanks(size: int, number: str) -> None:
    """With one, its number would end in the very column."""
    name = FAR[:size]
    places = (name, HALL) if size == 66 else (SHOP, name)
    text = unsigned(row("A-1", 5, target=places[0], source=places[1]))
    moved = shifted(text, number, -1)
    line = f"  {name} {number} TEA"
    assert (line in moved.split("\n"), line.rindex(" ")) == (True, 70)
    assert is_read(moved, name)


def test_columns_are_counted_in_letters_not_in_bytes() -> None:
    other = CHINESE.replace("东", "西")
    text = unsigned(row("A-1", 5, 10**10, target=CHINESE, source=other))
    moved = shifted(text, "-?5", len(CHINESE) - len(CHINESE.encode()))
    assert is_read(moved, CHINESE, other)


@pytest.mark.parametrize("price", ["1", "1.0", "1.000", "1.5", "1.50000", "1.0050", "0.1"])
@pytest.mark.parametrize("more", [{}, {"lot": "L1"}, {"lot": "L1", "expiry": "2027-12-31"}])
def test_other_zeros_are_read(price: str, more: dict[str, object]) -> None:
    one = row("A-1", 5, 10**10, reason="lost", meta=(("doc", "D"),), **more)
    text = unsigned(one).replace("1.00", price)
    assert is_read(text)
    assert is_read(rewritten(text, "5.00 TEA"))
    assert is_read(rewritten(text, "0.50 SALT"))
    assert not is_read(rewritten(text, "5.50 TEA"))


@pytest.mark.parametrize(
    "lines",
    [
        ("doc", "reason"), ("doc", "rank"), ("reason", "rank"), ("handler", "reason", "doc"),
        ("handler", "rank", "doc", "reason"), ("doc", "handler", "rank"), ("prepared", "doc"),
        ("reason", "doc", "rank", "handler"), ("rank", "doc", "reason", "dept"),
    ],
)  # fmt: skip
def test_lines_of_metadata_in_any_order_are_read(lines: Sequence[str]) -> None:
    said = {"reason": '"lost"', "rank": "7"}
    text = unsigned(row("A-1", 5, 10**10, time="08:00", party="V1", lot="L1"))
    more = "".join(f"  {key}: {said.get(key, chr(34) + key + chr(34))}\n" for key in lines)
    assert is_read(text.replace('party: "V1"\n', f'party: "V1"\n{more}'))


@pytest.mark.parametrize("sign", [" ", ";", "x", "\t"])
def test_nothing_stands_in_the_place_of_an_empty_line(sign: str) -> None:
    text = file_of([row("A-1", 5, 10**10), row("A-2", 7, 10**10)]).decode()
    for other in (text.replace("\n\n", f"\n{sign}"), sign + text.replace("\n\n", "\n")):
        with pytest.raises(Unusual):
            read_stretch([(DATE, [other.encode()])], names())


def damaged(chance: Random, text: str) -> str:
    """A sign or a line more or less, lines exchanged, blanks moved."""
    lines = text.split("\n")
    at = chance.randrange(len(text))
    match chance.randrange(6):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + chance.choice(" 0.1-;x\n") + text[at:]
        case 2:
            line = chance.randrange(1, len(lines))
            lines[line - 1 : line + 1] = lines[line], lines[line - 1]
        case 3:
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
        case 4:
            del lines[chance.randrange(len(lines))]
        case _:
            return shifted(text, chance.choice(["5", "-5", "-?5"]), chance.randint(-20, 5))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_read_is_what_is_printed_whatever_is_damaged(seed: int) -> None:
    """Every damage is signed: what is read nevertheless has the digest of the plain path."""
    chance, read_ones = Random(seed), 0  # noqa: S311  the same damage each time
    for _ in range(250):
        target = chance.choice([HALL, CHINESE, FAR, FAR[:66]])
        meta = (("doc", "D"), ("handler", "H"))[: chance.randrange(3)]
        one = row(
            "A-1", chance.choice([5, 1250]), chance.choice([10**10, 15 * 10**9, None]),
            target=target, lot=chance.choice(["", "L1"]), reason=chance.choice(["", "lost"]),
            meta=chance.choice([meta, (("rank", "7"), *meta)]), time=chance.choice(["", "08:00"]),
        )  # fmt: skip
        read_ones += is_read(damaged(chance, unsigned(one)), CHINESE, FAR, FAR[:66])
    assert read_ones > 10


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
