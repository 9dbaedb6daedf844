"""One Chinese notice at two, three or four official addresses is one act, whichever portal is read first; two notices never are.

The addresses, titles and numbers are recorded facts; the pages are ours, each in the shape of its portal.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.core.decide import Reason
from bot.core.topic import parse_topics
from tests.fakes.items import Ledger, desk, reasons
from tests.fakes.notice_pages import article, entry, listing, page, paragraphs
from tests.fakes.plans import plan_of
from watchers.chinese_notices import own_number
from watchers.chinese_numbers import notice_ref
from watchers.item import Item
from watchers.source import AnySource
from watchers.sources import mofcom_announcements, mofcom_export_control, mofcom_policy

pytestmark = pytest.mark.corpus

NOW = datetime(2025, 10, 10, 4, 0, tzinfo=UTC)
TOPICS = parse_topics(
    '[controls]\ntitle = "Controls"\nseverity = "urgent"\nany = ["出口管制", "公告", "不可靠实体清单"]\n',
    "made up",
)
DESK = desk("desk", "controls")
TEXT = "为维护国家安全和利益，根据《中华人民共和国出口管制法》等法律法规有关规定，经国务院批准，现将有关事项公告如下："
# The corpus names this one by its subject; its number is that of the act of the same address.
UNRELIABLE = {"MOFCOM-UEL-SKYDIO-11": "不可靠实体清单工作机制公告〔2025〕7号"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One address of a notice: its number as the issuer prints it, and its title without it."""

    url: str
    number: str
    title: str


def copies(corpus: Path) -> dict[str, list[Copy]]:
    with (corpus / "mofcom" / "notice_url_aliases.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    found: dict[str, list[Copy]] = defaultdict(list)
    for row in rows:
        found[row["notice_key"]].append(
            Copy(url=row["url"], number=number_of(row["notice_key"]), title=title_of(row["title_or_subject"]))
        )
    return dict(found)


def number_of(key: str) -> str:
    if key in UNRELIABLE:
        return UNRELIABLE[key]
    *issuer, year, number = key.split("-")
    return f"商务部{' 海关总署' if 'GAC' in issuer else ''}公告{year}年第{number}号"


def title_of(subject: str) -> str:
    return subject if subject.startswith(("关于", "不可靠", "暂停")) else f"关于对{subject}实施出口管制的公告"


# -- what each portal shows: the title in its list, and the page behind it


def shown(copy: Copy) -> tuple[AnySource, str, bytes]:
    """Return the source that reads a copy's portal, the title in its list, and its page."""
    parts = urlsplit(copy.url)
    host, path = parts.hostname or "", parts.path
    if host.startswith("exportcontrol."):
        return mofcom_export_control.SOURCE, copy.title, old_portal(copy)
    if host.startswith("aqygzj."):
        return mofcom_export_control.SOURCE, copy.title, article(copy.title, body(copy.number))
    if "/blgg/gg/" in path:
        title = f"{copy.number} {copy.title}"
        return mofcom_announcements.SOURCE, title, article(title, body())
    if "/zwgk/zcfb/" in path:
        title = f"{without_year_sign(copy.number)} {copy.title}"
        listed = copy.title if "工作机制" in copy.number else title
        return mofcom_policy.SOURCE, listed, article(listed, body(), head=labelled(copy))
    if "/zfxxgk/" in path:
        return mofcom_policy.SOURCE, copy.title, article(copy.title, body(), head=table(copy))
    if "/dwmygl/" in path:
        title = f"{copy.title}（{copy.number}）"
        return mofcom_policy.SOURCE, title, article(title, body())
    return mofcom_policy.SOURCE, copy.title, article(copy.title, body(*in_two_lines(copy.number)))


def without_year_sign(number: str) -> str:
    return number.replace("年第", "第")


def in_two_lines(number: str) -> tuple[str, ...]:
    issuer, kind, rest = number.partition("公告")
    return f"中华人民共和国{issuer}{kind}", rest


def body(*head: str) -> str:
    return paragraphs(*head, TEXT, "一、有关物项的出口应当申请许可。", "二、商务部公告2022年第31号同时废止。")


def labelled(copy: Copy) -> str:
    lines = (
        f"【发布单位】{copy.number.partition('公告')[0]}",
        f"【发布文号】{copy.number}",
        "【发文日期】2025年10月09日",
    )
    return f'<div class="art-con"><div class="art-con-gonggao">{paragraphs(*lines)}</div></div>'


def table(copy: Copy) -> str:
    cells = "<tr><td>索 引 号：</td><td>000</td><td>发文日期：</td><td>2025年10月09日</td></tr>"
    return f"<table>{cells}<tr><td>文　　号：</td><td>{copy.number}</td><td></td><td></td></tr></table>"


def old_portal(copy: Copy) -> bytes:
    text = f"<p>（{copy.number}）</p>{body()}<p>【打印】【关闭窗口】</p>"
    head = f"<div class='hd'><h1>{copy.title}</h1><p>文章来源：安全与管制局　文章类型：转载</p></div>"
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>中国出口管制信息网</title></head><body>"
        f"<div class='u-art-box'>{head}<div class='bd'><script>var title='';</script>{text}</div>"
        "<div class='u-disclaimer-box'>免责声明：仅供参考。</div></div></body></html>"
    ).encode()


