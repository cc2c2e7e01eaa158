"""YAML as strings with places; what is not plain is refused."""

from __future__ import annotations

import time

import pytest

from invledger.model import MemoryTree
from invledger.store import parse_yaml, read_yaml


@pytest.mark.req("CF-01")
def test_every_scalar_stays_text() -> None:
    """RELIABILITY B: readers make of these 8, False, 45000, 1000, 1.1 and None."""
    data = b"a: 010\nb: NO\nc: 12:30:00\nd: 1_000\ne: 1.10\nf:\ng: ~\nh: 2026-01-05\n"
    value, _, problems = parse_yaml("a.yaml", data)
    assert problems == []
    assert value == {
        "a": "010", "b": "NO", "c": "12:30:00", "d": "1_000", "e": "1.10", "f": "", "g": "~",
        "h": "2026-01-05",
    }  # fmt: skip


def test_places_are_those_of_keys_and_items() -> None:
    text = "title: {zh: 采购入库, en: x}\nlines:\n  - debit: inventory\n  -\n    credit: y\n"
    value, marks, _ = parse_yaml("a.yaml", text.encode())
    assert value == {
        "title": {"zh": "采购入库", "en": "x"},
        "lines": [{"debit": "inventory"}, {"credit": "y"}],
    }
    assert marks[("title",)] == (1, 1)
    assert marks[("title", "en")] == (1, 19)
    assert marks[("lines", 0)] == (3, 5)
    assert marks[("lines", 1, "credit")] == (5, 5)
    assert marks[()] == (1, 1)


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"a: !!python/object/apply:os.system [ls]\n", "yaml-tag", 1, 4),
        (b"a: !x 1\n", "yaml-tag", 1, 4),
        (b"%YAML 1.1\n---\na: 1\n", "yaml-tag", 1, 1),
        (b"a: &x 1\n", "yaml-alias", 1, 4),
        (b"a: 1\nb: *x\n", "yaml-alias", 2, 4),
        (b"<<: {a: 1}\n", "yaml-merge", 1, 1),
        (b"a: 1\nb: 2\na: 3\n", "yaml-duplicate", 3, 1),
        (b"a: " + b"[" * 5000, "yaml-depth", 1, 27),
        (b"? [a]\n: 1\n", "yaml-key", 1, 3),
        (b"a: 1\n---\nb: 1\n", "yaml-documents", 2, 1),
        (b"a: b: c\n", "yaml-syntax", 1, 5),
        (b"a:\n\t- b\n", "yaml-syntax", 2, 1),
        (b"a: \xff\n", "text-encoding", 1, 4),
        (b"a: 1\nb: \x1b[2J\n", "text-control", 2, 4),
        ("a: 1\u202e\n".encode(), "text-control", 1, 5),
        (b"\xef\xbb\xbfa: 1\n", "text-control", 1, 1),
        (b"a: 1\r\n", "text-control", 1, 5),
        (b"#" * (2**20 + 1), "yaml-size", 0, 0),
    ],
)
def test_what_is_not_plain_is_refused_with_its_place(
    data: bytes, code: str, line: int, column: int
) -> None:
    begun = time.perf_counter()
    _, _, problems = parse_yaml("rules/a.yaml", data)
    assert [p.code for p in problems] == [code]
    assert problems[0].place == ("rules/a.yaml", line, column)
    assert problems[0].exit_code == 3
    assert time.perf_counter() - begun < 0.5


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    _, _, problems = parse_yaml("a.yaml", "\n".join(lines).encode())
    assert [p.code for p in problems] == ["yaml-alias"]


def test_an_empty_document_is_an_empty_mapping() -> None:
    assert parse_yaml("a.yaml", b"# nothing\n") == ({}, {}, [])


def test_a_missing_file_is_its_problem() -> None:
    class Gone(MemoryTree):
        def read(self, path: str) -> bytes:
            from invledger.model import Place, Refused, problem

            raise Refused(problem("file-missing", Place(path)))

    value, _, problems = read_yaml(Gone({}), "rules/company.yaml")
    assert value == {}
    assert [p.code for p in problems] == ["file-missing"]
    assert read_yaml(MemoryTree({"a": b"b: 1"}), "a")[0] == {"b": "1"}
