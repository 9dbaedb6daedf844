"""What holds for every Chinese source: whatever comes, order and repetition change nothing, and reading twice is reading once."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from watchers.calendar import Rhythm
from watchers.errors import SourceError
from watchers.item import Item
from watchers.recording import item_of, page_of
from watchers.registry import all_sources
from watchers.source import AnySource, Page, Plan

HERE = Path(__file__).parent
KEYS = (
    "mofcom-policy",
    "mofcom-announcements",
    "mofcom-export-control",
    "tariff-commission",
    "state-council",
    "customs",
)
LISTS = {
    "mofcom-policy": "list.json",
    "mofcom-announcements": "year.html",
    "mofcom-export-control": "list.json",
    "tariff-commission": "list.html",
    "state-council": "list.json",
    "customs": "list.html",
}
ROLES = ("shell", "home", "list", "list 1", "list 2", "article", "odd")
PIECES = st.sampled_from(
    [
        *(
            "<li>",
            "</li>",
            "<a href='/x'>",
            "<a href=",
            "</a>",
            "<span>",
            "[2025-10-09]",
            "<ul class=liBox>",
            "\x00",
            "{",
            "}",
        ),
        *(
            "queryData=\"{'",
            "'}\"",
            "【发布文号】",
            "商务部公告2025年第61号",
            "自2025年12月1日起实施",
            "自公布之日起",
            "<div class=art-con>",
        ),
        *(
            "<table><tr><td>",
            "发文日期：",
            "<script>",
            "公告",
            "。",
            "&#x110000;",
            "</body></html>",
            '"html":"',
            "<html>",
        ),
    ]
)


def recorded(key: str, name: str) -> tuple[AnySource, Page, Plan[Any], dict[str, Any]]:
    """Return a recorded page of a source, its plan, and the case as it was told."""
    source, path = all_sources()[key], HERE / key / name
    case = json.loads(path.with_suffix(".case.json").read_text(encoding="utf-8"))
    options = msgspec.convert(case.get("options", {}), type=source.options)
    fallback = plan_of(options).now
    page = page_of(case, path.read_bytes(), home=source.home, now=fallback)
    return source, page, plan_of(options, now=page.fetched_at), case


def answered(page: Page, body: bytes, role: str | None = None) -> Page:
    """Return the same answer with another body, to a question of that role."""
    request = replace(page.request, role=role or page.request.role)
    return replace(page, body=body, request=request)


def tried(source: AnySource, page: Page, plan: Plan[Any], item: Item) -> None:
    """Read a page as a listing and as an item's own; only a SourceError may be raised."""
    with suppress(SourceError):
        source.read(page, plan)
    assert source.article is not None
    with suppress(SourceError):
        source.article.read(page, item, plan)


def item_of_article(key: str) -> Item:
    return item_of(recorded(key, "article.html")[3])


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=40)
@given(
    body=st.binary(max_size=300) | st.lists(PIECES, max_size=60).map(lambda all_: "".join(all_).encode()),
    role=st.sampled_from(ROLES),
)
def test_whatever_comes_is_read_or_refused(key: str, body: bytes, role: str) -> None:
    source, page, plan, _ = recorded(key, LISTS[key])
    tried(source, answered(page, body, role), plan, item_of_article(key))


@pytest.mark.parametrize("key", ["mofcom-policy", "mofcom-announcements", "mofcom-export-control"])
@settings(max_examples=40)
@given(pieces=st.lists(PIECES, max_size=60), code=st.sampled_from([200, "200", None, 500]))
def test_whatever_the_gateway_gives_is_read_or_refused(key: str, pieces: list[str], code: object) -> None:
    _, page, _, _ = recorded("mofcom-policy", "list.json")
    body = json.dumps({"code": code, "success": True, "data": {"html": "".join(pieces)}}).encode()
    tried(
        all_sources()[key],
        answered(page, body, "list 1"),
        plan_of(all_sources()[key].options()),
        item_of_article(key),
    )


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=25)
@given(data=st.data())
def test_a_page_with_pieces_lost_or_put_in_is_read_or_refused(key: str, data: st.DataObject) -> None:
    source, page, plan, _ = recorded(key, data.draw(st.sampled_from((LISTS[key], "article.html"))))
    start = data.draw(st.integers(0, len(page.body)))
    end = data.draw(st.integers(start, min(len(page.body), start + 200)))
    put_in = data.draw(st.lists(PIECES, max_size=5).map(lambda all_: "".join(all_).encode()))
    tried(source, answered(page, page.body[:start] + put_in + page.body[end:]), plan, item_of_article(key))


