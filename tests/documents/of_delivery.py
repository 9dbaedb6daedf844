"""What docs/delivery.md says of a post's states, from the table that the code follows."""

from bot.core.delivery import NEXT, Event, State


def states_table() -> str:
    """Return every step that a post can take: from which state, by what, to which."""
    head = "| from | what happens | to |\n|---|---|---|\n"
    order = list(State)
    steps = sorted(NEXT.items(), key=lambda step: (order.index(step[0][0]), list(Event).index(step[0][1])))
    return head + "".join(
        f"| {here.value} | {event.value} | {there.value} |\n" for (here, event), there in steps
    )
