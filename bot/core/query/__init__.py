"""The query language: what people ask for, in topic files, chats, searches and backtests. One grammar, one meaning. Pure.

`read` makes a Query of a text, `printed` a text of it again; `Engine` asks many queries of a document at once, `evaluate` one.
"""

from bot.core.query.engine import Engine, Query, evaluate, evidence_of
from bot.core.query.errors import QueryError
from bot.core.query.fields import FACTS, TEXT_FIELDS
from bot.core.query.prepared import Prepared, prepare
from bot.core.query.printing import printed
from bot.core.query.reading import read

__all__ = [
    "FACTS",
    "TEXT_FIELDS",
    "Engine",
    "Prepared",
    "Query",
    "QueryError",
    "evaluate",
    "evidence_of",
    "prepare",
    "printed",
    "read",
]
