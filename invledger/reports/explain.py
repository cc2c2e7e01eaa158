"""Where an amount comes from, and where a receipt went (schema `invledger.explain/1`).

The subject is a movement (`SH1-260105-0001`), one of its lines (`…/2`), or a voucher
(`sale-delivery/SH1-260120-0004/cost`). Downwards: every line with what it cost, true-ups included;
below it the lines that this cost came from, level by level down to receipts, costs put into work
orders, estimates and rounding residues, each with its part of quantity and value; and below a
whole receipt what its value is made of: its own price, or the invoices and landed costs that
brought it. The parts of a line add up to it, to the cent. `reverse`: late values of the subject
and every line that carries cost of it, then what is still on hand and in work orders: subject +
late values + what came back = what left + what is on hand. What was paid
beside the standard never came into stock: purchase price variance, among what left. Where a
retrospective change of policy put other goods on hand than had been left, the gap is a row of its
own, `restated` (signed, added to what came); so it is where a joined pool's goods filled a
shortage at the change.

Beside its columns every row has `node`, its number, and `parent`, the number of the row that it
belongs under (none for a subject): in reverse that is the line through which the goods came.
"""

from __future__ import annotations

from invledger.checks.holdings import policies_of
from invledger.costing import Flows, Kind, Node
from invledger.costing.interface import INTO_POOL
from invledger.model import PERIODIC, Cell, Column, Item, Refused, Table, Title, Voucher, problem
from invledger.posting.course import Course
from invledger.posting.sources import Derivation, Sources
from invledger.reports.basis import Basis, policy_at
from invledger.reports.figures import Figures
from invledger.reports.flow import CHANGE, LATE_VALUE
from invledger.reports.made_of import MadeOf
from invledger.reports.money import ledger
from invledger.reports.query import Query

COLUMNS = (
    Column("depth", ("Depth", "层次"), "number"),
    Column("id", ("Line", "单据行")),
    Column("date", ("Date", "日期"), "date"),
    Column("type", ("Type", "类型"), "term"),
    Column("item", ("Item", "存货编码")),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("value", ("Value", "金额"), "money"),
    Column("why", ("Why", "说明"), "term"),
    Column("basis", ("Reckoned on", "计算依据")),
)
TITLE = ("Explanation", "金额来源")
TITLE_REVERSE = ("Where it went", "去向")
NOTE_AVERAGE = (
    "Moving average: quantities of what was mixed are shares pro rata, rounded to add up.",
    "移动加权平均：混合成本各来源的数量按比例分摊，取整后合计相符。",
)
NOTE_MOVED = (
    "Goods that moved keep the names of their receipts: ask where those went.",
    "调拨的货物仍归属其入库单：请查询相应入库单的去向。",
)
NOTE_UNITS = (
    "Quantities are those of the receipt's goods, also inside products.",
    "数量均按所查货物计，包括已用于产品的部分。",
)
NOTE_VOUCHER = (
    "Below the voucher stands what its lines cost; its own amounts follow from its rule.",
    "凭证之下列示各行成本；凭证金额另按其规则计算。",
)


