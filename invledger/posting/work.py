"""What is at hand while rows are being valued: shared by `valuation`, `matching`, `reversal`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from invledger.costing.interface import CostLine, Kind
from invledger.model import CostPolicy, Master, Place, Problem, problem
from invledger.posting.citations import Citation, Index, Shares
from invledger.posting.course import Course
from invledger.posting.foreign import Foreign
from invledger.posting.pools import Pools, class_of
from invledger.posting.rule import Rule
from invledger.posting.sources import Sources, WriteDown
from invledger.posting.split import Taxes

Amounts = dict[str, int]
NOTHING: Amounts = {}
#: Metadata keys that valuation itself understands.
SPECIAL = frozenset(
    ["reverses", "price-is", "deductible", "tax-amount", "basis", "treat", "item", "location",
     "unit-cost", "cost", "nrv", "share", "estimate", "rate", "pick", "settlement", "wip", "stage",
     "material"]
)  # fmt: skip


@dataclass(slots=True)
class Shape:
    """What all lines of one rule version between two locations have in common."""

    rule: Rule
    source_class: str
    target_class: str
    hand_back: bool
    allowed: bool
    selling: bool
    buying: bool
    demanding: bool  # some field is required or forbidden, or reasons are listed


@dataclass(slots=True)
class Work:
    """The table, what is known of each row so far, and the Problems found."""

    sources: Sources
    pools: Pools
    taxes: Taxes
    course: Course
    lines: list[CostLine] = field(default_factory=list)
    amounts: list[Mapping[str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    special: dict[int, dict[str, str]] = field(default_factory=dict)
    index: Index | None = None
    shares: Shares = field(default_factory=Shares)
    cited: dict[int, list[Citation]] = field(default_factory=dict)
    reverses: dict[int, int] = field(default_factory=dict)  # row -> the row that it reverses
    reversed_rows: set[int] = field(default_factory=set)
    cancelled: dict[int, int] = field(default_factory=dict)  # row -> the row that reverses it
    original: dict[int, Amounts] = field(default_factory=dict)  # before an invoice changed them
    covered: dict[int, int] = field(default_factory=dict)  # receipt -> quantity invoiced before
    taken: dict[int, int] = field(default_factory=dict)  # invoice -> quantity that found goods
    #: return -> (cited line, running quantity before and after), for each that it cites
    returned: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    unbilled: dict[int, tuple[int, int]] = field(default_factory=dict)  # of returns: see Valued
    landed: set[int] = field(default_factory=set)  # receipts that bear landed cost
    late_value: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # by invoice
    borne: dict[int, int] = field(default_factory=dict)  # receipt -> late value onto it so far
    settling: list[int] = field(default_factory=list)  # settlements of work orders
    billed: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # quantity, net, tax
    came_back: dict[int, int] = field(default_factory=dict)  # delivery -> returned, not billed
    #: goods -> (bill or return, quantity): who took of what is open to bill
    takers: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    late_matches: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    citations: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    worths: dict[int, tuple[int, ...]] = field(default_factory=dict)  # of citations of returns
    materials: dict[int, tuple[int, int]] = field(default_factory=dict)  # of settlements
    made: dict[str, int] = field(default_factory=dict)  # by order: output not settled, one scale
    made_by: dict[str, int] = field(default_factory=dict)  # the same, by settlement's id
    portions: dict[int, tuple[int, int]] = field(default_factory=dict)  # output by share
    lost: set[int] = field(default_factory=set)  # losses in production, and what undoes them
    estimates: set[int] = field(default_factory=set)  # output valued until it is settled
    write_downs: dict[int, WriteDown] = field(default_factory=dict)
    foreign: dict[int, Foreign] = field(default_factory=dict)  # what rows say in other currencies
    stated: dict[int, int] = field(default_factory=dict)  # value at which goods leave, or stay
    treats: dict[int, str] = field(default_factory=dict)  # late value that is not to follow
    unpriced: set[int] = field(default_factory=set)  # a price is required and absent so far
    shapes: dict[tuple[str, str, str, int], Shape] = field(default_factory=dict)
    starts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    bad_types: set[str] = field(default_factory=set)
    without_rule: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, sources: Sources) -> Work:
        starts = {
            t: tuple(r.valid_from for r in versions) for t, versions in sources.rules.items()
        }
        course = Course(sources.company, sources.master, sources.table)
        return cls(
            sources,
            Pools(course, sources.master),
            Taxes(sources.company, sources.master, sources.tax),
            course,
            starts=starts,
        )

    @property
    def master(self) -> Master:
        return self.sources.master

    def policy(self, item: str, at: int) -> CostPolicy:
        """The cost policy of an item at row `at`."""
        return self.course.policy(item, self.course.stage(at))

    def place(self, at: int) -> Place:
        """Where row `at` was written."""
        table = self.sources.table
        return Place(table.path[at], table.lineno[at])

    def report(self, code: str, at: int, **args: object) -> None:
        """A Problem about row `at`, which it names by its id."""
        named: dict[str, object] = {"id": self.sources.table.id[at], **args}
        self.problems.append(problem(code, self.place(at), "", **named))

    def shape(self, at: int) -> Shape | None:
        """The shape of row `at`, or None (reported once a type) where no rule is in force."""
        table = self.sources.table
        type_ = table.type[at]
        starts = self.starts.get(type_)
        if starts is None:
            if type_ not in self.bad_types:
                self._no_rule(at, "rule-unknown")
            return None
        version = 0 if len(starts) == 1 else bisect_right(starts, table.date[at]) - 1
        if version < 0 or starts[version] > table.date[at]:
            self._no_rule(at, "rule-not-in-force")
            return None
        key = (type_, table.source[at], table.target[at], version)
        found = self.shapes.get(key)
        if found is None:
            rule = self.sources.rules[type_][version]
            found = self.shapes[key] = self._shape(rule, key[1], key[2])
        return found

    def _no_rule(self, at: int, code: str) -> None:
        from invledger.posting.schema import nearest

        table = self.sources.table
        if at in self.without_rule:
            return
        self.without_rule.add(at)
        self.bad_types.add(table.type[at])
        near = nearest(table.type[at], list(self.sources.rules))
        self.report(code, at, type=table.type[at], date=table.date[at], nearest=near)

    def _shape(self, rule: Rule, source: str, target: str) -> Shape:
        come = class_of(source, self.master.locations)
        go = class_of(target, self.master.locations)
        return Shape(
            rule=rule,
            source_class=come,
            target_class=go,
            hand_back=self._hands_back(rule),
            allowed=not rule.flows or rule.allows(come, go),
            selling=rule.price_means == "sale",
            buying=rule.price_means == "cost",
            demanding=bool(rule.fields or rule.reasons),
        )

    def _hands_back(self, rule: Rule) -> bool:
        """A type that cites what went into production brings material back, not product."""
        for type_ in rule.cites:
            for cited in self.sources.rules.get(type_, ()):
                if any(
                    "production" in go and "production" not in come for come, go in cited.flows
                ):
                    return True
        return False

    def set_line(self, at: int, **changes: object) -> None:
        """Replace fields of the kernel's line of row `at`."""
        self.lines[at] = self.lines[at]._replace(**changes)  # type: ignore[arg-type]  # fields of CostLine

    def take(self, purpose: str, at: int, cited: int, quantity: int) -> tuple[int, int]:
        """Row `at` takes a quantity of a cited line; running quantity before and after. What a
        reversed row took is free again.
        """
        before = self.shares.used.get((purpose, cited), 0)
        if at in self.reversed_rows:
            return before, before + quantity
        if purpose in ("invoice", "sale-invoice"):
            self.takers.setdefault(cited, []).append((at, quantity))
        elif purpose in ("cover", "sale-cover"):
            self.takers.setdefault(at, []).append((cited, quantity))
        return self.shares.take(purpose, cited, quantity)

    def is_closed(self, period: str, date: str) -> bool:
        """Whether a period stood closed on a date."""
        state = "open"
        for entry in self.master.periods:
            if entry.period == period and entry.date <= date:
                state = entry.state
        return state == "closed"


SKIPPED = CostLine(Kind.SKIP, "", 0, "", "", None, -1, "")
