"""How much one person and one chat may ask, and how often somebody is refused aloud. In memory; a new start forgets it."""

from collections import deque
from datetime import datetime, timedelta
from enum import Enum

MINUTE = timedelta(minutes=1)
PER_USER, PER_CHAT = 10, 30
"""Commands, and buttons that stand for one, in a minute."""

PICKS = 60
"""Switches on a keyboard of topics in a minute, for a person as for a chat: they come in quick succession, and cost little."""

REFUSED_ONCE_IN = timedelta(minutes=10)
_MOST_KEPT = 10_000


class Turn(Enum):
    """Whether somebody is answered; where not, whose limit it was."""

    OK = "ok"
    USER = "user"
    CHAT = "chat"


class Limits:
    """Counts who asked when. Instants are the caller's clock."""

    def __init__(self) -> None:
        self._asked: dict[str, deque[datetime]] = {}
        self._refused: dict[tuple[str, str], datetime] = {}

    def turn(self, *, user: str, chat: str, now: datetime, picks: bool = False, rules: bool = False) -> Turn:
        """Count one more question of `user` in `chat`, unless one of the two has asked too much in the last minute.

        `picks`: it is a switch on a keyboard, which is counted apart. `rules`: who may change something here is not kept from
        it by what others ask; nor do they take it from others.
        """
        kind = "pick" if picks else "ask"
        names = {Turn.USER: f"{kind} user {user}", Turn.CHAT: f"{kind} chat {chat}"}
        if rules:
            del names[Turn.CHAT]
        most = {Turn.USER: PICKS if picks else PER_USER, Turn.CHAT: PICKS if picks else PER_CHAT}
        for turn, name in names.items():
            if len(self._recent(name, now)) >= most[turn]:
                return turn
        for name in names.values():
            self._asked.setdefault(name, deque()).append(now)
        return Turn.OK

    def may_refuse(self, who: str, chat: str, now: datetime) -> bool:
        """Tell whether somebody is told of a refusal now, once in ten minutes and chat; note it if so."""
        before = self._refused.get((who, chat))
        if before is not None and now - before < REFUSED_ONCE_IN:
            return False
        self._refused = {name: at for name, at in self._refused.items() if now - at < REFUSED_ONCE_IN}
        self._refused[who, chat] = now
        return True

    def _recent(self, name: str, now: datetime) -> deque[datetime]:
        asked = self._asked.get(name, deque())
        while asked and now - asked[0] >= MINUTE:
            asked.popleft()
        if len(self._asked) > _MOST_KEPT:
            self._asked = {each: at for each, at in self._asked.items() if at and now - at[-1] < MINUTE}
        return asked
