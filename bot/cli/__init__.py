"""The command line. Each command lives in a module of its own that is imported only when that command is called."""

from bot.cli.root import main

__all__ = ["main"]
