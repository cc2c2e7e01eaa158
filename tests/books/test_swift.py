"""The swift ways of `post` against the plain one: the same bytes, or nothing and the plain one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from invledger.books import NewCompany, derive, init, load, post
from invledger.books.bulk_days import bulk_days
from invledger.books.loading import load_apart
from invledger.books.posting import day_files, standing_vouchers
from invledger.books.swift import (
    BULK_BYTES,
    Day,
    Engine,
    NotPlain,
    Plain,
    Printed,
    engine_for,
    sizes_of,
    summary,
    swift_days,
)
from invledger.ledger import (
    print_item,
    print_location,
    print_movement,
    print_party,
)
from invledger.model import Item, Location, Party, Row
from invledger.reports import Query, balance
from invledger.store import FolderTree

DAYS = tuple(f"2026-0{month}-{day:02d}" for month in (1, 2) for day in (3, 4, 17, 28))
PLACES = ("Assets:Stock:SH:Main", "Assets:Stock:SH:Back", "Assets:Stock:BJ:Main")
ITEMS = (
    Item("TEA", "茶", "EA", 0, category="goods", opened="2025-01-01"),
    Item("SALT-7", "盐", "KG", 3, category="raw", opened="2025-01-01"),
    Item("OIL", "Oil", "L", 1, opened="2025-01-01"),
)
PARTIES = (Party("V1", "华东电子"), Party("V2", "V2"), Party("C1", "Long name & Co., Ltd."))
OUTSIDE = {
    "purchase-receipt": "Supplier", "sale-delivery": "Customer", "scrap": "Scrap",
    "count-overage": "Count", "count-shortage": "Count",
}  # fmt: skip
Write = Callable[[Path], list[Row]]


def engines() -> Iterator[Engine]:
    yield bulk_days
    yield in_two
    if pytest.importorskip("numba", reason="the extra `fast`") is not None:
        from invledger.books.compiled_days import compiled_days

        yield compiled_days


def in_two(plain: Plain, days: Iterable[Day]) -> Iterator[Printed]:
    """The engine `bulk` in two processes, day by day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("invledger.books.bulk_days.STRETCH_BYTES", 1)
        patch.setattr("invledger.books.bulk_days.SHARED_BYTES", 1)
        patch.setattr("invledger.books.bulk_days.can_fork", lambda: True)
        yield from bulk_days(plain, days)


def made_rows(seed: int, count: int = 400) -> list[Row]:
    """Movements of every plain kind; never more goes out than is there."""
    chance = random.Random(seed)  # noqa: S311  the same rows each time
    stock: dict[tuple[str, str], int] = {}
    rows, counters = [], dict[str, int]()
    with_time = seed % 2 == 0
    for number in range(count):
        date = DAYS[number * len(DAYS) // count]
        item, place = chance.choice(ITEMS), chance.choice(PLACES)
        have = stock.get((item.code, place), 0)
        kinds = ["purchase-receipt"] * 3
        if have:
            kinds += ["sale-delivery"] * 4 + ["transfer", "scrap", "count-shortage"]
        kind = chance.choice([*kinds, "count-overage"])
        quantity = chance.randint(1, 90) * 10 ** chance.randint(0, item.decimals)
        other = f"Equity:Stock:{OUTSIDE.get(kind, '')}"
        comes = kind in {"purchase-receipt", "count-overage"}
        if not comes:
            quantity = chance.choice([min(quantity, have), have])
        if kind == "transfer":
            other = chance.choice([p for p in PLACES if p != place])
            stock[item.code, other] = stock.get((item.code, other), 0) + quantity
        stock[item.code, place] = have + (quantity if comes else -quantity)
        device = chance.choice(("SH1", "BJ-2")) if with_time else "SH1"
        entered = f"{device}-{date[2:].replace('-', '')}"
        counters[entered] = counters.get(entered, 8) + 1
        party = {"purchase-receipt": ("V1", "V2"), "sale-delivery": ("C1",)}.get(kind, ("",))
        prices = (15_000_000_000, 3, 123_456_789, 990_000_000_000)
        price = 70_000_000_000 if seed == 6 else chance.choice(prices)  # of no decimals at all
        # What comes in precedes what leaves; all else stays in the order in which it was made.
        ranks = {"count-overage": "10", "purchase-receipt": "", "sale-delivery": ""}
        meta = tuple(pair for pair in [("rank", ranks.get(kind, "50"))] if pair[1])
        rows.append(
            Row(
                date=date, rank=0, line=1, type=kind, party=chance.choice(party),
                time=f"{number // 60:02d}:{number % 60:02d}:00" if with_time else "",
                id=f"{entered}-{counters[entered]:02d}", item=item.code, quantity=quantity,
                source=other if comes else place, target=place if comes else other,
                price=price if comes else None, amount=None, currency="CNY" if comes else "",
                lot=f"L{number}" if comes and number % 3 else "",
                expiry="2027-02-28" if comes and number % 5 == 0 else "",
                order="", ref="", reason="damaged" if kind == "scrap" else "", tax="",
                owner="", payee=chance.choice(("", "某客户", "A B")), narration="收 & 发",
                links="", meta=(*meta, *((("doc", f"D{number}"),) if number % 4 else ())),
                path="", lineno=1,
            )
        )  # fmt: skip
    return rows


def lay(root: Path, rows: list[Row], method: str, pool: str) -> None:
    """A company with these movements, one file a writer and day."""
    init(root, NewCompany("青禾", "Qinghe", start="2025-01-01"))
    ledgers = root / "ledgers"
    locations = [Location(p, "available", p.split(":")[2], p, opened="2025-01-01") for p in PLACES]
    locations += [
        Location(f"Equity:Stock:{name}", name.lower(), opened="2025-01-01")
        for name in sorted(set(OUTSIDE.values()))
    ]
    for name, texts in {
        "items": [print_item(one) for one in ITEMS],
        "locations": [print_location(one) for one in locations],
        "parties": [print_party(one, "2025-01-01") for one in PARTIES],
    }.items():
        (ledgers / f"{name}.beancount").write_text("\n".join(texts), "utf-8")
    policy = root / "rules" / "company.yaml"
    text = policy.read_text("utf-8")
    head = text[: text.index("\ncost:")]
    policy.write_text(f"{head}\ncost: {{method: {method}, pool: {pool}}}\n", "utf-8")
    files: dict[Path, list[str]] = {}
    items = {item.code: item for item in ITEMS}
    for row in rows:
        writer = row.id.rsplit("-", 2)[0]
        folder = ledgers / "movements" / row.date[:4] / row.date[5:7]
        block = print_movement([row], items)
        files.setdefault(folder / f"{row.date}.{writer}.beancount", []).append(block)
    for path, blocks in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(blocks), "utf-8")


