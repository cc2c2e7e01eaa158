"""Templates of a map, filter by filter."""

from __future__ import annotations

import pytest

from invledger.capture.template import CellFault, Formats, fill, parse_template

FORMATS = Formats(
    dates=("%d.%m.%Y %H:%M", "%d.%m.%Y"),
    decimal=",",
    thousands=".",
    strip=("¥", "元"),
    blanks=("", "NULL"),
    maps={"state": {"A": "available", "B": ""}},
)
CELLS = {
    "id": "35", "when": "05.01.2026 16:02", "day": "31.12.2025", "n": "1.234,50", "red": "-7",
    "yuan": "¥ 1.000", "half": ",5", "state": "A", "gone": "B", "other": "C", "null": "NULL",
    "codes": "4;6", "note": " two\n lines ", "dot": "1234.50", "bad": "12x", "group": "12.34,0",
    "low": "ab",
}  # fmt: skip


def filled(template: str) -> str:
    return fill(parse_template(template), lambda cell: CELLS[cell.column], FORMATS)


@pytest.mark.req("IT-01")
@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("NW-{when|yymmdd}-{id|pad 4}", "NW-260105-0035"),
        ("{when|date} {when|time}", "2026-01-05 16:02:00"),
        ("{day|date}", "2025-12-31"),
        ("{n|number}", "1234.50"),
        ("{red|number|abs}", "7"),
        ("{yuan|number}", "1000"),
        ("{half|number}", "0.5"),
        ("{state|map state}", "available"),
        ("{other|known state}", "C"),
        ("{gone|map state}", ""),
        ("{null}", ""),
        ("NW-{null}", ""),
        ("{null|number}", ""),
        ("{null|or none}", "none"),
        ("{codes|before ;}", "4"),
        ("{note|line}", "two lines"),
        ("{low|upper}", "AB"),
        ("{{{id}}}", "{35}"),
        ("constant", "constant"),
    ],
)
def test_a_template_gives(template: str, text: str) -> None:
    assert filled(template) == text


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{id|date}", "import-cell-date"),
        ("{dot|number}", "import-cell-number"),
        ("{bad|number}", "import-cell-number"),
        ("{group|number}", "import-cell-number"),
        ("{other|map state}", "import-cell-unmapped"),
    ],
)
def test_a_cell_that_a_filter_cannot_read(template: str, code: str) -> None:
    with pytest.raises(CellFault) as caught:
        filled(template)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{id", "a single {"),
        ("id}", "a single }"),
        ("{}", "no column"),
        ("{id|shout}", "unknown filter 'shout'"),
        ("{id|pad}", "takes an argument"),
        ("{id|upper x}", "takes no argument"),
        ("{id|pad x}", "number of digits"),
    ],
)
def test_a_template_that_cannot_be_read(template: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_template(template)
