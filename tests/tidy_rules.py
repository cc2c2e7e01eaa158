"""The rules that test_tidy holds: sizes, dangerous calls, misplaced work, state, words.

A rule is a function from a source file to findings. Style that ruff knows is ruff's
(pyproject.toml); the direction of imports is test_layers'.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from tests.source_files import Finding, Source, imports

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 400
# Files that may be longer, each with its reason. The list only gets shorter.
LONG: dict[str, str] = {}

PURE = ("model", "ledger", "costing", "posting", "policy", "checks", "reports")

BANNED_CALLS = {
    "eval": "data is never code",
    "exec": "data is never code",
    "os.popen": "use store's child process",
    "os.system": "use store's child process",
    "yaml.full_load": "strings only, through store's reader",
    "yaml.load": "strings only, through store's reader",
    "yaml.unsafe_load": "strings only, through store's reader",
}
BANNED_MODULES = {"dill", "marshal", "pickle", "shelve"}
WRITERS = {"write_bytes", "write_text"}
CHANGERS = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove"}
    | {"setdefault", "update"}
)
# "Not to be called", as far as a word alone can be judged: the word, and what it is called here.
WORDS = {
    "batch": "lot (a group of lines: block)",
    "cogs": "cost of goods sold",
    "leg": "posting",
    "maker": "preparer",
    "mismatch": "difference",
    "product": "item",
    "refund": "return",
    "surcharge": "landed cost",
    "uom": "unit",
    "warehouse": "location",
    "costing_mode": "valuation method",
    "journal_entry": "voucher",
    "movement_kind": "movement type",
    "sign_off": "approval",
    "stock_move": "movement",
    "stock_summary": "summary",
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")
UNREASONED = re.compile(r"#\s*(noqa(:[A-Z0-9, ]+)?|type:\s*ignore(\[[^]]*\])?|fmt: off)\s*$")

# The files in which the patterns of rules stand.
SPEAKS_OF_RULES = ("tests/test_tidy.py", "tests/tidy_rules.py")

Rule = Callable[[Source], Iterator[Finding]]


def too_long(source: Source) -> Iterator[Finding]:
    """A file above 400 lines, a function above 70."""
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX and source.path not in LONG:
        yield Finding(1, f"{lines} lines, at most {FILE_LINES_MAX}: give each file one job")
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield Finding(node.lineno, f"`{node.name}` has {lines} lines, at most 70")


def dangerous(source: Source) -> Iterator[Finding]:
    """Calls and imports that turn data into code, and `shell=True`."""
    for line, name in imports(source):
        if name.split(".")[0] in BANNED_MODULES:
            yield Finding(line, f"`{name}`: data is never code")
        if name.endswith(".*"):
            yield Finding(line, f"`{name}`: name what is imported")
    for node in source.nodes:
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in BANNED_CALLS:
                yield Finding(node.lineno, f"`{name}`: {BANNED_CALLS[name]}")
            if any(word.arg == "shell" and is_true(word.value) for word in node.keywords):
                yield Finding(node.lineno, "`shell=True`: pass a list of arguments")
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield Finding(node.lineno, "bare `except`: name what is caught")


def is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and not node.value)


def writes(node: ast.Call) -> bool:
    """Whether a call opens a file for writing, or may (a mode that is no literal)."""
    name = ast.unparse(node.func)
    if name.split(".")[-1] in WRITERS:
        return True
    if name not in {"open", "io.open"} and not name.endswith(".open"):
        return False
    place = 1 if name in {"open", "io.open"} else 0
    modes = [word.value for word in node.keywords if word.arg == "mode"] or node.args[place:][:1]
    return any(
        not (isinstance(mode, ast.Constant) and isinstance(mode.value, str))
        or bool(set(mode.value) & set("wax+"))
        for mode in modes
    )


def misplaced(source: Source) -> Iterator[Finding]:
    """Writing outside store, printing outside render and cli, `assert` where a check is meant."""
    if not source.is_program:
        return
    for node in source.nodes:
        if isinstance(node, ast.Assert):
            yield Finding(node.lineno, "`assert` vanishes under -O: raise, or return a Problem")
        elif isinstance(node, ast.Call):
            if source.room != "store" and writes(node):
                yield Finding(node.lineno, "a file is written: only store writes")
            if source.room not in {"render", "cli"} and ast.unparse(node.func) == "print":
                yield Finding(node.lineno, "`print`: only render and cli print")


def inexact(source: Source) -> Iterator[Finding]:
    """In pure rooms: bare `/` and `round`, and polars' `mean` or an unordered `group_by`."""
    if source.room not in PURE:
        return
    for node in source.nodes:
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield Finding(node.lineno, "bare `/`: divide_rounded(), `//` or Fraction(a, b)")
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).split(".")[-1]
        if name in {"round", "mean"}:
            yield Finding(node.lineno, f"`{name}`: rounding has one function, divide_rounded()")
        if name == "group_by" and not any(
            word.arg == "maintain_order" and is_true(word.value) for word in node.keywords
        ):
            yield Finding(node.lineno, "`group_by` without `maintain_order=True`")


