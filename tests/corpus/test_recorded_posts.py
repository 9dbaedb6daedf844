"""Real posts of four platforms, recorded by others, read as they are: texts, ids, times, authors, links.

What is expected is found by other means than our readers: by plain text search, a standard library, or by hand.
"""

import html
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.plans import plan_of
from tests.fakes.platforms import page
from watchers.builders import bluesky, mastodon, telegram_preview
from watchers.errors import Blocked
from watchers.item import Item
from watchers.posts.text import URL
from watchers.source import Found

pytestmark = pytest.mark.corpus

LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


# -- Telegram

_SAID = re.compile(
    r'js-message_text"[^>]*>(.*?)</div>\s*(?:</div>|<a\s|<div class="tgme_widget_message_footer)', re.DOTALL
)


def telegram(body: str, channel: str = "any_channel") -> Found:
    options = telegram_preview.Options(channel=channel)
    answer = page(body, url=f"https://t.me/s/{channel}", type_="text/html; charset=utf-8")
    return telegram_preview.BUILDER.make("my-channel", options).read(answer, plan_of(options, now=LATER))


def one_message(corpus: Path, name: str) -> Item:
    recorded = (corpus / "telegram" / name).read_text(encoding="utf-8")
    found = telegram(f'<body><section class="tgme_channel_history">{recorded}</section></body>')
    (item,) = found.items
    assert found.problems == ()
    return item


def words(text: str) -> str:
    """Return the letters and digits of a text, to compare it whatever its blanks."""
    return "".join(char for char in text if char.isalnum())


def test_a_whole_recorded_page_of_a_channel_is_read(corpus: Path) -> None:
    recorded = (corpus / "telegram" / "full.html").read_text(encoding="utf-8")
    found = telegram(recorded, "topwar_official")
    numbers = re.findall(r'data-post="topwar_official/(\d+)"', recorded)
    times = re.findall(r'<time\s+datetime="([^"]+)"', recorded)
    assert [item.key for item in found.items] == numbers
    assert len(numbers) == 12
    assert [item.official_at for item in found.items] == [datetime.fromisoformat(each) for each in times]
    assert [item.url for item in found.items] == [f"https://t.me/topwar_official/{each}" for each in numbers]
    assert found.problems == ()
    passed_on = [item.author for item in found.items if item.kind == "Repost"]
    printed = re.findall(r'forwarded_from_name"\s*href="[^"]+"><span\s*dir="auto">([^<]+)<', recorded)
    assert passed_on == [html.unescape(each) for each in printed]
    assert len(passed_on) == 5
    assert {item.author for item in found.items if item.kind == "Post"} == {"@topwar_official"}


def test_every_word_of_a_recorded_page_of_a_channel_is_in_its_item_and_no_other(corpus: Path) -> None:
    recorded = (corpus / "telegram" / "full.html").read_text(encoding="utf-8")
    pieces = re.split(r'data-post="topwar_official/(\d+)"', recorded)[1:]
    items = {item.key: item for item in telegram(recorded, "topwar_official").items}
    for number, piece in zip(pieces[::2], pieces[1::2], strict=True):
        said = _SAID.search(piece)
        assert said is not None
        expected = words(html.unescape(re.sub(r"<[^>]*>", "", said[1])))
        body = items[number].body or items[number].title
        assert words(body).startswith(expected), number
        assert words(URL.sub("", body)) == words(
            URL.sub("", html.unescape(re.sub(r"<[^>]*>", "", said[1])))
        ), number
        links = re.findall(r'href="(https?://[^"]+)"[^>]*>([^<]*)<', said[1])
        assert all(html.unescape(href) in body for href, name in links if not name.startswith("@")), number


def test_a_recorded_text_message(corpus: Path) -> None:
    item = one_message(corpus, "message_text.html")
    assert item.ref == "telegram:topwar_official/70991"
    assert item.title == "Неопознанный летающий объект замечен в 160 – 200 км от Петербурга"
    assert item.body is not None
    assert item.body.endswith("услышать их можно даже в центре: «Звуки как на параде».")
    assert item.official_at == datetime(2023, 2, 28, 8, 48, 1, tzinfo=UTC)


def test_a_recorded_message_that_is_a_link_alone(corpus: Path) -> None:
    item = one_message(corpus, "message_link_preview.html")
    url = "https://vnnews.ru/georgiy-zotov-okkupaciya-volosatym-kr/"
    assert item.title == "Post without text: a link to vnnews.ru “Георгий Зотов: ОККУПАЦИЯ ВОЛОСАТЫМ КРАБОМ”"
    assert item.body == url
    assert [(link.kind, link.url) for link in item.links] == [("embed", url)]


def test_a_recorded_forwarded_message(corpus: Path) -> None:
    item = one_message(corpus, "message_media_forwarded_from.html")
    assert (item.kind, item.author, item.ref) == ("Repost", "Пул N3", "telegram:dimsmirnov175/44604")
    assert item.title == "Британская разведка выяснила, почему Ким Чен Ын начал выводить дочку в свет"
    assert item.official_at == datetime(2023, 2, 27, 7, 20, 50, tzinfo=UTC)