def plain_files(root: Path) -> dict[str, bytes]:
    sources = load(FolderTree(root))
    derivation = derive(sources)
    found = [*sources.problems, *derivation.problems]
    assert [one.text() for one in found] == []
    standing, _ = standing_vouchers(sources, derivation)
    return {day.date: day.data for day in day_files(sources, standing)}


def swift_text(root: Path, engine: Engine) -> dict[str, bytes]:
    tree = FolderTree(root)
    return {
        day.date: day.text
        for day in swift_days(tree, load_apart(tree), engine, sizes_of(tree))
        if day.vouchers
    }


@pytest.mark.req("CO-02", "CO-03", "CO-04")
@pytest.mark.parametrize(
    ("seed", "method", "pool"),
    [(1, "fifo", "location"), (2, "fifo", "company"), (3, "moving-average", "site"),
     (4, "moving-average", "location"), (6, "fifo", "site"), (2, "periodic-average", "company"),
     (7, "periodic-average", "company")],
)  # fmt: skip
def test_swift_days_are_the_plain_ones(
    tmp_path: Path, seed: int, method: str, pool: str
) -> None:
    lay(tmp_path, made_rows(seed), method, pool)
    want = plain_files(tmp_path)
    assert set(want) >= set(DAYS)
    for engine in engines():
        assert swift_text(tmp_path, engine) == want


