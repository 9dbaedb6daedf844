"""Items in, alerts out: matching, stories, routing, delivery, commands. `bot` imports `watchers`, never the other way."""

__version__ = "0.1.0"
