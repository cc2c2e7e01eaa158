"""A seeded generator of ledgers that people might write: regular blocks, odd ones, both mixed."""

from __future__ import annotations

from random import Random

from invledger.ledger import print_movement, print_value_document, with_sum
from invledger.model import Item, Row

ITEMS = {
    code: Item(code, code, "PCS", decimals)
    for code, decimals in (("SKU-A", 0), ("SKU-COLA330", 0), ("FLOUR.5", 3), ("X'27", 2))
}
OURS = ("Assets:Stock:SH:Main", "Assets:Stock:BJ:A-01", "Assets:Stock:01-华东仓:Bin")
OTHERS = ("Equity:Stock:Supplier", "Equity:Stock:Customer", "Equity:Stock:Count")
TEXTS = ("华东电子", "采购入库", "plain text", "a; b", "it's #1 ^x", "100.00 CNY", "", "Ünïcode")
KEYS = ("handler", "doc", "dept", "project", "entered-by", "note-2")


def seeded(seed: int) -> Random:
    """Chance that is the same on every run."""
    return Random(seed)  # noqa: S311 - nothing secret


def row(random: Random, number: int, line: int = 1) -> Row:
    """One line with everything at random."""
    item = random.choice(list(ITEMS.values()))
    places = [random.choice(OURS), random.choice(OTHERS)]
    random.shuffle(places)
    price = random.choice([None, 0, 23_500_000_000, 1, 10**10 * 12345])
    amount = random.choice([None, 1000, -1000, 1]) if price is None else None
    meta = tuple(
        (key, random.choice(TEXTS) or "x") for key in random.sample(KEYS, random.randrange(3))
    )
    return Row(
        f"2026-01-{random.randrange(1, 29):02d}", 10, random.choice(["", "", "08:30"]),
        f"SH1-2601-{number:04d}", line, random.choice(["purchase-receipt", "transfer"]),
        random.choice(["", "V0001"]), item.code, random.randrange(1, 10**6), places[0], places[1],
        price, amount, "" if price is None and amount is None else "CNY",
        random.choice(["", "L1", "批次 7"]), random.choice(["", "2027-12-31"]),
        random.choice(["", "WO-1"]), random.choice(["", "SH1-2601-0001/1=5"]),
        random.choice(["", "damaged"]), random.choice(["", "13"]), random.choice(["", "C0009"]),
        random.choice(TEXTS), random.choice(TEXTS),
        random.choice(["", "PO-1", "A/1 PO-2601-0007"]), meta, "", 0,
    )  # fmt: skip


def movement(random: Random, number: int) -> list[Row]:
    """The lines of one movement: what belongs to the movement is the same on all of them."""
    first = row(random, number)
    rows = [first]
    for line in range(2, random.choice([2, 2, 2, 3, 4])):
        other = row(random, number, line)
        rows.append(
            other._replace(
                date=first.date, time=first.time, type=first.type, party=first.party,
                payee=first.payee, narration=first.narration, links=first.links,
            )
        )  # fmt: skip
    return rows


def document(random: Random, number: int) -> Row:
    """A value document."""
    found = row(random, number)
    return found._replace(
        type="landed-cost", item="", quantity=0, source="", target="", price=None, payee="",
        narration="", links="", amount=random.choice([None, 30000, -1]), currency="CNY",
    )  # fmt: skip


def regular_block(random: Random, number: int) -> str:
    """What the program writes."""
    if random.random() < 0.1:
        return print_value_document(document(random, number))
    return print_movement(movement(random, number), ITEMS)


def _spaced(random: Random, block: str) -> str:
    return block.replace("  ", random.choice(["   ", " \t", "    "])).replace(" @ ", "  @   ")


def _commented(random: Random, block: str) -> str:
    lines = block.split("\n")
    comment = random.choice(["; 备注", '  ; "note', "    ; x"])
    lines.insert(random.randrange(1, len(lines)), comment)
    return "\n".join(lines)


def _trailing(random: Random, block: str) -> str:
    lines = block.split("\n")
    at = random.randrange(len(lines))
    lines[at] += " ; said \"so"
    return "\n".join(lines)


def _tagged(_: Random, block: str) -> str:
    head, rest = block.split("\n", 1)
    return f"{head} #tag #other\n{rest}"


def _plus(_: Random, block: str) -> str:
    return block.replace(" 1", " +1").replace(" * ", " txn ")


def _escaped(_: Random, block: str) -> str:
    return block.replace('" "', '" "say \\"hi\\" ', 1)


def _run_on(_: Random, block: str) -> str:
    return block.replace('" "', '" "two\n\nlines ', 1)


def _flagged(_: Random, block: str) -> str:
    return block.replace(" * ", " ! ")


def _turned(_: Random, block: str) -> str:
    lines = block.split("\n")
    legs = [at for at, line in enumerate(lines) if line.startswith(("  Assets", "  Equity"))]
    if not legs:
        return block
    lines[legs[0]], lines[legs[-1]] = lines[legs[-1]], lines[legs[0]]
    return "\n".join(lines)


def _odd_meta(random: Random, block: str) -> str:
    extra = random.choice(
        ["  count: 12", "  when: 2026-01-01", "  is-so: TRUE", "  cash: 10.00 CNY", "  code: USD",
         "  place: Assets:Stock:SH", "  empty:", "  serial: \"1\"", "  id: \"again\"",
         "  Big: \"x\"", "  camelCase: \"x\"", "  under_score: \"x\""]
    )  # fmt: skip
    head, _, rest = block.partition("\n")
    return f"{head}\n{extra}\n{rest}"


def _total_price(_: Random, block: str) -> str:
    return block.replace(" @ ", " @@ ")


def _lone(_: Random, block: str) -> str:
    return "\n".join(block.split("\n")[:-1])


def _cost(_: Random, block: str) -> str:
    return block.replace(" @ ", " {1 CNY} @ ")


def _other_kind(random: Random, _: str) -> str:
    return random.choice(
        [
            '2026-01-05 note Assets:Stock:SH:Main "hello"',
            '2026-01-05 event "location" "SH"',
            "2026-01-05 price USD 7.1 CNY",
            '* an outline "heading',
            '2026-01-05 custom "budget" Assets:Stock:SH "monthly" 100.00 CNY',
            f'2026-01-05 custom "labour" "SH1-9-{random.randrange(10**6)}" 1,000.00 CNY',
            "2026-01-05 nonsense",
            '2026-02-30 * "no such day"',
            "2026-01-05 open Assets:Stock:SH CNY,USD\n2026-01-06 commodity SKU-A\n  name: \"x\"",
        ]
    )


ODDITIES = (
    _spaced, _commented, _trailing, _tagged, _plus, _escaped, _run_on, _flagged, _turned,
    _odd_meta, _total_price, _lone, _cost, _other_kind,
)  # fmt: skip


def irregular_block(random: Random, number: int) -> str:
    """A block as people write it: without checksum, and odd in some way."""
    block = "\n".join(regular_block(random, number).split("\n")[:-2])
    odd = random.choice(ODDITIES)(random, block)
    return (with_sum(odd) if random.random() < 0.2 else odd + "\n") if odd else ""


def ledger(seed: int) -> str:
    """A file of both kinds."""
    random = seeded(seed)
    share = random.choice([0, 0.05, 0.3, 0.8])
    parts = ["; a file\n"] if random.random() < 0.5 else []
    for number in range(random.randrange(1, 7)):
        make = irregular_block if random.random() < share else regular_block
        parts.append(make(random, number))
    glue = "\n" if random.random() < 0.8 else random.choice(["", "\n\n", "\n; ---\n"])
    return glue.join(parts)
