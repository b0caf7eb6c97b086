"""Help pages in Chinese throughout: click's own are half English, and count a Chinese character as one column."""

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import east_asian_width

import click


class ChineseCommand(click.Command):
    """A command whose help page is Chinese."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole page: how it is called, what it does, its options and its commands."""
        formatter.write(f"用法：{ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}\n")
        formatter.write(f"\n  {self.help}\n")
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        _write_section(formatter, "选项", [_option(option, ctx) for option in options])
        if isinstance(self, click.Group):
            found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
            _write_section(formatter, "命令", [(name, command.help or "") for name, command in found if command])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What may follow the command's name."""
        if isinstance(self, click.Group):
            return ["命令", "[选项]"]
        arguments = [param for param in self.get_params(ctx) if isinstance(param, click.Argument)]
        return [*(argument.make_metavar(ctx) for argument in arguments), "[选项]"]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本页。"
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group of commands whose help pages are Chinese."""

    command_class = ChineseCommand

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of its commands, in the order in which they were added."""
        return list(self.commands)


def _option(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    spelled = ", ".join(option.opts)
    if not option.is_flag:
        spelled += f" {option.make_metavar(ctx)}"
    extra = option.get_help_extra(ctx)
    if option.required:
        return spelled, f"{option.help}（必填）"
    return spelled, f"{option.help}（默认 {extra['default']}）" if "default" in extra else str(option.help)


def _write_section(formatter: click.HelpFormatter, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    widest = max(columns(first) for first, _ in rows)
    formatter.write(f"\n{heading}：\n")
    for first, second in rows:
        formatter.write(f"  {first}{' ' * (widest - columns(first))}  {second}\n")


@lru_cache(maxsize=4096)
def columns(text: str) -> int:
    """How many columns a terminal gives `text`."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
