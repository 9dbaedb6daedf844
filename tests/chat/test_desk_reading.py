"""Asking the desk: lists, topics, search, why, status, help, and what is never answered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.chat.answer import PAGE_CHARS
from bot.chat.answers import went_wrong
from bot.chat.commands import CHANGES
from bot.chat.lexicon import EXAMPLES, VERBS
from bot.chat.reading import parse
from bot.core.channel import Channel, Subscription
from bot.core.own_queries import topic_of_query
from bot.core.watch_list import WatchList
from bot.store.channels import save_channel
from bot.store.rows import insert_rows
from bot.store.schema import source_state
from tests.fakes.archive import NOW, Entry, decide, tell

HERE = "slack:C0123"


async def test_a_list_shows_options_author_settings_and_counts(chat) -> None:
    await chat.put(Entry(title="Tariff notice", story="7f3a"))
    await chat.say("subscribe tariffs urgent, party-lists filed daily 08:30")
    await chat.say("set quiet 22:00-07:00")
    await chat.say("mute 24h")
    await chat.store.write(lambda connection: tell(connection, HERE, "7f3a", key="7f3a-1-1"))
    answer = await chat.say("list", is_admin=False)
    lines = answer.text.splitlines()
    assert not answer.public
    assert lines[0] == "#law gets 2 subscriptions."
    assert "tariffs  urgent only, from “filed” on, daily 08:30, by Mei, 29 Nov 2026" in lines
    assert any(line.startswith("Muted until 30 Nov 2026 10:00 ET by Mei") for line in lines)
    assert "Quiet from 22:00 to 07:00; urgent alerts still come." in lines
    assert "1 alert in the last 30 days. Waiting: 0. Failed: 0." in lines


async def test_a_paused_channel_says_why(chat) -> None:
    paused = Channel(address=HERE, paused="the bot was removed")
    await chat.store.write(lambda connection: save_channel(connection, paused, now=NOW, by="the outbox"))
    assert "PAUSED: the bot was removed." in (await chat.say("list")).text
    assert "PAUSED" in (await chat.say("status")).text
    asked = await chat.say("subscribe tariffs")
    assert "PAUSED: the bot was removed. Nothing is sent here." in asked.text
    assert f"tradewire subscriptions resume {HERE}" in asked.text


async def test_topics_are_listed_or_found_by_a_word(chat) -> None:
    assert (
        "critical-minerals  Critical minerals and rare earths · 关键矿产与稀土"
        in (await chat.say("topics")).text
    )
    found = await chat.say("topics 镓")
    assert "critical-minerals" in found.text
    assert "tariffs" not in found.text
    assert "subscribe query" in (await chat.say("topics zebra")).text


async def test_an_unknown_topic_leads_to_near_ones_and_to_own_words(chat) -> None:
    text = (await chat.say("subscribe 镓")).text
    assert "“镓” is a word in critical-minerals." in text
    assert "/tradewire subscribe query gallium OR germanium" in text
    assert "Did you mean the word urgent?" in (await chat.say("subscribe tariffs urgnet")).text
    asked = await chat.say("subscribe c")
    assert "“c” fits 7 topics" in asked.text
    done = await chat.press(asked.buttons[0][0])
    assert "subscribed this channel to chips-ai" in done.text


async def test_a_broken_query_is_shown_with_a_caret(chat) -> None:
    answer = await chat.say("subscribe query gallium OR (germanium")
    assert [line.text for line in answer.lines[:3]] == [
        "I cannot read position 12:",
        "gallium OR (germanium",
        "           ^ this bracket is never closed",
    ]
    assert [line.fixed for line in answer.lines[:3]] == [False, True, True]


async def test_a_search_shows_the_newest_five_with_dates_and_stories(chat) -> None:
    await chat.put(*(Entry(title=f"Gallium {day}", story=f"aaa{day}", days=day) for day in range(1, 8)))
    await chat.put(Entry(title="Other", abstract="on germanium", days=120, story="beef"))
    answer = await chat.say("search gallium")
    assert answer.text.splitlines()[1:6] == [
        f"{29 - day} Nov 2026  Gallium {day}  (aaa{day})" for day in range(1, 6)
    ]
    assert "There may be more: these are the first 5." in answer.text
    assert "The archive is kept since 1 Aug 2026." in answer.text
    assert answer.text.splitlines()[-1] == "For example: /tradewire why aaa1"
    assert "1 Aug 2026  Other  (beef)" in (await chat.say("search germanium")).text
    assert "Nothing in the archive matches zebra." in (await chat.say("search zebra")).text


async def test_a_search_shows_the_issuers_own_day_whatever_the_channels_zone(chat) -> None:
    await chat.put(Entry(title="Gallium", story="aaaa", on=date(2026, 11, 28)))
    assert "28 Nov 2026  Gallium  (aaaa)" in (await chat.say("search gallium")).text
    await chat.say("set zone Asia/Shanghai")
    assert "28 Nov 2026  Gallium  (aaaa)" in (await chat.say("search gallium")).text


async def test_a_search_of_nothing_says_that_nothing_was_read(chat) -> None:
    assert "nothing was read yet" in (await chat.say("search gallium")).text


async def test_why_says_what_hit_what_was_decided_here_and_when_it_was_sent(chat) -> None:
    await chat.put(Entry(title="Gallium and germanium licences", story="7f3a"))
    await chat.say("subscribe critical-minerals")
    assert "No alert has come to this channel yet." in (await chat.say("why")).text
    await chat.store.write(lambda connection: tell(connection, HERE, "7f3a", key="7f3a-1-1"))
    for asked in (chat.say("why"), chat.say("why 7f3a"), chat.press("why:7f3a", is_admin=False)):
        lines = (await asked).text.splitlines()
        assert lines[0] == "7f3a  Gallium and germanium licences"
        assert any(line.startswith("Matched critical-minerals: “Gallium” (title)") for line in lines)
        assert "Sent here 08:00 ET." in lines
        assert (
            "It comes here because this channel subscribes to critical-minerals (at once, by Mei, 29 Nov 2026)."
            in lines
        )
        assert "Decided here: told, as the first of its story." in lines


async def test_whynot_tells_a_decision_from_what_was_never_read(chat) -> None:
    url = "https://gazette.example/a"
    assert "Nothing was read yet" in (await chat.say(f"whynot {url}")).text
    await chat.put(Entry(title="Tariffs", story="7f3a", url=url, days=3))
    assert "Nothing was decided for this channel" in (await chat.say(f"whynot {url}")).text

    def decided(connection) -> None:
        decide(connection, HERE, "7f3a", key="7f3a-1-3", reason="below the channel's severity")
        decide(connection, "slack:C9", "7f3a", key="7f3a-1-3", reason="first")

    await chat.store.write(decided)
    text = (await chat.say(f"whynot {url}")).text
    assert "not told: it is less loud than this channel asks for" in text
    assert "as the first" not in text
    unread = (await chat.say("whynot https://gazette.example/b")).text
    assert "I have never read https://gazette.example/b" in unread
    assert "26 Nov 2026" in unread


async def test_whynot_names_what_failed_in_each_subscription_of_the_channel(chat) -> None:
    await chat.say("subscribe query gallium AND tariff* anyway")
    await chat.put(Entry(title="Tariffs on steel", story="7f3a"))
    text = (await chat.say("whynot 7f3a")).text
    assert "does not match: gallium stands nowhere" in text
    assert "does not match" not in (await chat.say("why 7f3a")).text


async def test_a_pasted_text_is_read_as_the_channels_topics_would_read_it(chat) -> None:
    await chat.say("subscribe query gallium AND tariff* anyway")
    missed = (await chat.say("whynot New tariffs on steel, and on copper")).text.splitlines()
    assert missed[0] == "Nothing on record has this name, so it was read as a text:"
    assert missed[1] == "No topic matched."
    assert missed[2] == "gallium AND tariff* does not match: gallium stands nowhere"
    hit = (await chat.say("why story 美国对镓加征关税")).text
    assert "Matched critical-minerals: “镓”" in hit
    assert "does not match" not in hit
    assert "Nothing was read yet" in (await chat.say("whynot 2024-01580")).text


async def test_what_failed_is_said_in_chinese_where_the_channel_speaks_it(chat) -> None:
    await chat.say("subscribe query gallium AND (title:tin OR tin) NOT copper anyway")
    await chat.say("set language zh")
    text = (await chat.say("为何没有 New tariffs on copper, tinned")).text
    assert "没有 gallium；没有选项成立；title:tin（" not in text
    assert "没有 gallium" in text
    assert "NOT 不成立：正文中有“copper”" in text
    assert "没有 tin（只在更长的词里；在词尾加 * 可以命中）" in text
    assert "stands" not in text


async def test_a_channel_hears_of_its_own_latest_alert_alone(chat) -> None:
    await chat.put(Entry(title="Tariffs", story="7f3a"), Entry(title="Gallium", story="beef"))
    await chat.store.write(lambda connection: tell(connection, HERE, "7f3a", key="7f3a-1-1"))
    await chat.store.write(lambda connection: tell(connection, "slack:C9", "beef", key="beef-2-1"))
    assert "Tariffs" in (await chat.say("why latest")).text


async def test_status_names_the_blind_and_counts_what_waits(chat) -> None:
    def states(connection) -> None:
        usual = {"failures": 0, "learned_at": NOW, "blind_since": None}
        rows = [
            usual | {"source": "bis-press", "complete_at": NOW - timedelta(minutes=5)},
            usual
            | {"source": "mofcom-announcements", "complete_at": None, "blind_since": NOW - timedelta(days=9)},
            usual | {"source": "switched-off", "complete_at": None, "blind_since": NOW - timedelta(days=9)},
        ]
        insert_rows(connection, source_state, rows)

    await chat.put(Entry(title="Tariffs", story="7f3a"))
    await chat.store.write(states)
    await chat.store.write(lambda connection: tell(connection, HERE, "7f3a", key="7f3a-1-1", state="ready"))
    text = (await chat.say("status")).text
    assert "1 of 3 sources can be read." in text
    assert "BLIND: MOFCOM announcements since 20 Nov 2026 10:00 ET" in text
    assert "switched-off" not in text
    assert "Last read 09:55 ET." in text
    assert "No alert yet. Waiting to be sent: 1. Failed: 0." in text


async def test_help_fits_the_place_it_is_asked_in(chat) -> None:
    text = (await chat.say("help", prefix="/")).text
    assert "Tradewire watches 3 sources" in text
    assert "/subscribe critical-minerals  alerts from now on, here" in text
    assert "Here: 0 subscriptions, 0 alerts in 30 days." in text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_is_explained_in_both_languages(chat, verb: str, language: str) -> None:
    await chat.say(f"set language {language}")
    answer = await chat.say(f"help {verb}")
    assert EXAMPLES[verb] in answer.text


async def test_a_newcomer_sees_what_most_teams_start_with(chat) -> None:
    await chat.put(Entry(title="Gallium", story="7f3a"), Entry(title="Germanium", story="7f3b", days=2))
    answer = await chat.say("start")
    assert answer.text.startswith("Tradewire is here. Nothing is sent until someone subscribes this channel.")
    assert answer.buttons[0][0].label == "Critical minerals and rare earths  2"
    await chat.press(answer.buttons[0][0])
    assert "Tradewire watches" in (await chat.say("start")).text


async def test_a_long_answer_comes_in_pages(chat) -> None:
    whats = tuple(
        Subscription(what=f"query:word{number} OR 镓镓镓镓镓镓镓镓镓镓", by="Mei") for number in range(120)
    )
    channel = Channel(address=HERE, subscriptions=whats)
    await chat.store.write(lambda connection: save_channel(connection, channel, now=NOW, by="Mei"))
    answer = await chat.say("list")
    seen = [answer]
    while seen[-1].buttons:
        seen.append(await chat.press(seen[-1].buttons[-1][0]))
    text = "\n".join(page.text for page in seen)
    assert all(f"word{number} OR" in text for number in range(120))
    assert all(sum(line.chars for line in page.lines) <= PAGE_CHARS["slack"] for page in seen)
    assert seen[0].lines[-1].text == f"Page 1 of {len(seen)}"
    assert "too old" in (await chat.press("more:nothing:1")).toast


async def test_a_person_who_asks_too_much_is_told_once(chat) -> None:
    answers = [await chat.ask(text="list", patient=False) for _ in range(13)]
    assert all(answer is not None and "gets" in answer.text for answer in answers[:10])
    assert answers[10] is not None
    assert answers[10].text == "That was a lot at once. I answer again in a minute."
    assert answers[11:] == [None, None]
    chat.clock.at += timedelta(minutes=1)
    assert "gets" in (await chat.ask(text="list", patient=False)).text


async def test_a_chat_that_asks_too_much_is_held_back_as_a_whole(chat) -> None:
    answers = [
        await chat.ask(text="list", user=f"U{number}", channel="telegram:-1/7", patient=False, is_admin=False)
        for number in range(31)
    ]
    assert "This chat asks more" in answers[30].text
    other = await chat.ask(text="list", user="U30", channel="telegram:-2", patient=False)
    assert "gets" in other.text
    muted = await chat.ask(text="mute 1h", user="U99", channel="telegram:-1/7", patient=False)
    assert "muted this channel" in muted.text


async def test_who_asks_too_much_is_told_so_in_the_channels_language(chat) -> None:
    await chat.say("set language zh")
    chat.clock.at += timedelta(minutes=2)
    answers = [await chat.ask(text="list", patient=False) for _ in range(11)]
    assert answers[10] is not None
    assert answers[10].text == "一下子太多了，一分钟后再回答。"


async def test_a_chinese_channel_reads_fields_and_levels_in_chinese(chat) -> None:
    await chat.put(Entry(title="Gallium licences", story="7f3a"))
    await chat.say("set language zh")
    await chat.say("subscribe critical-minerals urgent")
    await chat.say("subscribe tariffs notice")
    listed = await chat.say("list")
    assert "仅紧急" in listed.text
    assert "重要及以上" in listed.text
    assert "（标题）" in (await chat.say("why 7f3a")).text


async def test_names_call_nobody_and_titles_are_no_markup(chat) -> None:
    answer = await chat.say("subscribe tariffs", user_name="@mei\u202e\n*x*")
    first = answer.lines[0].text
    assert first.startswith("mei *x* subscribed")
    assert "@" not in answer.text


async def test_a_person_without_a_name_is_called_by_their_id(chat) -> None:
    assert "slack:U1 subscribed" in (await chat.say("subscribe tariffs", user_name="@")).text


async def test_an_address_that_is_none_is_the_listeners_mistake(chat) -> None:
    with pytest.raises(ValueError, match="should be console"):
        await chat.ask(text="list", channel="somewhere")


async def test_what_a_line_says_is_no_half_character(chat) -> None:
    assert (await chat.say("subscribe query gallium\ud800")).public


async def test_a_button_that_means_nothing_is_said_to_be_old(chat) -> None:
    for data in ("", "nonsense", "t:x:0", "cmd", "more:x"):
        assert (await chat.press(data)).toast


async def test_every_answer_ends_with_a_command(chat) -> None:
    await chat.put(Entry(title="Gallium", story="7f3a"))
    for line in (
        *EXAMPLES.values(),
        "nonsense",
        "subscribe nonsense",
        "set",
        "unsubscribe cloud",
        "why 0000",
    ):
        answer = await chat.say(line)
        if line.startswith("check"):
            continue
        assert "/tradewire " in answer.text, line
        if isinstance(parse(line), CHANGES) and answer.public:
            assert answer.text.startswith("Mei "), line


async def test_a_store_that_cannot_be_used_is_said_so(chat) -> None:
    await chat.store.write(lambda connection: connection.exec_driver_sql("DROP TABLE channel"))
    assert "Nothing was changed" in (await chat.say("subscribe tariffs")).text


async def test_what_is_wrong_with_a_query_is_said_in_the_channels_language(chat) -> None:
    await chat.say("set language zh")
    answer = await chat.say("订阅 关键词 镓 OR (锗")
    assert answer.lines[2].text.endswith("^ 这个括号没有闭合")
    assert answer.lines[2].text.startswith("\u3000")


def test_where_the_store_cannot_be_read_both_languages_say_so() -> None:
    answer = went_wrong(NOW)
    assert [line.text[:4] for line in answer.lines] == ["That", "没有成功"]
    assert answer.toast.startswith("That did not work")


async def test_topics_that_were_read_again_are_answered_about_from_then_on(chat) -> None:
    neon = topic_of_query("neon")
    chat.desk.use((replace(neon, key="neon", title="Noble gases"),), WatchList(parties=("Huawei",)))
    assert "Noble gases" in (await chat.say("topics")).text
    assert "subscribed this channel to neon" in (await chat.say("subscribe neon")).text
    assert "critical-minerals" not in (await chat.say("topics")).text
    watched = (await chat.say("why neon lasers for Huawei")).text
    assert "Matched neon" in watched
    assert "That makes it urgent: watched party: Huawei." in watched


async def test_a_text_that_begins_like_a_word_for_the_latest_is_a_text(chat) -> None:
    assert "No alert has come to this channel yet." in (await chat.say("why the latest please")).text
    assert (
        "Matched critical-minerals" in (await chat.say("why last week China curbed exports of gallium")).text
    )
