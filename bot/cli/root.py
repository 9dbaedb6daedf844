"""`tradewire`: the group of commands, its help, and what errors look like. Imports nothing but click, so help is instant."""

import gc
import importlib
import io
import os
import sys
from typing import Any, TextIO

import click

_ALLOCATIONS = 20_000
"""How many new objects between two looks for garbage. With Python's 700 a start spends a tenth of its time looking in vain."""

_COMMANDS = {
    "demo": ("First steps", "Replay real history through the real pipeline. No token, no network."),
    "init": ("First steps", "Write a config.toml to start from."),
    "check": ("Watching", "Read all sources now and send what is due."),
    "run": ("Watching", "Run the service: poll by each source's calendar, send, until stopped."),
    "status": ("Watching", "Say how sources, alerts and channels stand."),
    "health": ("Watching", "Exit with 0 while a running service keeps asking its sources."),
    "subscribe": ("Channels", "Let a channel be told of topics, or of words of your own."),
    "unsubscribe": ("Channels", "End subscriptions of a channel."),
    "subscriptions": ("Channels", "List what each channel gets; pause and resume one."),
    "import": ("Channels", "Read subscriptions from a file."),
    "sources": ("Looking closer", "List the sources with their state."),
    "topics": ("Looking closer", "List, show and test topics."),
    "match": ("Looking closer", "Explain which topics a text, a file or a known item matches."),
    "search": ("Looking closer", "Find what the archive holds, newest first."),
    "backtest": ("Looking closer", "Try a draft of a query on the archive or on a file."),
    "why": ("Looking closer", "Say why an item or a story was told, or why not."),
    "whynot": ("Looking closer", "Say why something did not come: what failed in which topic."),
    "outbox": ("Delivery", "Show what waits, is in doubt or was given up; try it again."),
    "verify": ("Delivery", "Prove that nothing was lost, from what is on record."),
    "export": ("Delivery", "Write subscriptions, or the evidence of a story or a channel."),
    "completion": ("Looking closer", "Print what a shell needs to complete names."),
    "help": ("Looking closer", "Show help on a command, exit-codes, or how to add slack or telegram."),
}

_EXAMPLES = """\
Tradewire tells your channels when US or Chinese trade rules change.

  tradewire demo       see it work: no token, no network
  tradewire init       write a config.toml, then:
  tradewire check      read all sources now

Every command: tradewire --help
"""

EXIT_CODES = """\
Exit codes
  0    fine, also when nothing matched or nothing was new
  1    something failed; it is named on the last lines
  2    the command line was not understood
  78   the configuration is wrong; every problem is listed
  130  stopped by Ctrl-C; nothing is lost
"""

CONFIG_EXIT = 78


class Commands(click.Group):
    """Loads a command's module when it is called, and lists commands by what they are for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (the base's signature)
        """Return every command's name in the order of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (the base's signature)
        """Return the command, None if there is none of this name."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"bot.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a misspelt one gets a suggestion and is never guessed."""
        name = args[0]
        if name not in _COMMANDS:
            import difflib  # a tenth of a blink, for the mistyped only

            close = difflib.get_close_matches(name, _COMMANDS, n=1)
            hint = f'did you mean "{close[0]}"?' if close else "tradewire --help"
            raise click.UsageError(f'there is no command "{name}"\n  try: {hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (the base's signature)
        """Write the commands under what they are for."""
        for section in dict.fromkeys(section for section, _ in _COMMANDS.values()):
            with formatter.section(section):
                formatter.write_dl(
                    [(name, short) for name, (where, short) in _COMMANDS.items() if where == section]
                )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (the base's signature)
        """Write the exit codes under the help."""
        formatter.write("\n" + EXIT_CODES)


def _without_color(_ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    # While it is parsed: what is wrong with the rest of the line is said without colour too.
    if value:
        os.environ["NO_COLOR"] = "1"


@click.command(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(package_name="tradewire", prog_name="tradewire")
@click.option(
    "--no-color",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_without_color,
    help="Print without bold and colour, as with NO_COLOR=1.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Know within a minute when US or Chinese trade rules change."""
    ctx.color = wants_color()
    if ctx.invoked_subcommand is None:
        click.echo(_EXAMPLES, nl=False)


def wants_color() -> bool | None:
    """Return whether the environment asks for colour or for none; None where it leaves that to what is printed on."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def is_styled(stream: TextIO) -> bool:
    """Tell whether what is printed on `stream` may be bold and coloured."""
    wanted = wants_color()
    return stream.isatty() if wanted is None else wanted


class Failed(click.ClickException):
    """Something failed and is named. `try_` is the next useful command, `exit_code` what the shell gets."""

    def __init__(self, message: str, *, try_: str | None = None, exit_code: int = 1) -> None:
        super().__init__(message)
        self.try_ = try_
        self.code = exit_code


def main(args: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(_ALLOCATIONS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a terminal without Chinese shows an escape instead of ending the command
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(args))


def run(args: list[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    try:
        result: Any = cli.main(args, prog_name="tradewire", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped; nothing is lost", err=True)
        return 130
    except click.ClickException as error:
        _show(error)
        return error.code if isinstance(error, Failed) else error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has left: there is nobody to tell
        return 1
    except (
        Exception
    ) as error:  # the last line of defence: a person gets one line, the whole story goes to a file
        _show(_defect(error))
        return 1
    return result if isinstance(result, int) else 0


def _defect(error: Exception) -> Failed:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="tradewire-crash-", suffix=".log", delete=False) as file:
        file.write("".join(traceback.format_exception(error)))
    return Failed(
        f"Tradewire has a defect: {type(error).__name__}; nothing that was stored is lost",
        try_=f"report it with the file {file.name}",
    )


def _show(error: click.ClickException) -> None:
    message = error.format_message().removeprefix("error: ")
    head = click.style("error:", fg="red", bold=True) if is_styled(sys.stderr) else "error:"
    click.echo(f"{head} {message}", err=True, color=wants_color())
    try_ = getattr(error, "try_", None)
    if try_ is None and isinstance(error, click.UsageError) and error.ctx and "try:" not in message:
        try_ = f"{error.ctx.command_path} --help"
    if try_:
        click.echo(f"  try: {try_}", err=True)