def listed(copy: Copy) -> Item:
    """Return a copy as its portal's list has it."""
    source, title, _ = shown(copy)
    rows = listing(entry(title, copy.url, "2025-10-09"))
    asked = page(rows, f"{source.options().base_url}/gateway", role="list 1", type_="application/json")
    (item,) = source.read(asked, plan_of(source.options(), now=NOW)).items
    return item


def read(copy: Copy) -> Item:
    """Read a copy as the service does: the entry of its portal's list first, then its own page."""
    source, _, markup = shown(copy)
    assert source.article is not None
    return source.article.read(page(markup, copy.url), listed(copy), plan_of(source.options(), now=NOW))


def take(ledger: Ledger, item: Item) -> Reason:
    """Take in one item that is new today, and return what the desk was told of it."""
    taken = ledger.take(item, seen_at=NOW, complete_at=NOW, zone="Asia/Shanghai")
    return reasons(taken)["desk"]


def all_of(corpus: Path) -> dict[str, list[Item]]:
    return {key: [read(copy) for copy in each] for key, each in copies(corpus).items()}


# -- the aliases


def test_every_portal_is_among_the_addresses(corpus: Path) -> None:
    urls = [copy.url for each in copies(corpus).values() for copy in each]
    assert len(urls) == 13
    for place in (
        "/qdml/art/",
        "/zcfb/dwmygl/art/",
        "exportcontrol",
        "/zfxxgk/",
        "/zcfb/zc/art/",
        "/zwgk/zcfb/art/",
    ):
        assert any(place in url for url in urls), place


def test_every_copy_of_a_notice_has_the_reference_of_its_number(corpus: Path) -> None:
    for key, items in all_of(corpus).items():
        assert {item.ref for item in items} == {notice_ref(number_of(key))}
        assert all(item.aliases == (f"url:{item.url.partition('://')[2]}",) for item in items)


def test_two_notices_never_share_a_name(corpus: Path) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for key, items in all_of(corpus).items():
        for item in items:
            for name in (item.ref, *item.aliases):
                owners[name].add(key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {}


def test_whichever_portal_is_read_first_it_is_one_story_and_told_once(corpus: Path) -> None:
    for items in all_of(corpus).values():
        for order in permutations(items):
            ledger = Ledger(topics=TOPICS, channels=(DESK,))
            told = [take(ledger, item) for item in order]
            assert told == [Reason.FIRST, *[Reason.ALSO_AT] * (len(order) - 1)]
            (story,) = ledger.stories.values()
            assert {story.url, *(place.url for place in story.also)} == {item.url for item in items}


def test_a_copy_told_by_its_list_alone_keeps_its_story_once_its_number_is_known(corpus: Path) -> None:
    for each in copies(corpus).values():
        for order in permutations(each):
            ledger = Ledger(topics=TOPICS, channels=(DESK,))
            assert take(ledger, listed(order[0])) is Reason.FIRST
            take(ledger, read(order[0]))
            assert {take(ledger, read(copy)) for copy in order[1:]} <= {Reason.ALSO_AT}
            assert len(ledger.stories) == 1


def test_all_notices_together_are_as_many_stories(corpus: Path) -> None:
    found = all_of(corpus)
    ledger = Ledger(topics=TOPICS, channels=(DESK,))
    for item in (item for items in in_turns(found.values()) for item in items):
        take(ledger, item)
    assert len(ledger.stories) == len(ledger.alerts) == len(found)


def in_turns(groups: Iterable[list[Item]]) -> list[list[Item]]:
    """Return the first of each group, then the second of each, and so on."""
    groups = list(groups)
    return [
        [group[place] for group in groups if place < len(group)] for place in range(max(map(len, groups)))
    ]


# -- the numbers of the labelled acts

HAN = re.compile("[一-鿿]")
# Answers of a spokesperson that changed measures without a number of their own: all that they carry are others'.
WITHOUT_NUMBER = {
    "cn-mofcom-2025-05-14-list-pause",
    "cn-mofcom-2025-08-12-list-adjust",
    "cn-mofcom-2025-11-10-list-adjust",
}


def acts(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (corpus / "acts" / "acts.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        found[item["act"]].append(item)
    return found


def printed(item: dict[str, Any]) -> list[str]:
    return [number for number in item["refs"] if HAN.search(number)]


def own_refs(corpus: Path) -> dict[str, set[str | None]]:
    """Return the references of each act's own number, which is the first that an item carries."""
    return {
        act: refs
        for act, items in acts(corpus).items()
        if act not in WITHOUT_NUMBER
        and (refs := {notice_ref(printed(item)[0]) for item in items if printed(item)})
    }


def test_every_number_that_the_acts_carry_is_read(corpus: Path) -> None:
    numbers = {number for items in acts(corpus).values() for item in items for number in printed(item)}
    assert len(numbers) > 25
    assert {number for number in numbers if notice_ref(number) is None} == set()


def test_all_items_of_an_act_have_one_number_and_no_two_acts_have_the_same(corpus: Path) -> None:
    refs = own_refs(corpus)
    assert len(refs) > 25
    assert {act: found for act, found in refs.items() if len(found) != 1} == {}
    assert len({next(iter(found)) for found in refs.values()}) == len(refs)


def test_a_title_names_its_own_number_or_none(corpus: Path) -> None:
    refs = own_refs(corpus)
    for act, items in acts(corpus).items():
        for item in items:
            named = own_number(item["title"]) if item["lang"] == "zh" else None
            assert named is None or {named[0]} == refs.get(act), item["item_id"]
