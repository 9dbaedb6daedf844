"""What is answered to whoever changes what a channel gets: what changed, by whom, and how it then stands. Pure."""

from collections.abc import Iterable

from bot.chat.answer import Answer, Button, Line
from bot.chat.changes import Configured, NotSubscribed
from bot.chat.commands import Set
from bot.chat.voice import Voice
from bot.core.archive import FLOOD_PER_DAY, Volume
from bot.core.channel import ALL_TOPICS, QUERY, Channel, Subscription
from bot.core.match import Severity
from bot.core.timing import Mode, Timing
from watchers.item import Stage

_TIMINGS = {
    Mode.INSTANT: "at_once",
    Mode.HOURLY: "each_hour",
    Mode.DAILY: "each_day",
    Mode.WEEKLY: "each_week",
}


def undo_button(voice: Voice, token: str) -> Button:
    """Return the button that takes a change back."""
    return Button(label=voice.text("undo"), data=f"undo:{token}")


def named(voice: Voice, what: str) -> str:
    """Return how people call what is subscribed to."""
    return voice.text("all_topics") if what == ALL_TOPICS else what.removeprefix(QUERY)


def timing_words(voice: Voice, timing: Timing) -> str:
    """Return when: `at once`, `daily 08:30`."""
    at = f"{timing.at:%H:%M}" if timing.at else ""
    day = "" if timing.weekday is None else voice.text("weekdays").split(",")[timing.weekday]
    return voice.text(_TIMINGS[timing.mode], at=at, day=day)


def terms(voice: Voice, subscription: Subscription) -> str:
    """Return a subscription's options and who asked for it: `notice or louder, daily 08:30, by mei, 2 Jun 2023`."""
    words = []
    if subscription.min_severity is Severity.URGENT:
        words.append(voice.text("only_urgent"))
    elif subscription.min_severity > Severity.INFO:
        words.append(voice.text("from_severity", severity=voice.text("severity_notice")))
    if subscription.min_stage is not Stage.UNCONFIRMED:
        words.append(voice.text("from_stage", stage=_stage(voice, subscription.min_stage)))
    words.append(timing_words(voice, subscription.timing))
    if subscription.configured:
        words.append(voice.text("from_config"))
    elif subscription.since is not None:
        words.append(voice.text("by_since", by=subscription.by or "?", day=voice.day(subscription.since)))
    return ("，" if voice.language == "zh" else ", ").join(words)


def _stage(voice: Voice, stage: Stage) -> str:
    known = (Stage.ANNOUNCED, Stage.PROPOSED, Stage.FILED, Stage.PUBLISHED)
    return voice.text(f"stage_{stage.value}") if stage in known else stage.value


def state(voice: Voice, channel: Channel) -> tuple[Line, ...]:
    """Return all that a channel gets, one line each."""
    if not channel.subscriptions:
        return (voice.say("state_none"),)
    return (voice.say("state", count=voice.count("topic", len(channel.subscriptions))), *rows(voice, channel))


def hushed(voice: Voice, channel: Channel) -> tuple[Line, ...]:
    """Return what keeps all of a channel's alerts back: that it is paused, and how it goes on, or muted."""
    lines = []
    if channel.paused is not None:
        resume = f"tradewire subscriptions resume {channel.address}"
        lines += [voice.say("list_paused", why=channel.paused), voice.say("paused_how", command=resume)]
    if channel.muted_until is not None and channel.muted_until > voice.now:
        until = voice.instant(channel.muted_until)
        lines.append(voice.say("list_muted", until=until, by=channel.muted_by or "?"))
    return tuple(lines)


def rows(voice: Voice, channel: Channel) -> tuple[Line, ...]:
    """Return a line for each subscription of the channel."""
    return tuple(
        voice.say("state_row", what=named(voice, each.what), terms=terms(voice, each))
        for each in channel.subscriptions
    )


def subscribed(
    voice: Voice,
    *,
    by: str,
    whats: Iterable[str],
    before: Channel,
    after: Channel,
    volume: Volume | None,
    reachable: bool,
    undo: Button | None,
) -> Answer:
    """Say what the channel is now subscribed to; that nothing changed where it was so already, or that nothing can arrive."""
    whats = tuple(whats)
    names = ", ".join(named(voice, what) for what in whats)
    had = {each.what for each in before.subscriptions}
    again = all(what in had for what in whats)
    changed = before.subscriptions != after.subscriptions
    key = "subscribed_already" if not changed else "subscribed_again" if again else "subscribed"
    lines = [voice.say(key, by=by, names=names), *(volume_lines(voice, volume) if volume else ())]
    lines += [*state(voice, after), *hushed(voice, after)]
    lines += [voice.say("unreachable")] * (not reachable)
    lines.append(voice.say("next_list" if changed else "next_why"))
    return Answer(lines=tuple(lines), public=changed).with_buttons(undo)


