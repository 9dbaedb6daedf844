"""What a posting says, by what it tells: the one place that knows every kind of message. Pure."""

from bot.core.alert import Alert
from bot.core.brief import Brief
from bot.core.notice import Notice
from bot.core.posting import Burst, Head, Kind, Posting
from bot.core.setback import Setback
from bot.render.alert_message import details_message, edited_message, first_message, reply_message
from bot.render.gathered import brief_message, burst_message
from bot.render.incident_message import incident_message
from bot.render.message import Message, Reader, marked, reader_of
from bot.render.setback import setback_message
from bot.render.spans import Measure


def message_of(posting: Posting, measure: Measure) -> Message:
    """Return what a posting says on a platform that counts by `measure`; where it is its second sight, it says so."""
    return marked(_message(posting, reader_of(posting, measure)), posting)


def _message(posting: Posting, reader: Reader) -> Message:
    told = posting.told
    match told:
        case Notice():
            return incident_message(told, reader)
        case Setback():
            return setback_message(told, reader)
        case Brief():
            return brief_message(told, reader)
        case Burst():
            return burst_message(told, reader)
        case Head():
            return edited_message(told, reader)
        case Alert():
            return _alert_message(told, posting, reader)


def _alert_message(alert: Alert, posting: Posting, reader: Reader) -> Message:
    if posting.kind is Kind.DETAILS:
        return details_message(alert, reader)
    if posting.thread is not None:
        return reply_message(alert, posting, reader)
    return first_message(alert, posting, reader)
