"""What a person asks for again after it was given up."""

from datetime import timedelta

from bot.core.delivery import MAX_DOUBTS, Outcome, Sent, State
from bot.store.database import Database
from bot.store.queue import drive
from tests.fakes.ledger import CONSOLE, NOON, OpenStore, claim, item, record, store_items, turn

UNKNOWN = Sent(outcome=Outcome.UNKNOWN, detail="no answer")
REFUSED = Sent(outcome=Outcome.GIVE_UP, detail="it says no")


def given_up(database: Database, *answers: Sent) -> None:
    """Let one alert be sent and answered so, until it is given up."""
    store_items(database, item(1))
    for number, answer in enumerate(answers):
        now = NOON + timedelta(hours=2 * number)
        turn(database, now=now)  # what is in doubt goes on
        (posting,) = claim(database, CONSOLE, now=now)
        state = record(database, posting, answer, now=now)
    assert state is State.DEAD


def driven(database: Database) -> bool:
    """Ask for it again; tell whether it says that it may be its second sight."""
    now = NOON + timedelta(days=2)
    with database.writing() as connection:
        assert drive(connection, now=now, by="a test") == (1,)
    (posting,) = claim(database, CONSOLE, now=now)
    return posting.repeat


def test_what_was_given_up_in_doubt_says_that_it_comes_again(open_store: OpenStore) -> None:
    database = open_store()
    given_up(database, *[UNKNOWN] * MAX_DOUBTS)
    assert driven(database) is True


def test_what_was_in_doubt_and_then_refused_says_that_it_comes_again(open_store: OpenStore) -> None:
    database = open_store()
    given_up(database, UNKNOWN, REFUSED)
    assert driven(database) is True


def test_what_surely_never_arrived_does_not(open_store: OpenStore) -> None:
    database = open_store()
    given_up(database, REFUSED)
    assert driven(database) is False