@pytest.mark.parametrize("key", KEYS)
def test_a_page_in_another_order_gives_the_same_items(key: str) -> None:
    kind = LISTS[key].rpartition(".")[2]
    source, page, plan, _ = recorded(key, LISTS[key])
    _, other, _, _ = recorded(key, f"{LISTS[key].partition('.')[0]}_reordered.{kind}")
    found, reordered = source.read(page, plan), source.read(other, plan)
    assert {item.key: item for item in found.items} == {item.key: item for item in reordered.items}


@pytest.mark.parametrize("key", KEYS)
def test_an_article_read_again_is_the_same(key: str) -> None:
    paths = sorted((HERE / key).glob("article*.html"))
    assert len(paths) >= 3
    for path in paths:
        source, page, plan, case = recorded(key, path.name)
        assert source.article is not None
        with suppress(SourceError):
            once = source.article.read(page, item_of(case), plan)
            assert source.article.read(page, once, plan) == once


@pytest.mark.parametrize("key", KEYS)
def test_an_article_keeps_whose_item_it_is_and_an_edit_changes_its_text(key: str) -> None:
    source, page, plan, case = recorded(key, "article.html")
    _, edited, _, _ = recorded(key, "article_edited.html")
    assert source.article is not None
    item = item_of(case)
    one, two = (source.article.read(each, item, plan) for each in (page, edited))
    assert (one.source, one.key, one.url, one.stage, one.lang) == (
        item.source,
        item.key,
        item.url,
        item.stage,
        "zh",
    )
    assert one.ref == two.ref
    assert one.body != two.body


@pytest.mark.parametrize("key", KEYS)
def test_the_news_of_all_of_them_is_dated_by_beijing_and_never_slept_over(key: str) -> None:
    source = all_sources()[key]
    assert (source.lang, source.rhythm.zone) == ("zh", "Asia/Shanghai")
    assert isinstance(source.rhythm, Rhythm)
    assert source.rhythm.days == "every-day"
    assert set(source.covers) <= all_sources().keys()


@pytest.mark.parametrize(
    "hostile",
    [
        "<li><a href='/a'>公告</a><span>2025-10-09</span>" * 1500,
        "<ul class=liBox>" * 4000 + "<li><a href=/x>公告</a></li>",
        "<div class='art-con'>" * 3000 + "自2025年" * 20000,
        "<div class='my_doccontent'>" + "发布文号：" * 20000,
        "<div class='art-con'><p>" + "【发布单位】" * 20000 + "</p>" + "商务部公告" * 20000,
        "<script queryData='{" + "a" * 200000 + "'></script>" * 3,
        "<script queryData=\"{'tagId':'列表'}\"></script>" * 5000,
    ],
)
def test_a_page_made_to_hurt_does_not_keep_the_reader(hostile: str) -> None:
    body = f"<html><body>{hostile}</body></html>".encode()
    inside = json.dumps({"code": 200, "success": True, "data": {"html": hostile}}).encode()
    for key in ("mofcom-policy", "tariff-commission"):
        source, page, plan, _ = recorded(key, LISTS[key])
        item = item_of_article(key)
        for role in ("shell", "list 1"):
            tried(source, answered(page, body, role), plan, item)
    source, page, plan, _ = recorded("mofcom-policy", "list.json")
    tried(source, answered(page, inside, "list 1"), plan, item_of_article("mofcom-policy"))
