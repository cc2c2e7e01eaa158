"""The digest that the voucher file of a day states of its movements: by its definition alone, and
of what was said alone, whichever way it was laid out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from invledger.books import post
from invledger.store import Cache
from tests.books.conftest import Record, files_of

pytestmark = pytest.mark.req("FIN-01", "AU-10")
MAIN, SUPPLIER, CUSTOMER = "Assets:Stock:Main", "Equity:Stock:Supplier", "Equity:Stock:Customer"
COLA, RICE = "SKU-COLA330", "SKU-RICE"
FOLDERS = {"movements": "ledgers/movements/2026/01", "documents": "ledgers/documents/2026/01"}


def posting(account: str, number: str, rest: str) -> str:
    """A posting whose currency stands in column 72."""
    return f"  {account:<{68 - len(number)}}{number} {rest}"


def moved(
    id_: str, type_: str, places: tuple[str, str], goods: str, *, head: str = '"入库"',
    more: Sequence[str] = (), of_line: Sequence[str] = (),
) -> str:  # fmt: skip
    """A movement of one line as we print it; `goods` is a quantity and what it is of."""
    (target, source), (number, _, rest) = places, goods.partition(" ")
    lines = [f"2026-01-05 * {head}", f'  id: "{id_}"', f'  type: "{type_}"']
    lines += [f"  {line}" for line in more]
    lines += [posting(target, number, rest), *(f"    {line}" for line in of_line)]
    return "\n".join([*lines, posting(source, f"-{number}", rest)])


IN, OUT = (MAIN, SUPPLIER), (CUSTOMER, MAIN)
BOUGHT, SOLD = f"100 {COLA} @ 2.35 CNY", f"10 {COLA} @ 4.00 CNY"
FROM, TO = 'party: "V0001"', 'party: "C0001"'
TWO_LINES = "\n".join(
    [
        '2026-01-05 * "华东电子" "say \\"two\\"" ^PO-1',
        '  id: "SH1-260105-11"',
        '  type: "purchase-receipt"',
        '  party: "V0001"',
        '  doc: "D-11"',
        posting(MAIN, "0.125", f"{RICE} @ 8.00 CNY"),
        '    lot: "L 7"',
        "    line: 1",
        posting(SUPPLIER, "-0.125", f"{RICE} @ 8.00 CNY"),
        posting(MAIN, "24", COLA),
        "    line: 2",
        "    amount: 0.02 CNY",
        posting(SUPPLIER, "-24", COLA),
    ]
)
FREIGHT = '2026-01-05 custom "landed-cost" "FIN-260105-1" 30.00 CNY\n  party: "V0001"\n  ref: "{}"'
#: The files of a day, and each one's blocks in no order at all.
DAY: dict[str, list[str]] = {
    "movements/2026-01-05.SH1": [
        moved("SH1-260105-10", "purchase-receipt", IN, BOUGHT, more=[FROM]),
        moved("SH1-260105-0001", "sale-delivery", OUT, SOLD, more=[TO, "rank: 12"]),
        moved("SH1-260105-9", "purchase-receipt", IN, BOUGHT, more=[FROM, 'doc: "D-9"']),
        moved("SH1-260105-0003", "purchase-receipt", IN, BOUGHT, more=['time: "08:00"', FROM]),
        TWO_LINES,
        moved("SH1-260105-0004", "opening", (MAIN, "Equity:Stock:Opening"), BOUGHT),
    ],
    "movements/2026-01-05.BJ-2": [
        moved("BJ-2-260105-0005", "sale-delivery", OUT, SOLD, more=[TO], head='"新世纪" ""'),
        moved("BJ-2-260105-0002", "purchase-receipt", IN, BOUGHT, more=['time: "07:59:59"', FROM]),
        moved("BJ-2-260105-0007", "purchase-receipt", IN, BOUGHT, more=['time: "08:00"', FROM],
              of_line=['lot: "批次 7"', "expiry: 2027-12-31"]),
    ],
    "documents/2026-01-05.FIN": [FREIGHT.format("SH1-260105-0003")],
}  # fmt: skip
#: By rank (0, 10, the own one of 12, 15, 50); then by time, none last; device; counter.
ORDER = (
    "SH1-260105-0004",
    "BJ-2-260105-0002", "BJ-2-260105-0007", "SH1-260105-0003",
    "SH1-260105-9", "SH1-260105-10", "SH1-260105-11",
    "SH1-260105-0001", "FIN-260105-1", "BJ-2-260105-0005",
)  # fmt: skip


def signed(block: str) -> str:
    return f"{block}\n; sum: {sha256(block.encode()).hexdigest()[:16]}\n"


def write(root: Path, files: Mapping[str, Sequence[str]]) -> None:
    """The blocks of each file, which is named by `movements/…` or `documents/…`."""
    for name, blocks in files.items():
        kind, _, stem = name.partition("/")
        path = root / FOLDERS[kind] / f"{stem}.beancount"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(blocks), "utf-8")


def stated(root: Path, date: str = "2026-01-05") -> str:
    """What the voucher file of a day says."""
    text = (root / f"ledgers/vouchers/2026/01/{date}.beancount").read_text("utf-8")
    (digest,) = re.findall(r"^; inputs: sha256:([0-9a-f]{64})$", text, re.MULTILINE)
    return str(digest)


def by_definition(root: Path, ids: Sequence[str], date: str = "2026-01-05") -> str:
    """The same from the blocks of the day's files: digests of their texts, joined, hashed again.

    `ids` are those of all of them, in order.
    """
    texts = {}
    for folder in FOLDERS.values():
        for path in (root / folder).glob("*.beancount"):
            for block in path.read_text("utf-8").rstrip("\n").split("\n\n"):
                text = block.partition("\n; sum: ")[0]
                (name,) = re.findall(r'(?m)^(?:  id:|.* custom "[a-z-]+") "([^"]+)"', text)
                if text.startswith(date):
                    texts[name] = text
    assert sorted(texts) == sorted(ids)
    return sha256(b"".join(sha256(texts[one].encode()).digest() for one in ids)).hexdigest()


@pytest.mark.parametrize("has_sums", [True, False])
def test_the_digest_of_a_day_is_that_of_the_digests_of_its_blocks(
    root: Path, *, has_sums: bool
) -> None:
    sign: Callable[[str], str] = signed if has_sums else "{}\n".format
    write(root, {name: [sign(block) for block in blocks] for name, blocks in DAY.items()})
    later = moved("SH1-260107-1", "purchase-receipt", IN, BOUGHT, more=[FROM])
    later = later.replace("2026-01-05", "2026-01-07")
    write(root, {"movements/2026-01-07.SH1": [sign(later)]})
    outcome = post(root)
    assert [one.text() for one in outcome.problems] == []
    assert stated(root) == by_definition(root, ORDER)
    assert stated(root, "2026-01-07") == by_definition(root, ["SH1-260107-1"], "2026-01-07")


def test_the_digest_is_that_of_the_definition_after_every_way_of_posting(
    root: Path, receive: Record, note: Record, tmp_path: Path
) -> None:
    """At first, with one more in the day, after a back-dated entry, after one was taken away."""
    cache = Cache(tmp_path / "cache")
    ids = [receive(doc="D").id, receive(time="08:00").id]
    post(root, cache=cache)
    assert stated(root) == by_definition(root, [ids[1], ids[0]])
    sold = {"party": "C0001", "item": COLA, "qty": "10", "price": "4", "from_": "Main"}
    ids.append(note("sale-delivery", **sold).id)
    post(root, cache=cache)
    assert stated(root) == by_definition(root, [ids[1], ids[0], ids[2]])
    early = receive(date="2026-01-04", price="4.35")
    post(root, cache=cache)
    assert stated(root) == by_definition(root, [ids[1], ids[0], ids[2]])
    assert stated(root, "2026-01-04") == by_definition(root, [early.id], "2026-01-04")
    path = root / FOLDERS["movements"] / "2026-01-05.SH1.beancount"
    path.write_text("\n\n".join(path.read_text("utf-8").split("\n\n")[1:]), "utf-8")
    post(root, cache=cache)
    assert stated(root) == by_definition(root, [ids[1], ids[2]])


GOODS = [
    moved(
        "SH1-260105-0001", "purchase-receipt", IN, f"100 {COLA} @ 1.50 CNY",
        head='"华东电子" "采购入库"', of_line=['lot: "L1"'],
        more=['time: "08:00"', FROM, 'doc: "D-1"', 'handler: "王芳"'],
    ),
    moved(
        "SH1-260105-0002", "purchase-receipt", IN, f"5.25 {RICE} @ 8.00 CNY",
        more=[FROM, 'doc: "D-2"'],
    ),
    moved(
        "SH1-260105-0003", "scrap", ("Equity:Stock:Scrap", MAIN), f"3 {COLA}", head='"报废"',
        more=['reason: "damaged"', 'doc: "D-3"'], of_line=['lot: "L1"'],
    ),
    moved("SH1-260105-0004", "sale-delivery", OUT, f"2 {RICE} @ 9.00 CNY", more=[TO]),
]  # fmt: skip


def turned(block: str) -> str:
    """The negative posting first, what the line says still behind the first."""
    lines = block.split("\n")
    first, second = (at for at, line in enumerate(lines) if " SKU-" in line)
    lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


def swapped(block: str, key: str) -> str:
    """A line of metadata before the one above it."""
    return re.sub(rf'(  [a-z]+: "[^"]+"\n)(  {key}: "[^"]+"\n)', r"\2\1", block)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "numbers close to names": lambda block: re.sub(r"  +(-?[0-9.]+ SKU-)", r"  \1", block),
    "numbers a column to the left": lambda block: re.sub(r" (-?[0-9.]+ SKU-)", r"\1", block),
    "numbers a column to the right": lambda block: re.sub(r" (-?[0-9.]+ SKU-)", r"  \1", block),
    "idle zeros of quantities": lambda block: re.sub(r"(\.25|[0-9])( SKU-)", r"\1#\2", block)
    .replace(".25#", ".2500").replace("#", ".0"),
    "prices without idle zeros": lambda block: block.replace(".50 CNY", ".5 CNY")
    .replace(".00 CNY", " CNY"),
    "prices with more zeros": lambda block: block.replace("0 CNY", "000 CNY"),
    "doc before party or reason": lambda block: swapped(block, "doc"),
    "party before time or type": lambda block: swapped(block, "party"),
    "type before id": lambda block: swapped(block, "type"),
    "reason before type": lambda block: swapped(block, "reason"),
    "the negative posting first": turned,
    "the lot on the movement": lambda block: re.sub(
        r'(?s)(  type: "[a-z-]+"\n)(.*?)  (  lot: "L1"\n)', r"\1\3\2", block
    ),
    "a flag as a word": lambda block: block.replace(" * ", " txn "),
    "comments": lambda block: block.replace("\n", "\n  ; 备注\n", 1) + "\n  ; said",
    "wide indents": lambda block: re.sub(r"\n  (?=[a-z])", "\n      ", block),
}  # fmt: skip


def posted(root: Path, files: Mapping[str, Sequence[str]]) -> dict[str, bytes]:
    """The voucher files of the books with these movements alone."""
    for path in (root / FOLDERS["movements"]).glob("*.beancount"):
        path.unlink()
    write(root, files)
    outcome = post(root)
    assert [one.text() for one in outcome.problems] == []
    return {path: data for path, data in files_of(root).items() if "/vouchers/2026/" in path}


def usual(root: Path) -> dict[str, bytes]:
    return posted(root, {"movements/2026-01-05.SH1": list(map(signed, GOODS))})


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_says_nothing(root: Path, layout: str) -> None:
    """Signed and unsigned; some block is changed by each layout."""
    want = usual(root)
    assert stated(root) == by_definition(root, re.findall(r'id: "(.*?)"', "".join(GOODS)))
    blocks = list(map(LAYOUTS[layout], GOODS))
    assert blocks != GOODS
    for sign in (signed, "{}\n".format):
        assert posted(root, {"movements/2026-01-05.SH1": list(map(sign, blocks))}) == want


@pytest.mark.parametrize("sign", [signed, "{}\n".format])
def test_files_say_nothing(root: Path, sign: Callable[[str], str]) -> None:
    want = usual(root)
    blocks = list(map(sign, GOODS))
    apart = {f"movements/2026-01-05.X{3 - at}": [block] for at, block in enumerate(blocks)}
    others: list[dict[str, list[str]]] = [
        {"movements/2026-01-05.SH1": blocks},
        {"movements/2026-01-05.SH1": blocks[::-1]},
        {"movements/2026-01-05.SH1": blocks[2:], "movements/2026-01-05.BJ": blocks[:2]},
        {"movements/whatever": blocks[1:3], "movements/2026-01-09.SH1": [blocks[3], blocks[0]]},
        apart,
    ]
    for files in others:
        assert posted(root, files) == want


CHANGES = {
    "narration": ('"报废"', '"报 废"'), "payee": ('"华东电子" ', '"华东" '),
    "no payee": ('"华东电子" ', ""), "lot": ('"L1"', '"L2"'),
    "reason": ('"damaged"', '"expired"'), "document number": ('"D-3"', '"D-4"'),
    "no document number": ('  doc: "D-2"\n', ""), "metadata": ("王芳", "王方"),
    "key of metadata": ("handler:", "prepared:"), "time": ("08:00", "08:01"),
    "one more": ('"D-2"\n', '"D-2"\n  dept: "x"\n'), "quantity": ("5.25 ", "5.26 "),
    "price": ("1.50 CNY", "1.51 CNY"), "rank": ('"D-2"\n', '"D-2"\n  rank: 10\n'),
    "expiry": ('"L1"\n', '"L1"\n    expiry: 2027-12-31\n'),
    "link": ('"采购入库"', '"采购入库" ^PO-1'),
    "tag": ('"采购入库"', '"采购入库" #x'), "id": ("-0004", "-0005"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_said_says_something(root: Path, change: str) -> None:
    usual(root)
    before = stated(root)
    blocks = [block.replace(*CHANGES[change]) for block in GOODS]
    assert blocks != GOODS
    posted(root, {"movements/2026-01-05.SH1": list(map(signed, blocks))})
    assert stated(root) != before
