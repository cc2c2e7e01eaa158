"""Checked rules are kept: the same rules come back, and any doubt reads them anew."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from invledger.books import load_rules
from invledger.books.rulebook import parse_rulebook, print_rulebook
from invledger.model import OverlayTree
from invledger.store import Cache, FolderTree

SAMPLE = Path(__file__).resolve().parents[2]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache.of_user({"XDG_CACHE_HOME": str(tmp_path)})
    assert made is not None
    return made


@pytest.mark.req("OP-08")
def test_kept_rules_are_the_rules(cache: Cache) -> None:
    tree = FolderTree(SAMPLE)
    plain = load_rules(tree)
    assert load_rules(tree, cache) == plain
    assert load_rules(tree, cache) == plain
    assert parse_rulebook(print_rulebook(plain)) == plain


@pytest.mark.req("OP-08")
def test_another_byte_is_another_rule(cache: Cache) -> None:
    tree = FolderTree(SAMPLE)
    load_rules(tree, cache)
    company = tree.read("rules/company.yaml")
    other = OverlayTree(tree, {"rules/company.yaml": company + b"timezone: Asia/Tokyo\n"})
    assert load_rules(other, cache).problems == load_rules(other).problems
    bad = OverlayTree(tree, {"rules/tax.yaml": b"rates: 7\n"})
    for _ in range(2):
        problems = load_rules(bad, cache).problems
        assert [found.place.path for found in problems] == ["rules/tax.yaml"]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'[1, [], [[], 0], ""]']
)
def test_another_shape_is_a_miss(data: bytes) -> None:
    assert parse_rulebook(data) is None


@pytest.mark.req("OP-08")
def test_another_value_type_is_a_miss() -> None:
    book = load_rules(FolderTree(SAMPLE))
    data = print_rulebook(replace(book, digest="x"))
    assert parse_rulebook(data.replace(b'"x"]', b'"x" ]')) is None
    assert parse_rulebook(data[:-1] + b",0]") is None


@pytest.mark.req("OP-08")
def test_kept_rules_need_no_pydantic_and_no_yaml(cache: Cache, tmp_path: Path) -> None:
    load_rules(FolderTree(SAMPLE), cache)
    code = (
        "import sys; from pathlib import Path; from invledger.books import load_rules\n"
        "from invledger.store import Cache, FolderTree\n"
        "cache = Cache.of_user({'XDG_CACHE_HOME': sys.argv[2]})\n"
        "load_rules(FolderTree(Path(sys.argv[1])), cache)\n"
        "print({'pydantic', 'yaml'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SAMPLE), str(tmp_path)],
        cwd=SAMPLE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "set()\n"
