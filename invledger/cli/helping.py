"""Help pages of our own: bilingual, aligned for Chinese, and without loading rich."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from invledger.cli.words import PANELS, Said, say

_USAGE: Said = ("Usage", "用法")
_ARGUMENTS: Said = ("Arguments", "参数")
_OPTIONS: Said = ("Options", "选项")
_EXAMPLE: Said = ("Example", "示例")
_HELP: Said = ("Show this page.", "显示本页。")
_COMPLETION: dict[str, Said] = {
    "--install-completion": ("Install completion for this shell.", "为当前 shell 安装命令补全。"),
    "--show-completion": ("Print the completion script.", "打印命令补全脚本。"),
}
_LEFT_MAX = 26


def program_said() -> Said:
    """What the program is."""
    return (
        "Inventory and finance books as plain text under git.",
        "出入库财务管理：纯文本账本，用 git 保存。",
    )


class BilingualCommand(TyperCommand):
    """A command whose text parameters need no coercion and whose help is ours."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401  Typer's types
        """The parameters, none of which needs Typer's type machinery."""
        return _as_given(super().get_params(ctx))

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401  Typer's context
        """The help page."""
        return _page(self, ctx, [])


class BilingualGroup(TyperGroup):
    """A group of commands, listed under their panels."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401  Typer's types
        """The parameters, none of which needs Typer's type machinery."""
        return _as_given(super().get_params(ctx))

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401  Typer's context
        """The help page."""
        language = _language(ctx)
        panels: dict[str, list[tuple[str, str]]] = {say(p, language): [] for p in PANELS}
        for name, command in self.commands.items():
            panel = getattr(command, "rich_help_panel", None)
            title = panel if isinstance(panel, str) else say(PANELS[-1], language)
            panels.setdefault(title, []).append((name, _first_line(command.help or "")))
        return _page(self, ctx, [(title, rows) for title, rows in panels.items() if rows])


class _Given:
    """A parameter of text: what was typed is what the command gets."""

    def coerce(self, value: Any, **_: Any) -> Any:  # noqa: ANN401  whatever was typed
        return value


def _as_given(parameters: list[Any]) -> list[Any]:
    """Spare Typer its type machinery, which costs as much as all the rest of start-up."""
    for parameter in parameters:
        kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
        if kind in {str, bool} or kind == list[str]:
            parameter._runtime_param = _Given()  # noqa: SLF001  harmless where Typer has none
    return parameters


def _language(ctx: Any) -> str:  # noqa: ANN401  Typer's context
    found = ctx.find_root().obj
    return str(found.get("language", "en")) if isinstance(found, dict) else "en"


def _page(command: Any, ctx: Any, panels: list[tuple[str, list[tuple[str, str]]]]) -> str:  # noqa: ANN401  Typer's types
    language = _language(ctx)
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    lines = [_usage(command, ctx, arguments, language), "", command.help or ""]
    rows = [(_argument(p), p.help or "") for p in arguments]
    lines += _section(say(_ARGUMENTS, language), rows)
    for title, listed in panels:
        lines += _section(title, listed)
    rows = [_option(p, language) for p in command.get_params(ctx) if p.param_type_name == "option"]
    lines += _section(say(_OPTIONS, language), rows)
    if command.epilog:
        lines += ["", f"{say(_EXAMPLE, language)}:", f"  {command.epilog}"]
    return "\n".join(lines)


def _usage(command: Any, ctx: Any, arguments: list[Any], language: str) -> str:  # noqa: ANN401  Typer's types
    is_group = isinstance(command, TyperGroup)
    rest = ["COMMAND …"] if is_group else [_argument(p) for p in arguments]
    return " ".join([f"{say(_USAGE, language)}: {ctx.command_path}", "[OPTIONS]", *rest])


def _argument(parameter: Any) -> str:  # noqa: ANN401  Typer's type
    name = str(parameter.metavar or parameter.name.upper())
    name += "…" if parameter.nargs == -1 else ""
    return name if parameter.required else f"[{name}]"


def _option(parameter: Any, language: str) -> tuple[str, str]:  # noqa: ANN401  Typer's type
    names = ", ".join(sorted([*parameter.opts, *parameter.secondary_opts], key=len))
    if "--help" in parameter.opts:
        return names, say(_HELP, language)
    known = next((_COMPLETION[name] for name in parameter.opts if name in _COMPLETION), None)
    if known is not None:
        return names, say(known, language)
    left = f"{names} {parameter.metavar}" if parameter.metavar else names
    return left, str(parameter.help or "")


def _section(title: str, rows: list[tuple[str, str]]) -> list[str]:
    from invledger.render.safe import padded, width_of, wrapped

    if not rows:
        return []
    left = min(max(width_of(name) for name, _ in rows), _LEFT_MAX)
    room = max((_width() or 80) - left - 4, 24)
    lines = ["", f"{title}:"]
    for name, text in rows:
        first, *others = wrapped(text, room)
        is_wide = width_of(name) > left
        lines += [f"  {name}"] if is_wide else []
        lines.append(f"  {padded('' if is_wide else name, left)}  {first}".rstrip())
        lines += [f"  {'':{left}}  {other}" for other in others]
    return lines


def _width() -> int | None:
    from invledger.cli.world import screen_width

    return screen_width()


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
