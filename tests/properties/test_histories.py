"""N1, N8: random histories of every movement type under any policy: no crash, every voucher
balances, stock equals ledger to the cent, what orders hold equals production cost.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from beancount.loader import load_string

from invledger.books.deriving import derive
from invledger.checks.stock_gl import check, comparisons
from invledger.ledger import print_voucher
from invledger.model import CostPolicy
from invledger.posting import Derivation, Sources
from tests.posting.small import BEIJING, MAIN, code_of, company, row, sources_of
from tests.properties.happenings import ALL_STEPS, STEPS
from tests.properties.histories import PERIODIC, PERPETUAL, Happening, History

ROUNDS = 8  # how often what has a Problem is taken out of a history


def run(
    seed: int, methods: tuple[str, ...], steps: int, happenings: dict[Happening, int] = STEPS
) -> tuple[Sources, Derivation]:
    """A history, as written or without the movements that Problems named."""
    history = History(Random(seed), methods)  # noqa: S311  a seed
    sources, without = history.sources(steps, happenings), frozenset[int]()
    for _ in range(ROUNDS):
        found = derive(sources)
        sources.posted = list(found.vouchers)
        bad = {p.place.line for p in found.problems if "movements" in p.place.path}
        if not bad - without:
            break
        without |= bad
        sources = history.again(without)
    else:
        found = derive(sources)
        sources.posted = list(found.vouchers)
    return sources, found


def judge(sources: Sources, found: Derivation) -> bool:
    """Whether the history had nothing to report; then everything must agree."""
    assert all(sum(p.amount for p in v.postings) == 0 for v in found.vouchers)
    codes = {problem.code for problem in found.problems if problem.severity == "error"}
    assert codes != {"voucher-unbalanced"}
    if codes:
        return False
    for last in ("2026-01-31", "2026-02-28", "9999-12-31"):
        assert check(sources, found, last) == []
    of_orders = 0
    for voucher in found.vouchers:
        for posting in voucher.postings:
            code = code_of(posting.account).split(":")[0]
            is_sent_out = code == "1408" and not dict(posting.meta).get("item")
            of_orders += posting.amount if code == "5001" or is_sent_out else 0
    assert of_orders == sum(found.costed.orders.values())
    return True


def bean_check(sources: Sources, found: Derivation) -> list[str]:
    """What beancount itself says of the vouchers."""
    opened = [f"2026-01-01 open {name}" for name in sources.chart.accounts]
    texts = [print_voucher(voucher, 2) for voucher in found.vouchers]
    _, errors, _ = load_string("\n\n".join([*opened, *texts]))
    return [str(error) for error in errors]


@pytest.mark.req("FIN-01", "FIN-03")
def test_beancount_takes_the_vouchers() -> None:
    for seed in range(3):
        sources, found = run(seed, PERPETUAL, 40)
        assert len(found.vouchers) > 10
        assert bean_check(sources, found) == []


@pytest.mark.req("FIN-01", "FIN-03", "CO-08")
@pytest.mark.parametrize("methods", [PERPETUAL, PERIODIC], ids=["perpetual", "periodic"])
def test_a_few_histories(methods: tuple[str, ...]) -> None:
    """More than a thousand vouchers (N1)."""
    made = [run(seed, methods, 15) for seed in range(60)]
    assert sum(judge(*one) for one in made) >= 45
    assert sum(len(found.vouchers) for _, found in made) >= 500


@pytest.mark.req("FIN-01", "FIN-03", "CO-08")
def test_a_few_histories_of_every_type() -> None:
    """Opening stock, subcontracting, status, invoices of sales and credit notes among the rest."""
    types, clean = set[str](), 0
    for seed in range(60):
        sources, found = run(seed, (PERPETUAL, PERIODIC)[seed % 2], 20, ALL_STEPS)
        clean += judge(sources, found)
        types |= {voucher.identity.split("/")[0] for voucher in found.vouchers}
    assert clean >= 45
    assert {"opening", "subcontract-issue", "subcontract-receipt", "sale-invoice"} < types


@pytest.mark.req("FIN-03", "CO-08")
def test_a_month_end_stands_whatever_moves_later() -> None:
    """10 @ 10.00, 8 sold and 4 of them back in January, then 10.00 more: 6.00 is on hand (66.00
    in all), 4.00 was sold; also after a transfer in February, the first goods that ever move.
    """
    fifo = CostPolicy("fifo", "site")
    known = company()
    mine = replace(
        known,
        default_cost=fifo,
        categories={name: replace(one, cost=fifo) for name, one in known.categories.items()},
    )
    rows = [
        row("2026-01-05", "purchase-receipt", "A1", "10", target=MAIN, price="10.00"),
        row("2026-01-06", "sale-delivery", "A2", "8", source=MAIN, price="30.00"),
        row("2026-01-07", "sale-return", "A3", "4", target=MAIN, ref="A2", price="30.00"),
        row("2026-01-08", "cost-adjustment", "A4", item="", amount="10.00", ref="A1", reason="r"),
        row("2026-02-05", "transfer", "A5", "1", source=MAIN, target=BEIJING),
    ]  # fmt: skip
    sources = sources_of(rows, mine)
    sources.master.accounts = dict(sources.chart.accounts)
    found = derive(sources)
    sources.posted = list(found.vouchers)
    assert found.problems == []
    assert found.costed.costs[3] == 600
    for last in ("2026-01-31", "2026-02-28"):
        assert check(sources, found, last) == []
        assert sum(one.stock_value for one in comparisons(sources, found, last)) == 6600


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
@pytest.mark.parametrize(
    "methods", [PERPETUAL, PERIODIC, PERPETUAL + PERIODIC], ids=["perpetual", "periodic", "mixed"]
)
def test_histories_in_large_number(methods: tuple[str, ...], block: int) -> None:
    """21,000 histories, more than half a million vouchers; one block in four of every type."""
    seeds = range(1000 * (block + 1), 1000 * (block + 1) + 350)
    clean = 0
    for seed in seeds:
        sources, found = run(seed, methods, 5 + seed % 60, STEPS if block % 4 else ALL_STEPS)
        clean += judge(sources, found)
        if seed % 50 == 0:
            assert bean_check(sources, found) == []
    assert clean >= 200