def test_a_recorded_sticker(corpus: Path) -> None:
    item = one_message(corpus, "message_sticker.html")
    assert (item.key, item.title, item.body) == ("5", "Post without text: 1 sticker", None)
    assert item.author == "@channel"


def test_a_recorded_poll(corpus: Path) -> None:
    poll = (corpus / "telegram" / "poll.html").read_text(encoding="utf-8")
    message = f'<div class="tgme_widget_message" data-post="it_begin/488">{poll}</div>'
    (item,) = telegram(f'<body><section class="tgme_channel_history">{message}</section></body>').items
    assert item.title == "Как лучше?"
    assert item.body == (
        "Как лучше?\n• Несколько постов в день\n• Один пост в несколько дней\n• Свой вариант в комментарии"
    )


def test_a_recorded_message_without_the_page_around_it_is_no_preview(corpus: Path) -> None:
    with pytest.raises(Blocked):
        telegram((corpus / "telegram" / "message_text.html").read_text(encoding="utf-8"))


# -- Mastodon


def toots(*statuses: Any, base_url: str = "https://mastodon.social", **options: Any) -> Found:
    chosen = mastodon.Options(account="any", base_url=base_url, reposts=True, **options)
    source = mastodon.BUILDER.make("my-account", chosen)
    return source.read(page(json.dumps(statuses)), plan_of(chosen, now=LATER))


def recorded_answers(corpus: Path, name: str) -> list[Any]:
    recorded = yaml.safe_load((corpus / "mastodon" / name).read_text(encoding="utf-8"))
    return [json.loads(each["response"]["body"]["string"]) for each in recorded["interactions"]]


def test_recorded_statuses_of_an_instance(corpus: Path) -> None:
    first, second = recorded_answers(corpus, "entity_status.yaml")
    found = toots(first, second)
    assert found.problems == ()
    item, other = found.items
    assert item.ref == "mastodon:mastodon.social:110446223051565765"
    assert item.url == "https://icosahedron.website/@halcy/110446222386355655"
    assert item.author == "@halcy@icosahedron.website"
    assert item.official_at == datetime(2023, 5, 28, 12, 6, 50, tzinfo=UTC)
    assert (item.lang, item.note) == ("de", "test post for mastodon.py stuff")
    assert item.title == "@halcy you're a doo-doo head"
    assert item.body == (
        "@halcy you're a doo-doo head\n\n"
        "edit: editing this to have the maximum amount of fields filled :trans_heart: #ThisIsAHashtag\n\n"
        "[a furry cube breakdancing]"
    )
    assert other.key == second["id"]
    assert other.official_at == datetime.fromisoformat(second["created_at"])


def test_every_recorded_version_of_an_edited_status_is_the_same_item_with_its_own_words(corpus: Path) -> None:
    (status, *_) = recorded_answers(corpus, "entity_status.yaml")
    versions = recorded_answers(corpus, "entity_statusedit.yaml")[0]
    assert len(versions) > 1
    items = [
        toots(status | {"content": each["content"], "media_attachments": []}).items[0] for each in versions
    ]
    assert len({item.key for item in items}) == 1
    texts = [item.body or item.title for item in items]
    assert texts[0] == "@halcy you're a doo-doo head"
    assert all(
        words(text) == words(plainly(each["content"])) for text, each in zip(texts, versions, strict=True)
    )


