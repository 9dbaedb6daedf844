"""`python -m bot.cli`: the same as `tradewire`."""

from bot.cli import main

main()
