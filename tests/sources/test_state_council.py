"""The State Council's file of policies: the newest of many entries, whatever their order, and what an entry may lack."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.fakes.notice_pages import page, paragraphs
from tests.fakes.plans import plan_of
from watchers.errors import Empty, NotSane, Redesigned
from watchers.item import DateKind, Item, Ref
from watchers.source import Found
from watchers.sources.state_council import SOURCE, Options

NOON = datetime(2025, 3, 25, 4, 0, tzinfo=UTC)
FILE = Options().base_url


def entry(number: int, **changed: Any) -> dict[str, Any]:
    day = date(2025, 3, 24) - timedelta(days=number // 3)
    said = {"TITLE": f"国务院关于第{number}项工作的通知", "SUB_TITLE": "", "DOCRELPUBTIME": day.isoformat()}
    return said | {"URL": f"https://www.gov.cn/zhengce/content/202503/content_{number}.htm"} | changed


def read(entries: Any, **options: Any) -> Found:
    body = json.dumps(entries, ensure_ascii=False).encode()
    asked = page(body, FILE, role="list", type_="application/json")
    return SOURCE.read(asked, plan_of(Options(**options), now=NOON))


def test_the_file_is_asked_for_only_if_it_changed() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    assert (request.url, request.accept, request.conditional) == (FILE, "application/json", True)


def test_the_newest_are_read_whatever_their_order() -> None:
    entries = [entry(number) for number in range(1100)]
    shuffled = random.Random(5).sample(entries, len(entries))
    found = read(shuffled)
    assert len(found.items) == 60
    assert {item.key for item in found.items} == {item.key for item in read(entries).items}
    assert min(item.official_on or date.max for item in found.items) == date(2025, 3, 24) - timedelta(days=19)
    assert found.total is None


def test_how_many_can_be_configured() -> None:
    assert len(read([entry(number) for number in range(30)], limit=7).items) == 7


def test_relative_addresses_and_foreign_ones_are_whole() -> None:
    found = read([entry(1, URL="/zhengce/a.htm"), entry(2, URL="http://www.mof.gov.cn/b.htm")])
    assert [item.url for item in found.items] == [
        "https://www.gov.cn/zhengce/a.htm",
        "http://www.mof.gov.cn/b.htm",
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (entry(9, TITLE=" "), "no title"),
        (entry(9, URL="javascript:void(0)"), "no address"),
        (entry(9, TITLE=7), "Expected `str`, got `int` - at `$.TITLE`"),
        ("a text", "Expected `object`, got `str`"),
    ],
)
def test_a_bad_entry_is_said_and_the_others_are_read(broken: Any, reason: str) -> None:
    found = read([entry(1), broken, entry(2)])
    assert len(found.items) == 2
    assert [(problem.record, problem.reason) for problem in found.problems] == [("entry 2", reason)]


@pytest.mark.parametrize("before", [0, 1, 30])
def test_an_entry_without_a_day_is_as_new_as_its_place_in_the_file(before: int) -> None:
    rest = [entry(number) for number in range(100)]
    found = read([*rest[:before], entry(100, DOCRELPUBTIME=""), *rest[before:]])
    assert "https://www.gov.cn/zhengce/content/202503/content_100.htm" in {item.key for item in found.items}


def test_old_entries_without_a_day_push_out_nothing_new() -> None:
    newest = [entry(number) for number in range(5)]
    found = read([*newest, *(entry(number, DOCRELPUBTIME="") for number in range(5, 200))])
    assert {item.key.rpartition("_")[2] for item in found.items} >= {f"{number}.htm" for number in range(5)}


@pytest.mark.parametrize(
    ("entries", "error"),
    [([], Empty), ({"data": []}, NotSane), ([{"title": "条目"}] * 3, Redesigned), ([1, 2], Redesigned)],
)
def test_a_file_that_is_no_list_of_policies_is_an_error(entries: Any, error: type[NotSane]) -> None:
    with pytest.raises(error):
        read(entries)


def in_full(item: Item, above: str, *lines: str) -> Item:
    text = f'<div id="UCAP-CONTENT">{paragraphs(*lines)}</div>'
    head = '<meta name="firstpublishedtime" content="2025-03-24-17:05:00">'
    body = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{above}{text}</body></html>"
    assert SOURCE.article is not None
    return SOURCE.article.read(page(body.encode(), item.url), item, plan_of(Options(), now=NOON))


ORDER = ("《实施〈中华人民共和国反外国制裁法〉的规定》已经国务院批准，现予公布，自公布之日起施行。", "总理")


@pytest.mark.parametrize(
    ("above", "head"),
    [
        ("<table><tr><td><b>发文字号：</b></td><td>国令第803号</td></tr></table>", ()),
        ("", ("中华人民共和国国务院令", "第803号")),
        ("", ("中华人民共和国国务院令（第803号）",)),
        ("", ("国令第803号",)),
    ],
)
def test_an_order_has_its_number_from_the_table_or_the_head(above: str, head: tuple[str, ...]) -> None:
    item = in_full(read([entry(1)]).items[0], above, *head, *ORDER)
    assert (item.ref, item.kind) == ("state-council:order:803", "Order")
    assert item.official_at == datetime(2025, 3, 24, 9, 5, tzinfo=UTC)
    assert [(legal.kind, legal.on) for legal in item.dates] == [(DateKind.EFFECTIVE, date(2025, 3, 24))]


def test_a_number_of_another_series_is_kept_and_makes_no_reference() -> None:
    above = "<table><tr><td>发文机关：</td><td>国务院办公厅</td><td>发文字号：</td><td>国办发〔2025〕5号</td></tr></table>"
    item = in_full(read([entry(1)]).items[0], above, *ORDER)
    assert item.ref.startswith("url:")
    assert item.refs == (Ref(kind="notice", value="国办发〔2025〕5号"),)
    assert [agency.name for agency in item.agencies] == ["国务院办公厅"]
