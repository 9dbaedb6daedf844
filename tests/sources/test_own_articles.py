"""The articles of the operator's own feeds and pages: read twice they are the same, and no page trips their reader."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import feed_pages
from tests.fakes.plans import plan_of
from watchers.errors import SourceError, WrongCharset
from watchers.item import Item
from watchers.recording import item_of
from watchers.registry import all_builders
from watchers.source import HTML, Article, Page, Request

HERE = Path(__file__).parent


def article(name: str) -> tuple[Article[Any], Page, Item, Any]:
    """Return a recorded article's reader, page, item, and the options of its source."""
    path = HERE / name
    case = json.loads(path.with_suffix(".case.json").read_text(encoding="utf-8"))
    builder, item = all_builders()[path.parent.name], item_of(case)
    options = builder.options(**{**case["options"], "body": tuple(case["options"].get("body", ()))})
    reader = builder.make("mine", options).article
    assert reader is not None
    return reader, feed_pages.page(path.read_bytes(), case["content_type"], item.url), item, options


@pytest.mark.parametrize(
    "name",
    [
        "feed/article.html",
        "feed/article_found_by_itself.html",
        "feed/article_gb18030.html",
        "page/article.html",
    ],
)
def test_an_article_read_twice_is_the_same(name: str) -> None:
    reader, page, item, options = article(name)
    once = reader.read(page, item, plan_of(options))
    assert once.body
    assert reader.read(page, once, plan_of(options)) == once
    assert replace(once, body=item.body, links=item.links) == item


def test_a_file_is_no_page_to_read_an_article_on() -> None:
    reader, _, item, options = article("page/article.html")
    assert reader.request(item, options) == Request(url=item.url, accept=HTML, role="article")
    assert reader.request(replace(item, url="https://a.example/annex.docx"), options) is None


def test_a_garbled_article_is_refused() -> None:
    reader, page, item, options = article("feed/article_gb18030.html")
    garbled = page.body.decode("gb18030").encode().decode("cp1252", "replace").replace("gb2312", "utf-8")
    with pytest.raises(WrongCharset):
        reader.read(replace(page, body=garbled.encode()), item, plan_of(options))


@given(st.sampled_from(["feed/article.html", "page/article.html"]), st.data())
@settings(max_examples=40)
def test_a_mutated_article_raises_nothing_but_source_errors(name: str, data: st.DataObject) -> None:
    reader, page, item, options = article(name)
    cut = data.draw(st.integers(0, len(page.body)))
    behind = cut + data.draw(st.integers(0, 300))
    body = page.body[:cut] + data.draw(st.binary(max_size=30)) + page.body[behind:]
    with suppress(SourceError):
        assert reader.read(replace(page, body=body), item, plan_of(options)).body
