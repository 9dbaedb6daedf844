"""The operator's watch list: parties that make any match that names them louder, whatever its topic. Pure."""

from dataclasses import dataclass

from bot.core.match import WATCHED, Severity
from bot.core.query import QueryError, read
from bot.core.topic_value import Rule

LEAST_LETTERS = 2
MOST_PARTIES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList:
    """Names of parties, as the operator wrote them, and how loud a match is that names one of them."""

    parties: tuple[str, ...] = ()
    severity: Severity = Severity.URGENT


NOBODY = WatchList()


def checked_party(name: str) -> str:
    """Return a party's name with single blanks. Raises ValueError for one that says nothing, or hits nearly everything."""
    plain = " ".join(name.replace('"', " ").split())
    if not plain:
        raise ValueError("is an empty name")
    letters = sum(each.isalnum() for each in plain)
    if letters < LEAST_LETTERS:
        raise ValueError(
            f"is too short for a name: at least {LEAST_LETTERS} letters"
            if letters
            else "is only punctuation, no name"
        )
    try:
        _rule(plain, Severity.URGENT)
    except QueryError as error:
        raise ValueError(f"is no name of a party: {error.problem}") from None
    return plain


def raises_of(watch_list: WatchList) -> tuple[Rule, ...]:
    """Return the rules that raise matches of every topic, one for each party. A topic's own `quiet` still goes before them."""
    return tuple(_rule(party, watch_list.severity) for party in dict.fromkeys(watch_list.parties))


def _rule(party: str, severity: Severity) -> Rule:
    return Rule(when=read(f'party:"{party}"'), severity=severity, why=f"{WATCHED}{party}")
