"""Judge a case: every figure of its expectations against what the program says.

Vouchers are compared as the effect of the movement: what its entry changed in the balances of the
vouchers, account by account, vouchers that it brought, changed or took away together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from tests.cases.blocks import TYPES
from tests.cases.books import At, Desk
from tests.cases.numbers import like, plain
from tests.cases.offer import reason_to_skip
from tests.cases.reading import Case
from tests.cases.roles import ALLOWANCE, EXPENSES, ROLES, VARIANCE
from tests.cases.writer import Writer

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
COMPANY = "company"
SHOWN_MAX = 3  # Problems of a moment


class Wrong(NamedTuple):
    """One figure that is not as expected."""

    after: int
    figure: str
    expected: str
    got: str


class Verdict(NamedTuple):
    """What became of a case: passed, failed with each wrong figure, or skipped with a reason."""

    name: str
    state: str
    reason: str = ""
    wrong: tuple[Wrong, ...] = ()


def judge(case: Case, desk: Desk) -> Verdict:
    """Run a case through the program."""
    reason = reason_to_skip(case.method, case.policy)
    if reason:
        return Verdict(case.name, SKIPPED, reason)
    unknown = sorted({m.type for m in case.movements} - TYPES.keys())
    if unknown:
        return Verdict(case.name, FAILED, f"unknown type of movement: {', '.join(unknown)}")
    wrong = tuple(Trial(case, desk).run())
    return Verdict(case.name, FAILED if wrong else PASSED, "", wrong)


@dataclass(slots=True)
class Trial:
    """One case in the program; each moment that is asked for is posted and read once."""

    case: Case
    desk: Desk
    writer: Writer = field(init=False)
    _moments: dict[int, At] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.writer = Writer(self.case)

    def run(self) -> Iterator[Wrong]:
        """Every figure that is wrong, in the order of the expectations."""
        told: set[int] = set()  # moments of which it is said that they do not derive
        for row in self.case.expect:
            after = row["after"]
            now = self.moment(after)
            refused = "error" in row
            if now.problems and not refused:
                if after not in told:
                    yield Wrong(after, "problem", "none", _said(now))
                told.add(after)
                continue
            if not now.problems:
                for account, difference in now.unexplained():
                    yield Wrong(after, f"stock against {account}", "0.00", difference)
            for key, check in FIGURES.items():
                if row.get(key) is not None:
                    for expected, got in check(Asked(self, row, now)):
                        if expected != got:
                            yield Wrong(after, _named(row, key), expected, got)
            for key in sorted(row.keys() - FIGURES.keys() - CONTEXT):
                yield Wrong(after, key, str(row[key]), "a figure that this runner does not know")

    def again(self, case: Case) -> Trial:
        """The same books asked for another case's expectations of them."""
        other = Trial(case, self.desk)
        other._moments = self._moments
        return other

    def moment(self, after: int) -> At:
        if after not in self._moments:
            self._moments[after] = self.desk.at(self.case, self.writer, after)
        return self._moments[after]

    def before(self, after: int) -> At | None:
        """The moment before a movement; None where it is the first."""
        numbers = [m.n for m in self.case.movements]
        at = numbers.index(after)
        return self.moment(numbers[at - 1]) if at else None


Row = Mapping[str, Any]
Pairs = Iterator[tuple[str, str]]


class Asked(NamedTuple):
    """One row of expectations at the moment that it speaks of."""

    trial: Trial
    row: Row
    now: At

    @property
    def ids(self) -> set[str]:
        """Ids in the books of the movement whose cost or expense the row states."""
        return self.trial.writer.ids(self.row.get("issue_of") or self.row["after"])


CONTEXT = frozenset(
    {"after", "item", "where", "lot", "issue_of", "check_voucher", "note", "semantics"}
)


def _scope(ask: Asked) -> tuple[str, str, str]:
    item = ask.row.get("item") or next(m.item for m in ask.trial.case.movements if m.item)
    return item, ask.row.get("where") or COMPANY, ask.row.get("lot") or ""


def _quantity(ask: Asked) -> Pairs:
    yield ask.row["qty"], like(ask.row["qty"], ask.now.stock(*_scope(ask))[0])


def _value(ask: Asked) -> Pairs:
    yield ask.row["value"], like(ask.row["value"], ask.now.stock(*_scope(ask))[1])


def _unit_cost(ask: Asked) -> Pairs:
    quantity, value = ask.now.stock(*_scope(ask))
    got = like(ask.row["unit_cost"], value / quantity) if quantity else "nothing on hand"
    yield ask.row["unit_cost"], got


def _issue_cost(ask: Asked) -> Pairs:
    yield ask.row["issue_cost"], like(ask.row["issue_cost"], ask.now.cost_of(ask.ids))