def explain(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """The tree of the query's subject; Refused where the books know no such thing."""
    name = query.subject
    teller = _Teller(sources, derivation)
    lines = teller.lines_of(name)
    voucher = None if lines else next((v for v in ledger(sources) if v.identity == name), None)
    if voucher is not None:
        teller.voucher(voucher)
        lines = [line for link in voucher.links for line in teller.lines_of(link)]
        lines = lines or teller.lines_of_period(voucher)
    elif not lines:
        raise Refused(problem("query-unknown", what="movement or voucher", name=name))
    teller.look_at(lines)
    for line in lines:
        if query.reverse:
            teller.went(line)
        else:
            teller.came(line, depth=1 if voucher is not None else 0)
    if voucher is not None and not query.reverse:
        teller.compare_with(voucher, teller.cost_of(lines) + teller.changed(voucher))
    title = TITLE_REVERSE if query.reverse else TITLE
    return Table("explain", title, COLUMNS, teller.rows, notes=teller.notes)


class _Teller:
    """Writes rows about lines; asks the kernel again for provenance where it was not kept."""

    def __init__(self, sources: Sources, derivation: Derivation) -> None:
        self.rows: list[dict[str, Cell]] = []
        self.notes: list[Title] = []
        self._path: list[int] = []  # the rows above the next one, by depth
        self._sources = sources
        self._table = sources.table
        self._valued = derivation.valued
        self._costed = derivation.costed
        self._switched = derivation.costed.switched
        self._value = MadeOf(sources, derivation.valued)
        self._policies = policies_of(sources)
        self._figures = Figures.of(sources)
        self._basis: Basis | None = None

    def look_at(self, lines: list[int]) -> None:
        """Cost again, with provenance, what these lines can depend on."""
        from invledger.costing import cost, focus

        if self._costed.shares is None:
            citations = self._valued.setting.citations
            part = focus(self._valued.lines, *lines, citations=citations)
            self._costed = cost(
                part, self._policies, provenance=True, setting=self._valued.setting
            )
        self._basis = Basis(self._sources, self._valued, self._costed, self._policies)

    def lines_of(self, name: str) -> list[int]:
        """Rows of a movement, or of the one line that the name gives."""
        id_, slash, number = name.rpartition("/")
        found = [i for i, known in enumerate(self._table.id) if known == name]
        if found or not slash:
            return found
        return [
            i
            for i, known in enumerate(self._table.id)
            if known == id_ and str(self._table.line[i]) == number
        ]

    def lines_of_period(self, voucher: Voucher) -> list[int]:
        """Rows whose cost a voucher carries over for a period, `<type>/<period>/<aspect>`."""
        type_, _, rest = voucher.identity.partition("/")
        start = rest.partition("/")[0]
        return [
            at
            for at, (own, date) in enumerate(zip(self._table.type, self._table.date, strict=True))
            if own == type_ and date.startswith(start) and self._is_periodic(at)
        ]

    def _is_periodic(self, at: int) -> bool:
        """Whether a row's goods are costed once a period."""
        policy = policy_at(self._valued.setting, self._policies, self._table.item[at], at)
        return policy is not None and (policy.method in PERIODIC or policy.receipts_first)

    def voucher(self, voucher: Voucher) -> None:
        debit = sum(posting.debit for posting in voucher.postings)
        self._add(0, None, (None, debit), "voucher")
        self.rows[-1] |= {"id": voucher.identity, "date": voucher.date}

    def cost_of(self, lines: list[int]) -> int:
        """What lines cost, true-ups included."""
        settled = sum(one.amount for one in self._costed.true_ups if one.of in lines)
        return sum(self._costed.costs[line] for line in lines) + settled

    def changed(self, voucher: Voucher) -> int:
        """What a change of policy made of the value of each pool, told pool by pool."""
        type_, _, rest = voucher.identity.partition("/")
        if type_ != CHANGE:
            return 0
        turns = list(Course(self._sources.company, self._sources.master, self._table).turns())
        total = 0
        for number, key, before, after in self._switched:
            if turns[number].change.start == rest.partition("/")[0]:
                item = self._sources.master.items[turns[number].item]
                total += after - before
                for depth, value, why in (
                    (1, after - before, "restated"),
                    (2, after, "value-after"),
                    (2, -before, "value-before"),
                ):
                    self._add(depth, None, (None, value), why)
                    self.rows[-1] |= {"id": key, "item": item.code, **_named(item)}
        return abs(total)

    def compare_with(self, voucher: Voucher, told: int) -> None:
        """Say so where a voucher is about something else than what stands below it."""
        if told != sum(posting.debit for posting in voucher.postings):
            self._note(NOTE_VOUCHER)

    def came(self, line: int, depth: int) -> None:
        """A line, what is behind its cost, and what receipts among that are made of."""
        from invledger.costing import explain_line

        kind = Kind(self._valued.lines[line].kind)
        if kind == Kind.SKIP:
            self._add(depth, line, (self._table.quantity[line], None), _word(kind))
            return
        node = explain_line(self._costed, self._valued.lines, line)
        self._add(depth, line, (self._table.quantity[line], node.value), _word(kind))
        self._made_of(line, depth + 1)
        self._below(node, depth + 1)
        policy = self._policies.get(self._table.item[line])
        if policy is not None and policy.method == "moving-average" and len(node.children) > 1:
            self._note(NOTE_AVERAGE)

    def _below(self, parent: Node, depth: int) -> None:
        """The nodes under a node, each with what is under it."""
        for node in parent.children:
            figures = (node.quantity, node.value)
            if node.line < 0:
                self._add(depth, None, figures, node.role, of=parent.line)
                continue
            self._add(depth, node.line, figures, node.role)
            if node.value == self._costed.costs[node.line]:
                self._made_of(node.line, depth + 1)
            self._below(node, depth + 1)

    def went(self, line: int) -> None:
        """A line, its late values and every line that carries cost of it, and what is left."""
        from invledger.costing import flows_into

        kind = Kind(self._valued.lines[line].kind)
        if kind == Kind.SKIP:
            self._add(0, line, (self._table.quantity[line], None), _word(kind))
            return
        expensed = self._costed.cited.get(line, 0) if kind in LATE_VALUE else 0
        brings = kind in INTO_POOL | LATE_VALUE
        beside = self._costed.variances.get(line, 0) if brings else 0
        value = self._costed.costs[line] + expensed + beside
        self._add(0, line, (self._table.quantity[line], value), _word(kind))
        if kind == Kind.MOVE:
            self._note(NOTE_MOVED)
            return
        flows = flows_into(self._costed, self._valued.lines, line)
        nodes = {-1: len(self.rows) - 1}
        for flow in flows.lines:
            kind = Kind(self._valued.lines[flow.line].kind)
            filled = kind == Kind.MOVE and flow.way < 0  # moved before it was there
            why = "true-up" if filled else _word(kind)
            self._add(1, flow.line, (flow.quantity, flow.value), why)
            self._in_units_of(line, flow.quantity)
            if flow.via in nodes:
                self.rows[-1]["parent"] = nodes[flow.via]
            nodes.setdefault(flow.line, len(self.rows) - 1)
        for figures, why in (
            (flows.restated, "restated"),
            ((0, flows.left_behind), "stated"),
            ((0, beside), _variance(Kind(self._valued.lines[line].kind))),
            ((0, expensed), "expensed"),
        ):
            if any(figures):
                self._add(1, None, figures, why, of=line)
        self._add(1, None, flows.on_hand, "on-hand", of=line)
        rest = self._unaccounted(line, flows)
        if any(rest):
            self._add(1, None, (rest[0], rest[1]), "whole", of=line)
        if any(flows.in_orders):
            self._add(1, None, flows.in_orders, "in-orders", of=line)

    def _unaccounted(self, line: int, flows: Flows) -> list[int]:
        """Quantity and value that a line brought into stock and that the flows do not tell of."""
        brings = self._valued.lines[line].kind in INTO_POOL | LATE_VALUE
        brought = (self._table.quantity[line], self._costed.costs[line]) if brings else (0, 0)
        if self._valued.lines[line].kind in LATE_VALUE:
            brought = (0, brought[1])
        beside = (flows.restated[0], flows.restated[1] + flows.left_behind)
        return [
            whole + own + sum(flow[n] * flow.way for flow in flows.lines) - left
            for n, whole, own, left in zip((1, 2), brought, beside, flows.on_hand, strict=True)
        ]

    def _in_units_of(self, line: int, quantity: int) -> None:
        """The last row counts goods of `line`, also where they are part of something else."""
        item = self._sources.master.items.get(self._table.item[line])
        if quantity and item is not None:
            shown: dict[str, Cell] = {"quantity": self._figures.quantity(quantity, item)}
            self.rows[-1] |= {**shown, "unit": item.unit}
            if self.rows[-1]["item"] != self._table.item[line]:
                self._note(NOTE_UNITS)

    def _made_of(self, line: int, depth: int) -> None:
        """What the value of a whole receipt is made of."""
        variance = self._costed.variances.get(line, 0)
        for part in self._value.parts(line, self._costed.costs[line] + variance):
            self._add(depth, part.document, (None, part.value), part.why, of=line)
        if variance and self._valued.lines[line].kind == Kind.RECEIVE:
            self._add(depth, None, (None, -variance), _variance(Kind.RECEIVE), of=line)

    def _reckoned(self, line: int | None) -> dict[str, Cell]:
        found = self._basis.of(line) if line is not None and self._basis is not None else {}
        return {"basis": "", **found}

    def _note(self, note: Title) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _add(
        self,
        depth: int,
        line: int | None,
        figures: tuple[int | None, int | None],
        why: str,
        of: int | None = None,
    ) -> None:
        row = self._row(depth, line, figures, why)
        if of is not None and line is None:
            item = self._sources.master.items.get(self._table.item[of])
            quantity = figures[0]
            row["item"] = self._table.item[of]
            row["quantity"] = self._figures.quantity(quantity, item) if quantity else ""
            row |= _named(item)
        self._path[depth:] = [len(self.rows)]
        row["node"] = len(self.rows)
        row["parent"] = self._path[depth - 1] if depth else None
        self.rows.append(row)

    def _row(
        self, depth: int, line: int | None, figures: tuple[int | None, int | None], why: str
    ) -> dict[str, Cell]:
        row = self._table.row(line) if line is not None else None
        item = self._sources.master.items.get(row.item) if row is not None else None
        quantity, value = figures
        return {
            "depth": depth,
            "id": row.citation if row is not None else "",
            "date": row.date if row is not None else "",
            "type": row.type if row is not None else "",
            "item": row.item if row is not None else "",
            "quantity": self._figures.quantity(quantity, item) if quantity else "",
            "value": None if value is None else self._figures.money(value),
            "why": why,
            **self._reckoned(line),
            **_named(item),
            "path": row.path if row is not None else "",
            "lineno": row.lineno if row is not None else 0,
        }


def _named(item: Item | None) -> dict[str, Cell]:
    """Name and unit, for those who draw."""
    if item is None:
        return {"name": "", "unit": ""}
    return {"name": item.name, "name_en": item.name_en, "unit": item.unit}


def _variance(kind: Kind) -> str:
    """What the part of a line's value that never was in stock is called."""
    return "price-variance" if kind in {Kind.RECEIVE, Kind.REVALUE} else "variance"


def _word(kind: Kind) -> str:
    return kind.name.lower().replace("_", "-")
