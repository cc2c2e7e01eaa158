"""Family A3: YAML that would build objects, multiply, merge, nest or mean something else."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from invledger.store import parse_yaml
from tests.attacks.hostile import told
from tests.errors.company import base

RULE = "rules/movements/transfer.yaml"
CASES = [
    ("!!python/object/apply:os.system ['true']", "yaml-tag"),
    ("a: !!python/name:os.system", "yaml-tag"),
    ("a: !!binary aGk=", "yaml-tag"),
    ("a: !!int '1'", "yaml-tag"),
    ("a: !own x", "yaml-tag"),
    ("a: ! x", "yaml-tag"),
    ("%TAG ! tag:example.com,2026:\n---\na: !x y", "yaml-tag"),
    ("%YAML 1.1\n---\na: b", "yaml-tag"),
    ("a: &x 1\nb: *x", "yaml-alias"),
    ("a: &x [*x]", "yaml-alias"),
    ("a: *x", "yaml-alias"),
    ("&x a: 1", "yaml-alias"),
    ("a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]", "yaml-alias"),
    ("a: {b: 1}\n<<: {c: 2}", "yaml-merge"),
    ("a: 1\na: 2", "yaml-duplicate"),
    ("a: {b: 1, b: 2}", "yaml-duplicate"),
    ('a: 1\n"a": 2', "yaml-duplicate"),
    ("? [a]\n: b", "yaml-key"),
    ("? {a: b}\n: c", "yaml-key"),
    ("[" * 5000, "yaml-depth"),
    ("{a: " * 5000, "yaml-depth"),
    ("\n".join(" " * n + "a:" for n in range(1000)), "yaml-depth"),
    ("- " * 5000 + "a", "yaml-depth"),
    ("a: 1\n---\nb: 2", "yaml-documents"),
    ("a: 'x", "yaml-syntax"),
    ("a: [1", "yaml-syntax"),
    ("\ta: 1", "yaml-syntax"),
    ("a: b: c", "yaml-syntax"),
    ("a: \x1b", "text-control"),
    ("a: \u202eb", "text-control"),
    ("\ufeffa: 1", "text-control"),
    ("a: \x00", "text-control"),
    ("# " + "x" * 2**20, "yaml-size"),
]


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize(("text", "code"), CASES, ids=[f"A3-{n}" for n in range(len(CASES))])
def test_hostile_yaml_is_refused_at_its_place_quickly(text: str, code: str) -> None:
    begun = time.monotonic()
    _, _, found = parse_yaml(RULE, text.encode())
    assert time.monotonic() - begun < 0.2
    assert [one.code for one in found] == [code]
    assert found[0].place.path == RULE
    assert found[0].place.line <= text.count("\n") + 1


@pytest.mark.parametrize("text", ["[" * 5000, "a: &x [x]\nb: [" + "*x," * 50_000 + "]"])
def test_hostile_yaml_takes_little_memory(text: str) -> None:
    tracemalloc.start()
    parse_yaml(RULE, text.encode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20


@pytest.mark.req("SE-12")
@pytest.mark.parametrize("value", ["010", "NO", "12:30:00", "1_000", "1.10", "~", "null", "2026-1-1"])
def test_no_value_is_anything_but_its_text(value: str) -> None:
    assert parse_yaml(RULE, f"a: {value}\n".encode())[0] == {"a": value}


@pytest.mark.parametrize("path", [p for p in sorted(base()) if p.endswith(".yaml")])
@pytest.mark.parametrize("text", ["!!python/object:x {}", "- a\n", "a: b\n", "x", ""])
def test_any_rule_file_may_be_hostile(path: str, text: str) -> None:
    found = told(base() | {path: text.encode()})
    assert path in {one.place.path for one in found}
