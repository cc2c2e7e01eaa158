"""All mutants of a source file: its syntax tree with one small thing changed.

Comparison, arithmetic, constant, boolean, condition, return, removed statement, swapped arguments,
min and max. Not changed: docstrings, annotations, what only words an error, `__slots__`, records'
fields, imports.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.Div: ast.Mult,
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_BODIES = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one file. `function` is its qualified name, empty for the module's own level.

    The tree is changed while `mutants_of` waits at this mutant, and back to what it was after.
    """

    path: str
    function: str
    lines: range  # of the statement
    old: str
    new: str
    tree: ast.Module

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the list of equivalents knows it by; line numbers may move."""
        return (self.path, self.function, self.old, self.new)


def mutants_of(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text."""
    tree = ast.parse(source)
    found = set[tuple[str, str, str, str]]()
    used = _used_in_functions(tree)
    for statement, function in _statements(tree.body, ""):
        if not function and not _names(statement) & used:
            continue  # it only shapes records and types, which are made once
        old = _said(statement)
        for change in _changes(statement):
            undo = change()
            new = _said(statement)
            if new != old:
                mutant = Mutant(path, function, _lines(statement), old, new, tree)
                if mutant.key not in found:
                    found.add(mutant.key)
                    yield mutant
            undo()
        if _removable(statement):
            mutant = Mutant(path, function, _lines(statement), old, "pass", tree)
            if mutant.key not in found:
                found.add(mutant.key)
                body, at = _home(tree, statement)
                body[at] = ast.copy_location(ast.Pass(), statement)
                yield mutant
                body[at] = statement


def _statements(body: list[ast.stmt], function: str) -> Iterator[tuple[ast.stmt, str]]:
    """Statements worth changing, each with the outermost function or method that it is in."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            name = f"{function}.{statement.name}" if function.startswith("class ") else function
            name = name or statement.name
            yield from _statements(statement.body, name.removeprefix("class "))
        elif isinstance(statement, ast.ClassDef):
            if not function and not _is_record(statement):
                yield from _statements(statement.body, f"class {statement.name}")
            elif not function:
                methods = [s for s in statement.body if isinstance(s, ast.FunctionDef)]
                yield from _statements(list(methods), f"class {statement.name}")
        elif not _is_words(statement) and not _is_field(statement, function):
            yield statement, function.removeprefix("class ")
            for name in _BODIES:
                yield from _statements(getattr(statement, name, []), function)
            for handler in getattr(statement, "handlers", ()):
                yield from _statements(handler.body, function)
            for case in getattr(statement, "cases", ()):
                yield from _statements(case.body, function)


def _used_in_functions(tree: ast.Module) -> set[str]:
    """Names that the functions of a module read."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {
        node.id
        for function in functions
        for part in function.body
        for node in ast.walk(part)
        if isinstance(node, ast.Name)
    }


def _names(statement: ast.stmt) -> set[str]:
    """What a statement of the module's level gives a name to."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return {node.id for t in targets if t for node in ast.walk(t) if isinstance(node, ast.Name)}


def _is_record(class_: ast.ClassDef) -> bool:
    """Records and enumerations: their own level is their shape."""
    names = {ast.unparse(base) for base in class_.bases}
    return bool(class_.decorator_list or names & {"NamedTuple", "IntEnum", "Enum", "Protocol"})


def _is_field(statement: ast.stmt, function: str) -> bool:
    """A field of a record, whose shape is made once."""
    if not isinstance(statement, ast.AnnAssign) or not function.startswith("class "):
        return False
    return not ast.unparse(statement.annotation).startswith("ClassVar")


def _is_words(statement: ast.stmt) -> bool:
    """Imports, docstrings, annotations alone, and module names that only describe."""
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass | ast.Global | ast.Nonlocal):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.AnnAssign):
        return statement.value is None
    if isinstance(statement, ast.If):
        return ast.unparse(statement.test) == "TYPE_CHECKING"
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "TypeVar":
        return True
    names = [t.id for t in getattr(statement, "targets", ()) if isinstance(t, ast.Name)]
    return bool(set(names) & {"__slots__", "__all__"})


def _removable(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise) and "AssertionError" in ast.unparse(statement):
        return False  # what cannot happen
    kinds = (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete)
    if isinstance(statement, ast.Assign):  # of a name: the program could not go on
        return not all(_is_name(target) for target in statement.targets)
    return isinstance(statement, kinds)


def _is_name(target: ast.expr) -> bool:
    """A name, or several."""
    if isinstance(target, ast.Tuple):
        return all(_is_name(one) for one in target.elts)
    return isinstance(target, ast.Name)


def _home(tree: ast.Module, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
    """The body that a statement stands in, and where."""
    for parent in ast.walk(tree):
        for name in _BODIES:
            body = getattr(parent, name, None)
            if isinstance(body, list) and statement in body:
                return body, body.index(statement)
    raise LookupError(ast.unparse(statement))


def _changes(statement: ast.stmt) -> Iterator[Callable[[], Callable[[], None]]]:
    """Functions that change the statement and give a function that undoes it."""
    for node in _expressions(statement):
        yield from _of_node(node)
    if isinstance(statement, ast.If | ast.While) and not isinstance(statement.test, ast.Compare):
        yield _setter(statement, "test", ast.UnaryOp(ast.Not(), statement.test))
    if isinstance(statement, ast.Return) and statement.value is not None:
        value = statement.value
        if not (isinstance(value, ast.Constant) and value.value is None):
            yield _setter(statement, "value", ast.Constant(None))
    if isinstance(statement, ast.AugAssign) and type(statement.op) in _ARITHMETIC:
        yield _setter(statement, "op", _ARITHMETIC[type(statement.op)]())


def _expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Nodes of the statement's own expressions, without the statements inside it."""
    if isinstance(statement, ast.Raise):
        return
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.keyword) and node.arg == "strict":
            continue  # says what is so
        if isinstance(node, ast.Call) and _tells(node):
            pending += node.args  # its other arguments are words of a message
            continue
        if node is not statement:
            yield node
        for name, child in ast.iter_fields(node):
            if name in {*_BODIES, "handlers", "cases", "annotation", "returns", "decorator_list"}:
                continue
            if isinstance(node, ast.JoinedStr):
                continue
            if isinstance(child, ast.AST):
                pending.append(child)
            elif isinstance(child, list):
                pending += [one for one in child if isinstance(one, ast.AST)]


