"""Click's English complaints about a command line, said in Chinese."""

import click


def in_chinese(mistake: click.ClickException) -> str:
    """What is wrong with the command line."""
    if isinstance(mistake, click.MissingParameter) and mistake.param is not None:
        if isinstance(mistake.param, click.Argument):
            return f"缺少参数：{mistake.param.metavar}"
        return f"缺少参数 {mistake.param.opts[-1]}：{getattr(mistake.param, 'help', '') or ''}"
    if isinstance(mistake, click.NoSuchOption):
        near = f"，是不是 {'、'.join(mistake.possibilities)}？" if mistake.possibilities else ""
        return f"没有 {mistake.option_name} 这个选项{near}"
    if isinstance(mistake, click.BadParameter) and mistake.param is not None:
        words = mistake.message
        if "is not a valid integer" in words:
            words = "应为整数"
        elif isinstance(mistake.param.type, click.IntRange):
            words = f"应为 {mistake.param.type.min} 至 {mistake.param.type.max} 的整数"
        return f"{mistake.param.opts[-1]}：{words}"
    if isinstance(mistake, click.exceptions.NoArgsIsHelpError):
        return mistake.format_message()
    if isinstance(mistake, click.UsageError):
        group = mistake.ctx.command if mistake.ctx else None
        if mistake.ctx and isinstance(group, click.Group) and mistake.message.startswith("No such command"):
            return f"没有这个命令。可用的命令：{'、'.join(group.list_commands(mistake.ctx))}"
        if "does not take a value" in mistake.message:
            return f"{getattr(mistake, 'option_name', '选项')} 后面不写内容"
        if "requires an argument" in mistake.message:
            return f"{getattr(mistake, 'option_name', '选项')} 后面要写内容"
        if "unexpected extra argument" in mistake.message:
            return f"多了写法不对的内容：{mistake.message.partition('(')[2].rstrip(')')}"
    return mistake.format_message()
