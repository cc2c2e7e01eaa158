"""The program: commands become a Typer application that speaks one language, and `run` runs it.

Exit codes are the design's (section 6): 0 ok, 1 findings, 2 usage, 3 bad data, 4 refused by
policy, 5 lock or conflict, 6 environment; 130 when interrupted. Only what the command line names
is built, since start-up counts. Emits `internal-error`.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args, get_origin

import typer

from invledger.cli import world
from invledger.cli.ask import BASIC_OPTIONS, QUANTITY_OPTIONS, READING_OPTIONS, Ask
from invledger.cli.commands import commands_of
from invledger.cli.complaining import UsageError, complaint
from invledger.cli.entry_options import ENTRY_OPTIONS
from invledger.cli.failing import guarded
from invledger.cli.helping import BilingualCommand, BilingualGroup, program_said
from invledger.cli.words import BASIC, READING, RECORDING, STOCKWISE, Command, Words, say

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "xlsx", "parquet", "html", "md")
_SHARED = {
    BASIC: BASIC_OPTIONS,
    READING: READING_OPTIONS | BASIC_OPTIONS,
    RECORDING: ENTRY_OPTIONS | BASIC_OPTIONS,
    STOCKWISE: QUANTITY_OPTIONS | READING_OPTIONS | BASIC_OPTIONS,
}
GROUP_SAID = {
    "item": ("Items.", "存货档案。"),
    "location": ("Locations.", "仓库库位档案。"),
    "party": ("Parties.", "往来单位档案。"),
    "reconcile": ("Compare two sides of the books.", "对账。"),
    "hook": ("What git hooks call.", "供 git 钩子调用。"),
}


def run(argv: Sequence[str]) -> int:
    """Run the program; the exit code."""
    argv = ["version"] if list(argv) == ["--version"] else argv
    language = world.language_of(argv, os.environ)
    group = typer.main.get_command(build_app(language, _named(argv)))
    try:
        return int(group.main(list(argv), "invledger", standalone_mode=False) or 0)
    except KeyboardInterrupt:
        world.tell("")
        return 130
    except typer.Abort:
        return 130
    except UsageError as error:
        _tell_usage(error, language)
        return 2


def _named(argv: Sequence[str]) -> str:
    """The first word that is neither an option nor the value of one."""
    valued = {
        name for kind, words in BASIC_OPTIONS.values() if kind is not bool for name in words.names
    }
    words = iter(argv)
    for word in words:
        if word in valued:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def build_app(language: str = "en", only: str = "") -> typer.Typer:
    """The Typer application; with `only`, nothing but that command, where it exists."""
    app = typer.Typer(
        cls=BilingualGroup,
        help=say(program_said(), language),
        add_completion=True,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "obj": {"language": language}},
    )
    groups: dict[str, typer.Typer] = {}
    for command in commands_of(only):
        target = app
        if command.group:
            if command.group not in groups:
                groups[command.group] = _group(command, language)
                app.add_typer(groups[command.group], rich_help_panel=say(command.panel, language))
            target = groups[command.group]
        _register(target, command, language)
    app.callback()(_top_in(language))
    return app


def _top(
    context: typer.Context, *, lang: str = "", root: str = "", no_color: bool = False
) -> None:
    """Options before the command hold for it, unless it has its own."""
    context.find_root().obj |= {"given": {"lang": lang, "root": root, "no_color": no_color}}


def _top_in(language: str) -> Callable[..., None]:
    """The same with help in a language."""
    context = inspect.Parameter(
        "context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context
    )
    shared = [_parameter(name, *spec, language) for name, spec in BASIC_OPTIONS.items()]

    def top(**values: Any) -> None:  # noqa: ANN401  what Typer parsed
        _top(**values)

    top.__signature__ = inspect.Signature([context, *shared])  # type: ignore[attr-defined]  # Typer
    top.__annotations__ = {p.name: p.annotation for p in (context, *shared)}
    return top


def _group(command: Command, language: str) -> typer.Typer:
    return typer.Typer(
        name=command.group,
        cls=BilingualGroup,
        help=say(GROUP_SAID[command.group], language),
        no_args_is_help=True,
        rich_markup_mode=None,
    )


def _register(app: typer.Typer, command: Command, language: str) -> None:
    app.command(
        command.name,
        cls=BilingualCommand,
        help=say(command.said, language),
        epilog=command.example,
        rich_help_panel=say(command.panel, language),
        context_settings={"help_option_names": ["-h", "--help"]},
    )(_typed(command, language))


def _typed(command: Command, language: str) -> Callable[..., None]:
    """The command as Typer wants it: a function whose signature names every option."""
    own = list(inspect.signature(command.run, eval_str=True).parameters.values())[1:]
    taken = {p.name for p in own}
    shared = _SHARED[command.shared]
    shared = {name: spec for name, spec in shared.items() if name not in taken}
    context = inspect.Parameter("ctx_", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [context]
    parameters += [_own(parameter, language) for parameter in own]
    parameters += [_parameter(name, *spec, language) for name, spec in shared.items()]

    def call(**values: Any) -> None:  # noqa: ANN401  what Typer parsed
        before = values.pop("ctx_").find_root().obj.get("given", {})
        given = {name: values.pop(name) or before.get(name) for name in shared}

        def work() -> int:
            return command.run(_ask(given, language, command.formats), **values)

        raise typer.Exit(guarded(work, language))

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # for Typer
    call.__annotations__ = {p.name: p.annotation for p in parameters}
    call.__name__ = command.run.__name__
    return call


def _own(parameter: inspect.Parameter, language: str) -> inspect.Parameter:
    annotation, words = get_args(parameter.annotation)[:2]
    default = parameter.default
    if default is inspect.Parameter.empty:
        is_list = get_origin(annotation) is list
        default = None if is_list and (words.names or words.may_lack) else ...
    return _parameter(parameter.name, annotation, words, language, default)


def _parameter(
    name: str,
    kind: Any,  # noqa: ANN401  any type
    words: Words,
    language: str,
    default: Any = None,  # noqa: ANN401  any type
) -> inspect.Parameter:
    if default is None:
        default = [] if get_origin(kind) is list else kind()
    said, metavar = say(words.said, language), words.metavar or None
    if words.names:
        spec = typer.Option(default, *words.names, help=said, metavar=metavar, show_default=False)
    else:
        spec = typer.Argument(default, help=said, metavar=metavar, show_default=False)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=spec, annotation=kind)


def _ask(given: Mapping[str, Any], language: str, more: tuple[str, ...] = ()) -> Ask:
    rest = dict(given)
    if rest.pop("lang") not in {None, "", *world.LANGUAGES}:
        raise typer.BadParameter("zh | en", param_hint="--lang")
    refused = rest.pop("no_color")
    rest = {name: value for name, value in rest.items() if value is not None}
    format_ = rest["format"] = rest.get("format") or "table"
    formats = (*FORMATS, *more)
    if format_ not in formats:
        raise typer.BadParameter(f"{format_!r}: {', '.join(formats)}", param_hint="--format")
    fields = {name: rest.pop(name) for name in list(rest) if name in ENTRY_OPTIONS}
    rest["fields"] = {name.removeprefix("field_"): text for name, text in fields.items() if text}
    return Ask(language=language, color=world.wants_color(refused=refused), **rest)


def _tell_usage(error: Any, language: str) -> None:  # noqa: ANN401  an exception of Typer's
    from invledger.render import visible

    context = getattr(error, "ctx", None)
    path = context.command_path if context else "invledger"
    if context and type(error).__name__ == "NoArgsIsHelpError":
        world.tell(context.get_help())
        return
    hint = "用法见" if language == "zh" else "Usage:"
    text = visible(complaint(error, language))
    world.tell(f"invledger: {text}\n{hint} {path} --help")