@pytest.mark.req("CO-03")
@pytest.mark.parametrize("seed", range(1, 5))
def test_vouchers_of_a_month_stand_where_their_first_row_does(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a type first comes on the last day of a month, among that day's vouchers."""
    monkeypatch.setattr("tests.books.test_swift.DAYS", ("2026-01-31", "2026-02-05", "2026-02-28"))
    lay(tmp_path, made_rows(seed, 40), "periodic-average", "company")
    want = plain_files(tmp_path)
    texts = [text.split(b"period-cost")[0] for text in want.values()]
    assert any(text.count(b"/main") for text in texts), "some stand behind a day's own"
    for engine in engines():
        assert swift_text(tmp_path, engine) == want


@pytest.mark.slow
@pytest.mark.req("CO-03")
@pytest.mark.parametrize("seed", range(100, 140))
def test_months_of_any_days_are_the_plain_ones(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)  # noqa: S311  the same days each time
    ends = ("2026-01-30", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-31", "2026-04-30")
    days = {*chance.sample(ends, 3), *(f"2026-0{m}-{chance.randint(1, 28):02}" for m in (1, 2, 4))}
    monkeypatch.setattr("tests.books.test_swift.DAYS", tuple(sorted(days)))
    lay(tmp_path, made_rows(seed, chance.choice((20, 60, 300))), "periodic-average", "company")
    want = plain_files(tmp_path)
    for engine in engines():
        assert swift_text(tmp_path, engine) == want


@pytest.mark.parametrize("method", ["fifo", "periodic-average"])
def test_the_sums_of_days_are_those_of_their_vouchers(tmp_path: Path, method: str) -> None:
    lay(tmp_path, made_rows(5), method, "company")
    post(tmp_path)
    sources = load(FolderTree(tmp_path))
    derivation = derive(sources)
    want = balance(sources, derivation, Query())
    for engine in engines():
        tree = FolderTree(tmp_path)
        days = swift_days(tree, load_apart(tree), engine, sizes_of(tree))
        sources.posted = summary(days, "CNY")
        have = balance(sources, derivation, Query())
        assert (have.rows, have.totals) == (want.rows, want.totals)


def signed(block: str) -> str:
    from invledger.ledger import with_sum

    return with_sum(block.rpartition("\n; sum:")[0].strip("\n")).rstrip("\n")


CHANGES: dict[str, Callable[[str], str]] = {
    "a torn checksum": lambda text: text[:-9],
    "another checksum": lambda text: text.replace("收", "发", 1),
    "an unknown item": lambda text: signed(text.replace(" TEA", " TEE")),
    "an unknown party": lambda text: signed(text.replace('"V1"', '"V9"').replace('"C1"', '"C9"')),
    "no checksum": lambda text: text.rpartition("\n; sum:")[0],
    "another date": lambda text: signed("2026-01-05" + text[10:]),
    "a no-day": lambda text: signed("2026-02-30" + text[10:]),
    "a citation": lambda text: signed(text.replace("\n  doc:", '\n  ref: "X-1"\n  doc:')),
    "unequal legs": lambda text: signed(text.replace(" -", " -1", 1)),
    "a flag": lambda text: signed(text.replace(" * ", " ! ", 1)),
    "another type": lambda text: signed(text.replace('type: "', 'type: "x')),
    "a reversal": lambda text: signed(text.replace("\n  doc:", '\n  reverses: "X"\n  doc:')),
    "a link": lambda text: signed(text.replace('"\n', '" ^ORDER-1\n', 1)),
    "an unclear time": lambda text: signed(text.replace("\n  doc:", '\n  time: "25:00"\n  doc:')),
    "a foreign currency": lambda text: signed(text.replace(" CNY", " USD")),
    "a comment": lambda text: text.replace("\n", "\n; said\n", 1),
    "a tab": lambda text: signed(text.replace("收 & 发", "收\t发")),
    "an expiry on no day": lambda text: signed(text.replace("2027-02-28", "2027-02-29")),
    "a long line": lambda text: signed(text.replace("收 & 发", "a" * 4200)),
    "a control character": lambda text: signed(text.replace("收 & 发", "a\x01b")),
    "an odd rank": lambda text: signed(text.replace("\n  rank: 50", "\n  rank: 5000")),
    "a zero price": lambda text: signed(text.replace(" @ ", " @ 0.00 CNY ;")),
    "a party without a name": lambda text: signed(text.replace('party: "', 'party: "" ; "')),
    "twice": lambda text: f"{text}\n\n{text}",
    "too many decimals": lambda text: signed(text.replace(" TEA", ".5 TEA")),
    "a key twice": lambda text: signed(text.replace("  doc:", '  doc: "1"\n  doc:')),
    "an unknown key": lambda text: signed(text.replace("  doc:", '  wave: "1"\n  doc:')),
    "more than is there": lambda text: signed(
        text.replace(" TEA", "000000 TEA") if "sale-delivery" in text else text
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_plain_is_left_to_the_plain_path(tmp_path: Path, change: str) -> None:
    """One block that the change concerns is changed; both engines give up."""
    lay(tmp_path, made_rows(8, 60), "fifo", "site")
    files = sorted((tmp_path / "ledgers" / "movements" / "2026").rglob("*.beancount"))
    path, before = next((f, f.read_text("utf-8")) for f in files if changed_text(f, change))
    path.write_text(changed_text(path, change), "utf-8")
    assert path.read_text("utf-8") != before
    for engine in engines():
        with pytest.raises(NotPlain):
            swift_text(tmp_path, engine)


def changed_text(path: Path, change: str) -> str:
    """The file with its first block that the change changes; empty where there is none."""
    blocks = path.read_text("utf-8").rstrip("\n").split("\n\n")
    for at, block in enumerate(blocks):
        new = CHANGES[change](block)
        if new not in (block, signed(block)):
            return "\n\n".join([*blocks[:at], new, *blocks[at + 1 :]]) + "\n"
    return ""


def test_goods_that_move_between_pools_of_a_period_are_left_to_the_plain_path(
    tmp_path: Path,
) -> None:
    lay(tmp_path, made_rows(2), "periodic-average", "location")
    for engine in engines():
        with pytest.raises(NotPlain):
            swift_text(tmp_path, engine)


def test_post_writes_the_same_files_whichever_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, made_rows(2), "fifo", "site")
    want = plain_files(tmp_path)
    for engine in engines():
        monkeypatch.setattr("invledger.books.swift_post.engine_for", lambda _, e=engine: e)
        outcome = post(tmp_path)
        assert outcome.printed
        folder = tmp_path / "ledgers" / "vouchers" / "2026"
        assert {p.stem: p.read_bytes() for p in folder.rglob("*.beancount")} == want
        outcome.printed.clear()
    again = post(tmp_path)
    assert again.counts["unchanged"] > 0
    assert again.written == []


def test_the_way_is_chosen_by_size() -> None:
    assert engine_for(0) is None
    assert engine_for(BULK_BYTES - 1) is None
    found = engine_for(BULK_BYTES)
    assert found is not None
    assert found.__module__ == "invledger.books.bulk_days"