def module_state(source: Source) -> Iterator[Finding]:
    """State of a module that changes: `global`, a lower-case container, a constant changed."""
    if not source.is_program:
        return
    names = {
        target.id: node.value
        for node in source.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for name, value in names.items():
        if value and name != "__all__" and not name.isupper() and is_container(value):
            yield Finding(value.lineno, f"`{name}` is mutable: a constant has capitals")
    functions = (node for node in source.nodes if isinstance(node, ast.FunctionDef))
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                yield Finding(node.lineno, f"`global {', '.join(node.names)}`")
            elif (changed := changed_name(node)) in names and changed.isupper():
                yield Finding(getattr(node, "lineno", 1), f"`{changed}` of the module is changed")


def is_container(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).split(".")[-1] in {"defaultdict", "dict", "list", "set"}
    return isinstance(
        node, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp
    )


def changed_name(node: ast.AST) -> str:
    """The plain name whose contents a node changes, or ''."""
    owner: ast.expr | None = None
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        owner = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value if node.func.attr in CHANGERS else None
    return owner.id if isinstance(owner, ast.Name) else ""


def wrong_word(source: Source) -> Iterator[Finding]:
    """A name of ours that the vocabulary calls otherwise."""
    if not source.is_program:
        return
    for node in source.nodes:
        for name in names_made(node):
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
            for word, ours in WORDS.items():
                if re.search(rf"(?<![a-z]){word}(s|es)?(?![a-z])", snake):
                    yield Finding(getattr(node, "lineno", 1), f"`{name}`: here it is {ours}")
            if source.room != "render" and {"dr", "cr"} & set(snake.split("_")):
                yield Finding(getattr(node, "lineno", 1), f"`{name}`: debit, credit")


def names_made(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    return []


def unfinished(source: Source) -> Iterator[Finding]:
    """Work left open without an issue, and an exemption without a reason."""
    if source.path in SPEAKS_OF_RULES:
        return
    for line, text in enumerate(source.text.splitlines(), 1):
        if UNFINISHED.search(text):
            yield Finding(line, "work left open: name the issue, as in (#12)")
        if UNREASONED.search(text):
            yield Finding(line, "an exemption says its reason, after two spaces")


RULES: tuple[Rule, ...] = (
    too_long,
    dangerous,
    misplaced,
    inexact,
    module_state,
    wrong_word,
    unfinished,
)


def imported_by_nobody(files: tuple[Source, ...]) -> list[str]:
    """Modules that no other file imports, nor names in full in a string (a late import)."""
    used: set[str] = set()
    for source in files:
        names = {name for _, name in imports(source)}
        names |= {
            node.value.split(":")[0]
            for node in source.nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        used |= {name for name in names if name.startswith("invledger.")} - {source.module}
        used |= {name.rpartition(".")[0] for name in names} - {source.module}
    return [
        f"{source.path}:1: imported by nobody"
        for source in files
        if not source.path.endswith(("/__init__.py", "/__main__.py")) and source.module not in used
    ]
