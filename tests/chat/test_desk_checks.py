"""Checks by hand: answered at once, told while they go on, shared by who asks meanwhile."""

import asyncio
from datetime import timedelta

from bot.chat.answer import Answer
from tests.chat.conftest import FakeFailure, FakePoll, FakeSource


class Heard(list[str]):
    """Remembers what an answer became."""

    async def __call__(self, answer: Answer) -> None:
        """Take the next text."""
        self.append(answer.text)


def poll(key: str, **more) -> FakePoll:
    return FakePoll(source=FakeSource(key=key), **more)


async def test_a_check_answers_at_once_and_says_at_the_end_what_came(chat) -> None:
    async def script(keys, on_poll) -> None:
        chat.clock.at += timedelta(seconds=34)
        on_poll(poll("bis-press", new=2, alerts=1))
        on_poll(poll("mofcom-announcements"))
        on_poll(poll("mofcom-export-control", ok=False, error=FakeFailure(what="refused (403)")))

    chat.checker.script = script
    heard = Heard()
    answer = await chat.say("check", on_update=heard, is_admin=False)
    assert answer.text == "Reading 3 sources…"
    await chat.desk.finish()
    assert heard[-1].splitlines()[:2] == [
        "Read 2 sources in 34 s. 2 new items, 1 alert in all channels.",
        "Could not be read: MOFCOM export control, refused (403)",
    ]


async def test_progress_is_told_at_most_every_three_seconds(chat) -> None:
    async def script(keys, on_poll) -> None:
        for key, seconds in zip(keys, (1, 11, 1), strict=True):
            chat.clock.at += timedelta(seconds=seconds)
            on_poll(poll(key, new=1))
            await asyncio.sleep(0)

    chat.checker.script = script
    heard = Heard()
    await chat.say("check", on_update=heard)
    await chat.desk.finish()
    assert len(heard) == 2
    assert heard[0].splitlines() == [
        "Reading: 2 of 3 done, 2 new items.",
        "Slow: MOFCOM export control (12 s)",
    ]


async def test_whoever_asks_meanwhile_shares_the_run_in_their_own_language(chat) -> None:
    go = asyncio.Event()

    async def script(keys, on_poll) -> None:
        await go.wait()
        for key in keys:
            on_poll(poll(key))

    chat.checker.script = script
    first, second = Heard(), Heard()
    await chat.say("set language zh", channel="slack:C0999")
    await chat.say("check", on_update=first)
    chat.clock.at += timedelta(seconds=5)
    joined = await chat.say("check bis", on_update=second, user_name="Tom", channel="slack:C0999")
    assert joined.text == "检查已在进行，12 秒前由 Mei 开始。您会得到同样的结果。"
    go.set()
    await chat.desk.finish()
    assert len(chat.checker.asked) == 1
    assert first[-1].startswith("Read 3 sources")
    assert second[-1].startswith("已读取 3 个来源")


async def test_sources_are_named_by_a_word_of_theirs(chat) -> None:
    assert (await chat.say("check mofcom")).text == "Reading 2 sources…"
    await chat.desk.finish()
    await chat.say("检查 BIS")
    await chat.desk.finish()
    assert chat.checker.asked == [("mofcom-announcements", "mofcom-export-control"), ("bis-press",)]
    assert "Close: bis-press" in (await chat.say("check bis-pres5")).text
    assert "/tradewire check" in (await chat.say("check zebra")).text
    assert len(chat.checker.asked) == 2


async def test_a_check_that_breaks_off_says_so_and_the_next_may_begin(chat) -> None:
    async def script(keys, on_poll) -> None:
        raise RuntimeError("broken")

    chat.checker.script = script
    heard = Heard()
    await chat.say("check", on_update=heard)
    await chat.desk.finish()
    assert heard[-1].startswith("The check was stopped")
    chat.checker.script = None
    assert "Reading" in (await chat.say("check")).text


async def test_a_listener_that_cannot_show_it_does_not_stop_the_others(chat) -> None:
    async def broken(answer: Answer) -> None:
        raise RuntimeError("no such message")

    go = asyncio.Event()

    async def script(keys, on_poll) -> None:
        await go.wait()

    chat.checker.script = script
    heard = Heard()
    await chat.say("check", on_update=broken)
    await chat.say("check", on_update=heard)
    go.set()
    await chat.desk.finish()
    assert len(heard) == 1


async def test_closing_ends_the_check_under_way(chat) -> None:
    async def script(keys, on_poll) -> None:
        await asyncio.Event().wait()

    chat.checker.script = script
    await chat.say("check")
    await chat.desk.close()


async def test_a_check_that_has_just_ended_is_not_made_again(chat) -> None:
    await chat.say("check")
    await chat.desk.finish()
    again = await chat.say("check bis")
    assert again.text.splitlines()[0] == "That was done 7 s ago; the sites are not asked again so soon."
    chat.clock.at += timedelta(minutes=1)
    assert (await chat.say("check bis")).text == "Reading 1 source…"
    await chat.desk.finish()
    assert [len(keys) for keys in chat.checker.asked] == [3, 1]


async def test_a_check_under_way_is_shared_only_by_who_asks_for_what_it_reads(chat) -> None:
    go = asyncio.Event()

    async def script(keys, on_poll) -> None:
        await go.wait()
        for key in keys:
            on_poll(poll(key))

    chat.checker.script = script
    heard = Heard()
    await chat.say("check mofcom")
    assert (await chat.say("check nonsense")).text.startswith("No source is called “nonsense”.")
    other = await chat.say("check bis-press", on_update=heard)
    assert other.text.startswith("A check by Mei is under way, started 14 s ago, without BIS press.")
    part = await chat.say("check mofcom-export-control")
    assert part.text.startswith("Already checking, started 21 s ago by Mei.")
    go.set()
    await chat.desk.finish()
    assert heard == []
