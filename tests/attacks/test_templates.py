"""Family A4: a template of the books is refused, or prints text; it reaches nothing and ends."""

from __future__ import annotations

import time

import pytest

from invledger.model import Refused
from invledger.render import Look, render_table
from tests.render.samples import table
from tests.source_files import ROOT

HOSTILE = (
    "{{ ''.__class__.__mro__ }}", "{{ rows.__class__.__init__.__globals__ }}",
    "{{ self.__init__.__globals__ }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}", "{{ ''|attr('__class__') }}",
    "{{ '{0.__class__}'|format(title) }}",
    "{{ '{0.__class__}'.format(title) }}", "{{ range(999999999)|list }}", "{{ 'a' * 999999999 }}",
    "{{ 9 ** 9 ** 9 }}", "{% include '/etc/passwd' %}", "{% extends '/etc/passwd' %}",
    "{% import 'os' as os %}", "{% from 'os' import system %}", "{% extends title %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in rows recursive %}{{ loop(rows) }}{% endfor %}",
    "{% for a in rows %}{% for b in rows %}{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{{ rows|map('upper')|list }}",
    "{{ namespace(x=1) }}", "{{ dict(a=1) }}", "{{ joiner() }}", "{{ caller() }}",
    "{{ title|safe }}", "{{ rows|tojson }}", "{% filter upper %}x{% endfilter %}",
    "{{ unknown }}", "{% set a = title ~ title %}{% set b = a ~ a %}{{ b }}", "{{ 1 + title }}",
    "{% with a = title ~ title %}{{ a }}{% endwith %}", "{{ rows[99999].x }}",
    "{{ " + "(" * 5000, "{{ 1 / 0 }}" , "{% if %}", "{{", "x" * 70000,
)  # fmt: skip


@pytest.mark.req("TE-03")
@pytest.mark.parametrize("template", HOSTILE)
def test_a_hostile_template_is_refused_at_once(template: str) -> None:
    start = time.perf_counter()
    with pytest.raises(Refused) as caught:
        render_table(table(), "html", "en", Look(template=template))
    assert time.perf_counter() - start < 2
    for found in caught.value.problems:
        assert found.code in {"template-bad", "template-refused"}
        assert found.place.path == "templates/table.html"


@pytest.mark.req("TE-03")
def test_data_that_look_like_a_template_are_text() -> None:
    rows = ({"item": "{{ 7 * 7 }}", "name": "{% raw %}", "quantity": "1", "value": "1.00"},)
    own = "{% for row in rows %}{% for cell in row %}{{ cell.text }};{% endfor %}{% endfor %}"
    made = str(render_table(table(rows), "html", "en", Look(template=own)))
    assert "{{ 7 * 7 }};{% raw %};" in made


@pytest.mark.req("RP-12")
def test_the_shipped_template_adds_letterhead_and_signatures() -> None:
    text = (ROOT / "templates" / "table.html").read_text("utf-8")
    made = str(render_table(table(), "html", "zh", Look(template=text, company="甲<乙")))
    assert '<p class="letterhead">甲&lt;乙</p>' in made
    assert "制单：" in made
    assert "1,234,567.89" in made
