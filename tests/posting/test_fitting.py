"""Documents by their shape: `fit` against pydantic, on documents that are nearly right."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from invledger.model.wording.entry import EXPECTED_ZH
from invledger.posting import YamlDocument, read_company
from invledger.posting import documents as documents_module
from invledger.posting.documents import ChartDoc, CompanyDoc, RuleDoc, TaxDoc
from invledger.posting.fitting import Doc, Text, fit, model_of
from invledger.store import parse_yaml

RULES = Path(__file__).resolve().parents[2] / "rules"
COMPANY: dict[str, Any] = {
    "name": {"zh": "青禾", "en": "Qinghe"}, "currency": "CNY", "currency-decimals": "2",
    "cost": {"method": "fifo", "pool": "site", "true-up": "balance", "unit-decimals": "exact"},
    "categories": {"goods": {"title": "商品", "cost": {"receipts-first": "yes"}, "tax": ""}},
    "items": {"TEA": {"method": "specific", "reason": "serial"}},
    "production": {"settlement": "at-completion", "estimate": ""},
    "cost-changes": [
        {"from": "2026-04-01", "category": "goods", "cost": {"method": "fifo"},
         "apply": "prospective", "reason": "new"},
    ],
}  # fmt: skip
#: What may stand in the place of something: near misses above all.
WORDS: tuple[Any, ...] = (
    "", "true", "no", "1", "-1.5", "1.", "goods", "Goods", "goods\n", "CNY", "cny", "2026-04-01",
    "2026-4-1", "from", "from_", "debit", "net", "exact", "10", "Assets:Stock:A", "Assets: B",
    "none", "zh", "\u00a0", "supplier", ["supplier"], ["goods", "net"], [], {}, ["a", "1"],
    {"zh": "x", "en": "y"}, {"lines": []}, [["goods", "1.00"]], [["goods"]],
)  # fmt: skip


def documents() -> Iterator[tuple[type[Doc], Any]]:
    yield CompanyDoc, COMPANY
    shapes = {"tax.yaml": TaxDoc, "charts/cas.yaml": ChartDoc}
    paths = [RULES / name for name in shapes] + sorted((RULES / "movements").glob("*.yaml"))
    for path in paths:
        value, _, problems = parse_yaml(path.name, path.read_bytes())
        assert not problems
        yield shapes.get(str(path.relative_to(RULES)), RuleDoc), value


def values(record: object) -> object:
    """A record of either make as plain values."""
    if isinstance(record, BaseModel | Doc):
        return {name: values(value) for name, value in vars(record).items()}
    if isinstance(record, list | tuple):
        return [values(one) for one in record]
    if isinstance(record, dict):
        return {name: values(one) for name, one in record.items()}
    return record


def judged(shape: type[Doc], node: object) -> object:
    try:
        return values(model_of(shape).model_validate(node))
    except ValidationError:
        return None


def changed(node: Any, chance: random.Random) -> Any:  # noqa: ANN401  any document
    """The document with one thing in it otherwise."""
    node = deepcopy(node)
    places: list[tuple[Any, Any]] = []
    open_ = [node]
    while open_:
        one = open_.pop()
        for at, value in one.items() if isinstance(one, dict) else enumerate(one):
            places.append((one, at))
            if isinstance(value, dict | list):
                open_.append(value)
    holder, at = chance.choice(places)
    way = chance.random()
    word = deepcopy(chance.choice(WORDS))
    if way < 0.2:
        del holder[at]
    elif way < 0.4 and isinstance(holder, dict):
        name = word if isinstance(word, str) else "more"
        holder[chance.choice((name, str(at).replace("-", "_")))] = holder.pop(at)
    else:
        holder[at] = word
    return node


@pytest.mark.req("IN-05")
def test_documents_in_order_fit() -> None:
    for shape, node in documents():
        made = fit(shape, node)
        assert made is not None
        assert values(made) == judged(shape, node)


@pytest.mark.req("IN-05")
def test_what_fits_is_what_pydantic_accepts() -> None:
    chance = random.Random(7)  # noqa: S311  the same documents each time
    known = list(documents())
    counts = {True: 0, False: 0}
    for _ in range(4000):
        shape, node = chance.choice(known)
        for _ in range(chance.choice((1, 1, 2))):
            node = changed(node, chance)
        made = fit(shape, node)
        found = judged(shape, node)
        counts[made is not None] += 1
        if made is not None:
            assert values(made) == found, node
        elif found is not None:  # a key by the name of its field: pydantic knows both
            assert "_" in str(node), node
    assert min(counts.values()) > 500


@pytest.mark.req("IN-05")
def test_rules_in_order_are_read_without_pydantic() -> None:
    program = (
        "import sys; from pathlib import Path; from invledger.store import FolderTree;"
        "from invledger.books.ruling import load_rules;"
        f"book = load_rules(FolderTree(Path({str(RULES.parent)!r})));"
        "assert book.rules; sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.req("IN-05")
def test_what_is_expected_is_told_in_words_of_both_languages() -> None:
    text = "name: x\ncurrency: cny\ncategories: {raw: 5}\norder: [1]\nbook: now\n"
    value, marks, _ = parse_yaml("company.yaml", text.encode())
    _, found = read_company(YamlDocument("company.yaml", value, marks))
    said = [(str(p.place), p.text("en"), p.text("zh")) for p in found]
    assert said == [
        ("company.yaml:2:1", "`currency`: cny is not three capital letters such as CNY",
         "`currency`:cny 不合要求(应为 三个大写字母,如 CNY)"),
        ("company.yaml:5:1", "`book`: now is not daily | period | manual",
         "`book`:now 不合要求(应为 daily | period | manual)"),
        ("company.yaml:3:14", "`categories.raw`: 5 is not a mapping",
         "`categories.raw`:5 不合要求(应为 键值对照)"),
        ("company.yaml:4:1", "`order`: list is not by-date | as-entered",
         "`order`:list 不合要求(应为 by-date | as-entered)"),
    ]  # fmt: skip


def test_every_expectation_has_its_chinese() -> None:
    assert set(told()) - EXPECTED_ZH.keys() == set()


def told() -> Iterator[str]:
    """What the patterns of all documents tell."""
    open_: list[Any] = list(vars(documents_module).values())
    for one in open_:
        marks = getattr(one, "__metadata__", ())
        yield from (mark.said for mark in marks if isinstance(mark, Text))
        open_ += getattr(one, "__args__", ())
        if isinstance(one, type) and issubclass(one, Doc):
            open_ += one.__annotations__.values() if one is not Doc else ()