def _tells(call: ast.Call) -> bool:
    """Whether a call makes a Problem or a Trouble."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else name
    return name in {"problem", "report", "trouble", "problem_at"}


def _of_node(node: ast.AST) -> Iterator[Callable[[], Callable[[], None]]]:
    if isinstance(node, ast.Constant):
        yield from _of_constant(node)
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in _COMPARISONS:
            yield _setter(node, "ops", [_COMPARISONS[type(op)](), *node.ops[1:]])
            if len(node.ops) == 2:
                yield _setter(node, "ops", [op, _COMPARISONS[type(node.ops[1])]()])
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
            yield _setter(node, "op", _ARITHMETIC[type(op)]())
        case ast.BoolOp(op=op):
            yield _setter(node, "op", ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.IfExp():
            yield _swap(node, "body", "orelse")
        case ast.UnaryOp(op=ast.Not()):
            yield _become(node, node.operand)
        case ast.UnaryOp(op=ast.USub()) if not isinstance(node.operand, ast.Constant):
            yield _setter(node, "op", ast.UAdd())


def _of_constant(node: ast.Constant) -> Iterator[Callable[[], Callable[[], None]]]:
    value = node.value
    if isinstance(value, bool):
        yield _setter(node, "value", not value)
    elif isinstance(value, int):
        yield _setter(node, "value", value + 1)
        if value == 1:
            yield _setter(node, "value", 0)
    elif isinstance(value, str) and value:
        yield _setter(node, "value", value + "X")


def _of_call(node: ast.Call) -> Iterator[Callable[[], Callable[[], None]]]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _CALLS:
        yield _setter(node, "func", ast.Name(_CALLS[name], ast.Load()))
    elif len(node.args) > 1 and name != "share":  # total x part: the product commutes
        first, second, *rest = node.args
        if not isinstance(first, ast.Starred | ast.Constant):
            yield _setter(node, "args", [second, first, *rest])


def _setter(node: ast.AST, name: str, value: object) -> Callable[[], Callable[[], None]]:
    def change() -> Callable[[], None]:
        before = getattr(node, name)
        setattr(node, name, value)
        return lambda: setattr(node, name, before)

    return change


def _swap(node: ast.AST, one: str, other: str) -> Callable[[], Callable[[], None]]:
    def change() -> Callable[[], None]:
        first, second = getattr(node, one), getattr(node, other)
        setattr(node, one, second)
        setattr(node, other, first)

        def undo() -> None:
            setattr(node, one, first)
            setattr(node, other, second)

        return undo

    return change


def _become(node: ast.UnaryOp, operand: ast.expr) -> Callable[[], Callable[[], None]]:
    """`not x` becomes `not not x`: the value turned, its truth a bool as before."""

    def change() -> Callable[[], None]:
        node.operand = ast.UnaryOp(ast.Not(), operand)
        return lambda: setattr(node, "operand", operand)

    return change


def _said(statement: ast.stmt) -> str:
    """The statement's own text, without the statements inside it."""
    text = ast.unparse(statement)
    return text.split("\n", 1)[0] if getattr(statement, "body", None) else text


def _lines(statement: ast.stmt) -> range:
    """The lines of the statement's own text."""
    bodies = [body for name in _BODIES if (body := getattr(statement, name, []))]
    inner = [body[0].lineno for body in bodies]
    last = min(inner) - 1 if inner else statement.end_lineno or statement.lineno
    return range(statement.lineno, max(last, statement.lineno) + 1)