def _lots(ask: Asked) -> Pairs:
    """Layers as [quantity, unit cost]; shortages are one, equal neighbours where asked."""
    merge = ask.trial.case.policy.get("merge_equal_layers")
    layers: list[tuple[Fraction, Fraction]] = []
    for quantity, value in ask.now.layers(*_scope(ask)):
        is_equal = layers and layers[-1][1] * quantity == value * layers[-1][0]
        if layers and (quantity < 0 or (merge and is_equal)):
            layers[-1] = (layers[-1][0] + quantity, layers[-1][1] + value)
        else:
            layers.append((quantity, value))
    models = [*ask.row["lots"], *([["0", "0.00"]] * len(layers))]
    got = [
        [like(model[0], quantity), like(model[1], value / quantity)]
        for model, (quantity, value) in zip(models, layers, strict=False)
    ]
    yield _listed(ask.row["lots"]), _listed(got)


def _value_change(ask: Asked) -> Pairs:
    before = ask.trial.before(ask.row["after"])
    change = ask.now.total() - (before.total() if before else 0)
    yield ask.row["value_change"], like(ask.row["value_change"], change)


def _expensed(ask: Asked) -> Pairs:
    yield (
        ask.row["expensed"],
        like(ask.row["expensed"], ask.now.expensed(ask.ids, EXPENSES)),
    )


def _true_up(ask: Asked) -> Pairs:
    yield ask.row["true_up"], like(ask.row["true_up"], ask.now.true_up())


def _variance(ask: Asked) -> Pairs:
    yield ask.row["variance"], like(ask.row["variance"], ask.now.balance(VARIANCE))


def _allowance(ask: Asked) -> Pairs:
    yield ask.row["allowance"], like(ask.row["allowance"], -ask.now.balance(ALLOWANCE))


def _ratio(ask: Asked) -> Pairs:
    rate = ask.now.rate(_scope(ask)[0])
    yield ask.row["ratio"], "none" if rate is None else like(ask.row["ratio"], rate)


def _vouchers(ask: Asked) -> Pairs:
    if ask.row.get("check_voucher") is False:
        return
    before = ask.trial.before(ask.row["after"])
    effect = ask.now.by_account()
    for account, amount in (before.by_account() if before else {}).items():
        effect[account] = effect.get(account, Fraction()) - amount
    by_role: dict[str, Fraction] = {}
    for account, amount in effect.items():
        role = ask.now.role(account) or account
        by_role[role] = by_role.get(role, Fraction()) + amount
    expected: dict[frozenset[str], Fraction] = {}
    for name, debit, credit in ask.row["vouchers"]:
        roles = ROLES.get(name.partition(":")[0], frozenset({name}))
        known = expected.get(roles, Fraction())
        expected[roles] = known + Fraction(debit) - Fraction(credit)
    for roles, amount in expected.items():
        got = sum((by_role.pop(role, Fraction()) for role in roles), Fraction())
        name = "/".join(sorted(roles))
        yield f"{name} {plain(amount, 2)}", f"{name} {plain(got, 2)}"
    for role, amount in by_role.items():
        yield f"{role} 0.00", f"{role} {plain(amount, 2)}"


def _error(ask: Asked) -> Pairs:
    """The program refuses at that movement, with a Problem at a line of its entry."""
    before = ask.trial.before(ask.row["after"])
    if before and before.problems:
        yield "no problem before", _said(before)
    ids = ask.trial.writer.ids(ask.row["after"])
    table = ask.now.sources.table
    lines = {(table.path[at], table.lineno[at]) for at in ask.now.lines_of(ids)}
    got = "none"
    if ask.now.problems:
        got = f"refused elsewhere: {_said(ask.now)}"
    for found in ask.now.problems:
        if (found.place.path, found.place.line) in lines or dict(found.args).get("id") in ids:
            got = ask.row["error"]
    yield ask.row["error"], got


FIGURES: Mapping[str, Callable[[Asked], Pairs]] = {
    "error": _error,
    "qty": _quantity,
    "value": _value,
    "unit_cost": _unit_cost,
    "issue_cost": _issue_cost,
    "lots": _lots,
    "value_change": _value_change,
    "expensed": _expensed,
    "true_up": _true_up,
    "variance": _variance,
    "allowance": _allowance,
    "ratio": _ratio,
    "vouchers": _vouchers,
}


def _said(now: At) -> str:
    """The first Problems, so many that a person reads them."""
    shown = [f"{p.place.path}:{p.place.line}: {p.code} {dict(p.args)}" for p in now.problems]
    more = len(shown) - SHOWN_MAX
    return "; ".join([*shown[:SHOWN_MAX], *([f"{more} more"] if more > 0 else [])])


def _named(row: Row, key: str) -> str:
    scope = [str(row[name]) for name in ("item", "where", "lot") if row.get(name)]
    of = f" of {row['issue_of']}" if row.get("issue_of") else ""
    return f"{key}{of} ({' '.join(scope)})"


def _listed(layers: list[list[str]]) -> str:
    return " ".join(f"{quantity} @ {unit}" for quantity, unit in layers) or "none"
