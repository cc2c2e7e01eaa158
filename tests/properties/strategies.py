"""Hypothesis strategies of the books: texts, rows, movements, ledgers. Grows with each feature."""

from __future__ import annotations

from hypothesis import strategies as st

from invledger.model import Row
from tests.properties.messy import document, ledger, movement, seeded

_SEEDS = st.integers(min_value=0, max_value=2**32)

#: What people type into names and remarks: every script, no control characters, in NFC.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co")),
    max_size=20,
).filter(lambda text: text == text.strip())


@st.composite
def movements(draw: st.DrawFn) -> list[Row]:
    """The lines of one movement, links sorted as a reader gives them, texts of any script."""
    seed = draw(_SEEDS)
    narration, reason = draw(texts), draw(texts)
    return [
        row._replace(
            links=" ".join(sorted(row.links.split())), narration=narration, reason=reason
        )
        for row in movement(seeded(seed), seed % 10_000)
    ]


@st.composite
def value_documents(draw: st.DrawFn) -> Row:
    """A document without quantity."""
    seed = draw(_SEEDS)
    row = document(seeded(seed), seed % 10_000)
    return row if row.amount is not None else row._replace(currency="")


#: Text of a whole file, regular and irregular blocks mixed.
ledgers = _SEEDS.map(ledger)