class _Plainly(HTMLParser):
    """What a piece of markup says, by the standard library."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def plainly(markup: str) -> str:
    parser = _Plainly()
    parser.feed(markup)
    parser.close()
    return "".join(parser.said)


# -- Truth Social


def truths(corpus: Path) -> list[Any]:
    recorded = corpus / "truth_social" / "api_shape_2025-10-25_to_31.jsonl"
    return [json.loads(line) for line in recorded.read_text(encoding="utf-8").splitlines()]


def as_status(post: Any) -> Any:
    """Return a recorded post as the interface gives it: the recording names attachments by their address alone."""
    kinds = {".mp4": "video", ".jpg": "image", ".jpeg": "image", ".png": "image", ".webp": "image"}
    media = [{"type": kinds.get(Path(url).suffix, "unknown"), "url": url} for url in post["media"]]
    return {
        **post,
        "account": {"id": "107780257626128497", "acct": "realDonaldTrump"},
        "media_attachments": media,
    }


def test_140_recorded_truths_say_what_they_say_whole(corpus: Path) -> None:
    posts = truths(corpus)
    found = toots(*map(as_status, posts), base_url="https://truthsocial.com")
    assert found.problems == ()
    assert [item.key for item in found.items] == [post["id"] for post in posts]
    assert len(posts) == 140
    for item, post in zip(found.items, posts, strict=True):
        assert item.ref == f"mastodon:truthsocial.com:{post['id']}"
        assert item.url == post["url"]
        assert item.official_at == datetime.fromisoformat(post["created_at"])
        assert abs(item.official_at.timestamp() - (int(post["id"]) >> 16) / 1000) < 5, "the id tells the time"
        said = plainly(post["content"])
        body = item.body or ("" if item.title.startswith("Post without text") else item.title)
        assert words(body) == words(said), post["id"]
        assert all(url in body for url in re.findall(r'href="([^"@]+)"', post["content"])), (
            "addresses are whole"
        )
        assert "…" not in body or "…" in said


def test_recorded_truths_without_words_say_what_they_have_instead(corpus: Path) -> None:
    posts = [post for post in truths(corpus) if post["content"] == "<p></p>"]
    items = toots(*map(as_status, posts), base_url="https://truthsocial.com").items
    assert len(items) == len(posts) > 20
    for item, post in zip(items, posts, strict=True):
        assert item.title.startswith("Post without text: ")
        counts = [int(number) for number in re.findall(r"(\d+) (?:image|video|file)", item.title)]
        assert sum(counts) == len(post["media"])


def test_words_after_a_mention_stay_words(corpus: Path) -> None:
    passed_on = [post for post in truths(corpus) if "</a></span>President" in post["content"]]
    items = toots(*map(as_status, passed_on), base_url="https://truthsocial.com").items
    assert len(items) > 3
    assert all(" President" in (item.body or item.title) for item in items)


def test_754_labelled_truths_have_a_title_each_and_the_labelled_ones_have_words(corpus: Path) -> None:
    recorded = corpus / "truth_social" / "posts_2026-01-26_to_03-03_labelled.json"
    posts = json.loads(recorded.read_text(encoding="utf-8"))
    statuses = [
        {
            "id": post["id"],
            "account": {"id": "1", "acct": "realDonaldTrump"},
            "created_at": post["created_at"].replace(" ", "T"),
            "content": f"<p>{html.escape(post['content'] or '')}</p>",
            "url": f"https://truthsocial.com/@realDonaldTrump/{post['id']}",
        }
        for post in posts
    ]
    found = toots(*statuses, base_url="https://truthsocial.com")
    assert found.problems == ()
    assert len(found.items) == len(posts) == 754
    without = [item for item in found.items if item.title.startswith("Post without text")]
    assert len(posts) / 4 < len(without) < len(posts) / 2, "a third have no text, and are kept"
    for item, post in zip(found.items, posts, strict=True):
        assert 0 < len(item.title) <= 200
        assert words(item.body or ("" if item in without else item.title)) == words(post["content"] or "")
        assert not (post["topic_tariff_trade"] and item in without)


# -- Bluesky


def test_a_recorded_post_with_a_picture_and_a_quoted_post(corpus: Path) -> None:
    recorded = json.loads(
        (corpus / "bluesky" / "thread_view_post_with_embed_media.json").read_text(encoding="utf-8")
    )
    did = recorded["thread"]["post"]["author"]["did"]
    found = feed_of(did, recorded["thread"]["post"])
    (item,) = found.items
    assert item.ref == "at://did:plc:kvwvcn5iqfooopmyzvb4qzba/app.bsky.feed.post/3kaheyt6vpc22"
    assert item.url == "https://bsky.app/profile/did:plc:kvwvcn5iqfooopmyzvb4qzba/post/3kaheyt6vpc22"
    assert item.title == "Post without text: 1 image, a quoted post"
    assert (item.author, item.lang, item.body) == ("@test.marshal.dev", "en", None)
    assert item.official_at == datetime(2023, 9, 28, 12, 49, 36, 735_000, tzinfo=UTC)
    quoted = "https://bsky.app/profile/did:plc:kvwvcn5iqfooopmyzvb4qzba/post/3kahesw26il2z"
    assert [(link.kind, link.url) for link in item.links] == [("quoted", quoted)]


def test_a_recorded_record_of_a_post_and_one_of_something_else(corpus: Path) -> None:
    post, other = (
        json.loads((corpus / "bluesky" / name).read_text(encoding="utf-8"))
        for name in ("post_record.json", "feed_record.json")
    )
    did = "did:plc:kvwvcn5iqfooopmyzvb4qzba"
    views = [
        {"uri": each["uri"], "author": {"did": did, "handle": "test.marshal.dev"}, "record": each["value"]}
        for each in (post, other)
    ]
    found = feed_of(did, *views)
    (item,) = found.items
    assert (item.key, item.title) == ("3k2yihcrp6f2c", "new text114")
    assert item.official_at == datetime(2024, 2, 22, 19, 58, 13, 903_293, tzinfo=UTC)
    assert ["not the address of a post" in problem.reason for problem in found.problems] == [True]


def feed_of(did: str, *views: Any) -> Found:
    options = bluesky.Options(actor=did)
    body = json.dumps({"feed": [{"post": view} for view in views]})
    return bluesky.BUILDER.make("my-account", options).read(page(body), plan_of(options, now=LATER))
