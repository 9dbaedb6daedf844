"""What people said with the buttons "relevant" and "not relevant". Reads only."""

from sqlalchemy import Connection, func, select

from bot.store import schema

_label = schema.label


def labels_by_story(connection: Connection) -> dict[str, bool]:
    """Return whether each story that anybody judged is relevant: to at least half of those who said so, in all channels."""
    share = func.avg(_label.c.relevant)
    rows = connection.execute(select(_label.c.story, share).group_by(_label.c.story))
    return {story: relevant >= 0.5 for story, relevant in rows}