def volume_lines(voice: Voice, volume: Volume) -> tuple[Line, ...]:
    """Say how much the last 90 days would have brought, and how much of them the archive knows."""
    young = volume.kept_since
    if volume.acts == 0 and young is not None:
        return (voice.say("volume_none", day=voice.day(young)),)
    alerts, days = voice.count("alert", volume.acts), _days(voice, volume)
    if not volume.examples:
        lines = [voice.say("volume", alerts=alerts, days=days)]
    else:
        examples = ("；" if voice.language == "zh" else "; ").join(
            f"“{_short(each)}”" for each in volume.examples
        )
        lines = [voice.say("volume_examples", alerts=alerts, days=days, examples=examples)]
    if young is not None:
        lines.append(voice.say("volume_young", day=voice.day(young)))
    return tuple(lines)


def _days(voice: Voice, volume: Volume) -> str:
    """Return over how many days the volume was counted."""
    return voice.count("day", max(1, round(volume.days)))


def flood(voice: Voice, volume: Volume, command: str) -> Answer:
    """Refuse more alerts than anybody reads. `command` is what was typed, as a command."""
    alerts = voice.count("alert", volume.acts)
    line = voice.say("flood", alerts=alerts, days=_days(voice, volume), limit=FLOOD_PER_DAY, anyway="anyway")
    return Answer(lines=(line, voice.say("see_topics"))).with_buttons(
        voice.button("button_anyway", f"{command} anyway")
    )


def unsubscribed(
    voice: Voice, *, by: str, whats: Iterable[str] | None, after: Channel, undo: Button | None
) -> Answer:
    """Say what ended, None: everything."""
    if whats is None:
        first = voice.say("unsubscribed_all", by=by)
    else:
        first = voice.say("unsubscribed", by=by, names=", ".join(named(voice, what) for what in whats))
    lines = [first, *state(voice, after)]
    if whats and any(each.covers(what) for each in after.subscriptions for what in whats):
        lines.insert(1, voice.say("still_by_all"))
    return Answer(lines=(*lines, voice.say("next_list")), public=True).with_buttons(undo)


def not_done(voice: Voice, why: Configured | NotSubscribed, channel: Channel) -> Answer:
    """Say why a subscription cannot be changed here, and how things stand."""
    key = "is_configured" if isinstance(why, Configured) else "not_subscribed"
    lines = (voice.say(key, names=named(voice, why.what)), *state(voice, channel), voice.say("next_list"))
    return Answer(lines=lines)


def confirm_all(voice: Voice, channel: Channel) -> Answer:
    """Ask before everything ends."""
    asked = [each for each in channel.subscriptions if not each.configured]
    names = ", ".join(named(voice, each.what) for each in asked)
    lines = [voice.say("confirm_all", count=voice.count("topic", len(asked)), names=names)] if asked else []
    if channel.followed:
        lines.append(voice.say("confirm_followed", stories=", ".join(channel.followed)))
    return Answer(lines=(*lines, voice.say("next_list"))).with_buttons(
        voice.button("button_yes_all", "unsubscribe all anyway")
    )


def has_nothing(voice: Voice) -> Answer:
    """Say that there is nothing to end."""
    return Answer(lines=(voice.say("has_nothing"), voice.say("next_subscribe")))


def set_done(
    voice: Voice, *, by: str, command: Set, after: Channel, changed: bool, undo: Button | None
) -> Answer:
    """Say what was set, in the language that now holds."""
    if not changed:
        return Answer(lines=(voice.say("set_already"), voice.say("next_list")))
    line = _set_line(voice, by, command, after)
    return Answer(lines=(line, voice.say("next_list")), public=True).with_buttons(undo)


def _set_line(voice: Voice, by: str, command: Set, after: Channel) -> Line:
    if command.zone:
        return voice.say("set_zone", by=by, value=after.zone, clock=voice.instant(voice.now))
    if command.language:
        return voice.say("set_language", by=by, value={"en": "English", "zh": "中文"}[after.language])
    if command.quiet_off:
        return voice.say("set_quiet_off", by=by)
    if command.quiet:
        return voice.say("set_quiet", by=by, value=command.quiet.words)
    if command.burst:
        alerts = voice.count("alert", command.burst.alerts)
        return voice.say("set_burst", by=by, alerts=alerts, minutes=voice.span(command.burst.span))
    if command.resurface:
        meaning = voice.text(f"resurface_{after.resurface}")
        return voice.say("set_resurface", by=by, value=after.resurface, meaning=meaning)
    return voice.say("set_when_empty", by=by, value=after.when_empty)


def done(
    voice: Voice, key: str, *buttons: Button | None, then: str = "next_list", **values: object
) -> Answer:
    """Say to everybody what was changed, in the words of `key`, and the next useful command."""
    return Answer(lines=(voice.say(key, **values), voice.say(then)), public=True).with_buttons(*buttons)


def told(voice: Voice, key: str, *, then: str = "next_list", **values: object) -> Answer:
    """Say to whoever asked that nothing was to be changed, in the words of `key`."""
    return Answer(lines=(voice.say(key, **values), voice.say(then)))


def _short(title: str, most: int = 80) -> str:
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"
