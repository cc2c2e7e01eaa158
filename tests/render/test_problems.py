from __future__ import annotations

import json
import re

import pytest

from invledger.model import Place, problem
from invledger.model.wording import WORDINGS
from invledger.render import problems_summary, render_problems
from tests.render.samples import text_problem

PLACE = Place("ledgers/movements/2026/01/a.beancount", 12, 5)


def test_people_see_place_code_text_excerpt_and_remedy() -> None:
    found = text_problem("no space", PLACE)._replace(excerpt="  id: x\n  type: y\n  third")
    lines = render_problems([found], "table", "en").splitlines()
    assert lines[0] == (
        "ledgers/movements/2026/01/a.beancount:12:5: environment-error error: "
        "the system refused: no space"
    )
    assert lines[1] == "     12 |   id: x"
    assert lines[2] == "        |     ^"
    assert lines[3] == "     13 |   type: y"
    assert lines[4].startswith("  remedy: look at permissions")
    assert len(lines) == 5


@pytest.mark.req("CF-07")
def test_people_who_read_chinese_see_chinese() -> None:
    made = render_problems([text_problem("x", PLACE)], "table", "zh")
    assert "错误: 系统拒绝了操作：x" in made
    assert "处理:" in made


def test_a_flood_shows_the_first_hundred_and_says_how_many_there_are() -> None:
    flood = [text_problem(str(n), Place("a", n)) for n in range(1, 2001)]
    made = render_problems(flood, "table", "en")
    assert made.count("environment-error error") == 100
    assert made.endswith("100 of 2000 shown\n")
    assert len(json.loads(render_problems(flood, "json", "en"))["rows"]) == 2000
    assert "显示前 100 条" in render_problems(flood, "table", "zh")
    assert render_problems(flood, "github", "en").count("::error ") == 100


def test_json_has_every_fact() -> None:
    found = text_problem('a "b"', PLACE)
    made = json.loads(render_problems([found], "json", "en"))
    assert made["schema"] == "invledger.problems/1"
    row = made["rows"][0]
    assert (row["code"], row["severity"]) == ("environment-error", "error")
    assert (row["path"], row["line"], row["column"]) == PLACE
    assert row["args"] == {"reason": 'a "b"'}
    assert made["totals"] == {"error": "1", "warning": "0", "info": "0"}


@pytest.mark.req("IT-03")
def test_sarif_has_what_the_standard_demands() -> None:
    """SARIF 2.1.0 sections 3.13, 3.14, 3.18, 3.27, 3.29, 3.30: required properties."""
    found = [text_problem("x", PLACE._replace(path="ledgers/a b/出.beancount")),
             problem("internal-error", kind="E")]  # fmt: skip
    made = json.loads(render_problems(found, "sarif", "en", version="0.1.0"))
    assert made["version"] == "2.1.0"
    (run,) = made["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("invledger", "0.1.0")
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == ["environment-error", "internal-error"]
    first, second = run["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == (ids[0], 0, "error")
    assert first["message"]["text"] == "the system refused: x"
    physical = first["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "ledgers/a%20b/%E5%87%BA.beancount"
    assert physical["region"] == {"startLine": 12, "startColumn": 5}
    assert "locations" not in second
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}


def test_sarif_without_findings_is_a_run_without_results() -> None:
    (run,) = json.loads(render_problems([], "sarif", "en"))["runs"]
    assert run["results"] == []


def test_github_annotations_escape_what_would_end_them() -> None:
    found = text_problem("50% \r\n::error::x", Place("a,b:c", 3))
    made = render_problems([found], "github", "en")
    assert made.count("\n") == 1
    assert made.startswith("::error file=a%2Cb%3Ac,line=3,title=environment-error::")
    assert "50%25 %0D%0A::error::x" in made


def test_the_summary_counts_by_severity() -> None:
    found = [text_problem("x", PLACE)]
    assert problems_summary(found, "en") == "errors: 1, warnings: 0, notes: 0"
    assert problems_summary([], "zh") == "0 个错误，0 个警告，0 条提示"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", sorted(WORDINGS))
def test_every_code_makes_a_sarif_rule_without_blanks(code: str, language: str) -> None:
    """SARIF 2.1.0: 3.19.2, 3.27.3 to 3.27.10, 3.28, 3.30.5, 3.49.3 to 3.50, by hand."""
    found = problem(code, Place("ledgers/a b.beancount", 3, 2))
    log = json.loads(render_problems([found, found], "sarif", language, version="1"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "invledger"
    (rule,) = driver["rules"]
    assert rule["id"] == code
    for key in ("shortDescription", "fullDescription", "help"):
        text = rule[key]["text"]
        assert text
        assert not re.search(r"\{[a-z_]+\}", text)
    assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert len(run["results"]) == 2
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == code
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "ledgers/a%20b.beancount"
        assert physical["region"] == {"startLine": 3, "startColumn": 2}


def test_an_annotation_says_what_is_wrong_and_what_to_do_on_two_lines() -> None:
    found = problem("vouchers-unposted", Place("a"), count=1, days=1, when="2026-01-01")
    text = render_problems([found], "github", "en")
    assert text.startswith("::error file=a,title=vouchers-unposted::vouchers not posted: 1")
    assert text.endswith("(2026-01-01)%0Arun `invledger post`\n")
