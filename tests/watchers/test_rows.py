"""Rows of lists, read by selectors."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from watchers.markup import check_selector, parse
from watchers.rows import Row, read_blocks, select_rows

ADDRESS = "https://www.example.gov/news/"
TITLES = ("Final Duties on Steel", "Proposed Entity List Additions", "Notice on Rare Earths")


def day(number: int) -> date:
    return date(2026, 7, 28 - number)


def said(number: int) -> str:
    return f"July {28 - number}, 2026"


def rows(main: str, row: str, **options: str) -> tuple[Row, ...]:
    return select_rows(parse(main), ADDRESS, row=row, **options)  # type: ignore[arg-type]


def one(main: str, row: str = ".r", **options: str) -> Row:
    (found,) = rows(main, row, **options)
    return found


def test_a_row_is_where_it_leads_its_title_its_date_and_the_rest() -> None:
    main = "<span>News</span><a href=rule.html>A  new <b>rule</b></a><i>July 28, 2026</i><p>It adds one name.</p>"
    assert one(f"<div class=r>{main}</div>") == Row(
        url="https://www.example.gov/news/rule.html",
        title="A new rule",
        on=date(2026, 7, 28),
        at=None,
        text="News It adds one name.",
    )


def test_rows_that_lead_nowhere_are_passed_over() -> None:
    main = "<li>July 1, 2026</li><li><a href='javascript:x()'>A</a></li><li><a href=#b>B</a></li><li><a href=/c></a></li>"
    assert rows(f"<ul>{main}<li><a href=/d>D</a></li></ul>", "li") == (
        Row(url="https://www.example.gov/d", title="D", on=None, at=None, text=""),
    )


def test_the_same_address_twice_is_one_row_the_dated_one_with_the_longer_title() -> None:
    main = "<li><a href=/a>A rule of some length</a></li><li><a href=/b>B</a></li><li><a href=/a>A rule</a> 2026-07-28</li>"
    assert [(row.title, row.on) for row in rows(main, "li")] == [("A rule", day(0)), ("B", None)]
    main = "<li><a href=/a>A rule</a></li><li><a href=/a>A rule of some length</a></li>"
    assert [row.title for row in rows(main, "li")] == ["A rule of some length"]


def test_links_are_relative_to_the_base_of_the_page() -> None:
    assert (
        one("<base href=/other/><div class=r><a href=a>A</a></div>").url == "https://www.example.gov/other/a"
    )


def test_selectors_for_link_title_and_date_are_obeyed() -> None:
    main = (
        "<div class=r><a href=/cat>A category with a long name</a><a class=l href=/a>More</a>"
        "<b class=t>The title</b><u>2026-07-01</u><u class=d>02/07/2026</u></div>"
    )
    row = one(main, link="a.l", title=".t", date=".d", order="dmy")
    assert (row.url, row.title, row.on) == ("https://www.example.gov/a", "The title", date(2026, 7, 2))
    assert one(main, date=".nothing").on is None


def test_the_link_that_other_rows_have_too_is_not_the_title() -> None:
    category = "<a href=/cat>Sanctions List Updates and Removals</a>"
    main = "".join(f"<div class=r>{category}<a href=/n/{n}>Iran</a> {said(n)}</div>" for n in range(3))
    assert [(row.url[-4:], row.title, row.text) for row in rows(main, ".r")] == [
        (f"/n/{n}", "Iran", "Sanctions List Updates and Removals") for n in range(3)
    ]


def test_a_link_in_a_heading_goes_before_a_longer_one() -> None:
    main = (
        "<div class=r><a href=/x>A very long text about something else</a><h3><a href=/a>Title</a></h3></div>"
    )
    assert one(main).url.endswith("/a")


@pytest.mark.parametrize(
    ("main", "title"),
    [
        ("<h3>The title</h3><a href=/a>Read more</a>", "The title"),
        ("<a href=/a aria-label='Read more about The title'>Read more</a>", "The title"),
        ("<a href=/a><img alt='The title'></a>", "The title"),
        (
            "<a href=/a title='商务部公告2025第61号 公布决定'>商务部公告2025第61号…</a>",
            "商务部公告2025第61号 公布决定",
        ),
        ("<a href=/a title='Opens in a new window'>The title</a>", "The title"),
        (
            "<a href=/a><span>News</span><h3>The title</h3><p>Words</p><span>July 28, 2026</span></a>",
            "The title",
        ),
        (
            "<a href=/a><div>News</div><div>The title of it</div><p>More words than before</p></a>",
            "The title of it",
        ),
        ("<a href=/a>The title<span>2026-07-28</span></a>", "The title"),
        ("<a href=/a>[2026-07-28] The title</a>", "The title"),
        ("<a href=/a>July 28, 2026</a><a href=/a>The title</a>", "The title"),
        ("<a href=/a>商务<b>部</b>公告</a>", "商务部公告"),
        ("<a href=/a>&lt;p&gt;The title&lt;/p&gt;</a>", "The title"),
    ],
)
def test_the_title_is_what_a_reader_would_take_for_it(main: str, title: str) -> None:
    assert one(f"<div class=r>{main}</div>").title == title


@pytest.mark.parametrize(
    "when",
    [
        *(
            "<span>[2026-07-28]</span>",
            "<p>Posted: July 28, 2026</p>",
            "July 28, 2026 -",
            "<td>28 July 2026</td>",
        ),
        *(
            "<p>来源：商务部 发布时间：2026-07-28</p>",
            "<p>Press Office | July 28, 2026</p>",
            "<i>Jul 28</i> <p>2026</p>",
        ),
        *("<time datetime=2026-07-28>last week</time>", "<time datetime=2026-07-28T12:00:00Z></time>"),
        *(
            "<time datetime=2026-07-29T01:30:00Z>July 28, 2026</time>",
            "<p>Effective July 1, 2027</p><i>2026-07-28</i>",
        ),
    ],
)
def test_the_date_is_one_that_stands_apart(when: str) -> None:
    row = one(f"<div class=r><a href=/a>Notice of January 2, 2025</a>{when}</div>")
    assert row.on == date(2026, 7, 28)
    assert row.at is None or when.count("01:30")


OTHER_LABELS = (
    *(
        "Effective",
        "Effective date",
        "Date effective",
        "Comments due",
        "Public comment period closes",
        "Comments due by",
    ),
    *(
        "Deadline",
        "Application deadline",
        "Hearing",
        "Hearing date",
        "Updated",
        "Last updated on",
        "Modified",
    ),
    *("Expires", "Expiration date", "Valid until", "Ends", "Due", "截止日期", "生效日期"),
)


@pytest.mark.parametrize("label", OTHER_LABELS)
@pytest.mark.parametrize(
    "markup",
    [
        "<p>{}: July 31, 2026</p>",
        "<p>{} - July 31, 2026</p>",
        "<p>Office of Lists | {}: Friday, July 31, 2026</p>",
        "<b>{}:</b> July 31, 2026",
        "<span>{}: <time datetime=2026-07-31>July 31, 2026</time></span>",
        "<time datetime=2026-07-31T15:04:00Z>{}: July 31, 2026</time>",
        "<span>{}:</span><span>Jul 31</span><span>2026</span>",
    ],
)
def test_a_date_with_the_label_of_another_day_is_not_the_rows(label: str, markup: str) -> None:
    other = markup.format(label)
    alone = one(f"<div class=r><a href=/a>The title of a rule</a>{other}</div>")
    assert (alone.title, alone.on, alone.at) == ("The title of a rule", None, None)
    for own in ("<span>July 28, 2026</span>", "<p>Published: July 28, 2026</p>", "<time>2026-07-28</time>"):
        for when in (own + other, other + own):
            assert one(f"<div class=r><a href=/a>The title of a rule</a>{when}</div>").on == date(2026, 7, 28)


def test_of_two_dates_in_a_piece_the_one_without_the_label_of_another_day_is_the_rows() -> None:
    row = one(
        "<div class=r><a href=/a>T</a><p>Effective: July 31, 2026 | Published: July 28, 2026 9:30 AM EDT</p></div>"
    )
    assert (row.on, row.at) == (date(2026, 7, 28), datetime(2026, 7, 28, 13, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "when",
    [
        "<p>Updated Guidance — July 28, 2026</p>",
        "<p>Comments on Chips - July 28, 2026</p>",
        "<span class=tag>Hearing</span><span>July 28, 2026</span>",
        "<span class=tag>Public Comment</span><time datetime=2026-07-28T10:00:00-04:00>July 28, 2026</time>",
        "<span class=tag>Update</span><time datetime=2026-07-28>July 28, 2026</time>",
        "<span class=tag>Amended</span><span>July 28, 2026</span>",
        "<p>Release Date: 2026-07-28</p>",
    ],
)
def test_a_kind_or_a_subject_is_no_label_of_another_day(when: str) -> None:
    assert one(f"<div class=r><a href=/a>The title of a rule</a>{when}</div>").on == date(2026, 7, 28)


@pytest.mark.parametrize(
    "prose", ["The rule takes effect on July 28, 2026.", "It applies from July 28, 2026 on for a year"]
)
def test_a_date_in_a_sentence_or_in_the_title_is_not_taken_for_the_rows(prose: str) -> None:
    row = one(f"<div class=r><a href=/a>Notice of October 9, 2025</a><p>{prose}</p></div>")
    assert row.on is None
    assert row.text == prose


@pytest.mark.parametrize(
    "path", ["/2026/07/28/rule", "/recent-actions/20260728_33", "/202607/t20260728_3973.htm"]
)
def test_a_date_in_the_address_is_the_last_resort(path: str) -> None:
    assert one(f"<div class=r><a href={path}>Title</a></div>").on == date(2026, 7, 28)
    assert one(f"<div class=r><a href={path}>Title</a><i>2026-07-29</i></div>").on == date(2026, 7, 29)


@pytest.mark.parametrize(
    ("when", "zone", "at"),
    [
        ("2026-07-28 09:00", "Asia/Shanghai", datetime(2026, 7, 28, 1, tzinfo=UTC)),
        ("2026-07-28 09:00", None, None),
        ("07/28/2026 05:26 PM EDT", None, datetime(2026, 7, 28, 21, 26, tzinfo=UTC)),
        (
            "<time datetime='2026-07-28T15:31:00-04:00'>July 28, 2026</time>",
            None,
            datetime(2026, 7, 28, 19, 31, tzinfo=UTC),
        ),
        ("<time datetime='2026-07-28T04:00:00Z'>July 28, 2026</time>", "America/New_York", None),
        ("<time datetime='2026-07-28T12:00:00Z'>July 28, 2026</time>", "America/New_York", None),
        ("July 28, 2026", "America/New_York", None),
        (
            "<time datetime='2026-07-29T01:30:00Z'>July 28, 2026</time>",
            "America/New_York",
            datetime(2026, 7, 29, 1, 30, tzinfo=UTC),
        ),
        ("<time datetime='2026-07-29T01:30:00Z'>July 28, 2026</time>", None, None),
        ("<time datetime='2026-07-30T15:04:05Z'>July 28, 2026</time>", "America/New_York", None),
        ("July 28, 2026 11:30 PM PDT", "America/New_York", None),
    ],
)
def test_an_instant_needs_a_clock_and_a_zone(when: str, zone: str | None, at: datetime | None) -> None:
    row = select_rows(parse(f"<p class=r><a href=/a>T</a> {when}</p>"), ADDRESS, row=".r", zone=zone)[0]
    assert (row.on, row.at) == (date(2026, 7, 28), at)


def test_an_instant_of_another_day_is_of_something_else_also_in_blocks() -> None:
    tree = parse("<p><a href=/a>T</a> <time datetime='2026-07-29T01:30:00Z'>July 28, 2026</time></p>")
    days = {
        zone: read_blocks(tree, ADDRESS, tree.css("p"), zone=zone)[0].at
        for zone in ("America/New_York", "Asia/Shanghai")
    }
    assert days == {"America/New_York": datetime(2026, 7, 29, 1, 30, tzinfo=UTC), "Asia/Shanghai": None}


def test_what_follows_a_term_or_a_heading_belongs_to_it() -> None:
    listed = "".join(
        f"<dt><a href=/{n}>{TITLES[n]}</a></dt><dd>{said(n)}</dd><dd>Words {n}</dd>" for n in range(3)
    )
    expected = [(day(n), f"Words {n}") for n in range(3)]
    assert [(row.on, row.text) for row in rows(f"<dl>{listed}</dl>", "dt")] == expected
    listed = "".join(
        f"<h3><a href=/{n}>{TITLES[n]}</a></h3><p>{said(n)}</p><p>Words {n}</p>" for n in range(3)
    )
    assert [(row.on, row.text) for row in rows(listed, "h3")] == expected


def test_dates_before_headings_are_not_given_to_the_one_before() -> None:
    listed = "".join(f"<p>{said(n)}</p><h3><a href=/{n}>{TITLES[n]}</a></h3>" for n in range(3))
    assert [row.on for row in rows(listed, "h3")] == [None, None, None]


def test_what_is_hidden_is_not_read() -> None:
    row = one("<div class=r><a href=/a>T</a><p hidden>2020-01-01 no</p><p>yes</p></div>")
    assert (row.on, row.text) == (None, "yes")


@pytest.mark.parametrize(
    "css", ["", "  ", "li >", "a[", "li::before", ":nonsense", "123", "> a", "a" * 600, "\ud800"]
)
def test_a_bad_selector_is_a_mistake_of_the_configuration(css: str) -> None:
    with pytest.raises(ValueError, match="selector"):
        check_selector(css)
    with pytest.raises(ValueError, match="selector"):
        rows("<li><a href=/a>A</a></li>", css)


@pytest.mark.parametrize(
    "css", ["li", "ul.a > li, ol li", "li:has(a[href])", "[class*='conList_ul' i] li", "li:nth-child(2n+1)"]
)
def test_a_good_selector_is_let_be(css: str) -> None:
    check_selector(css)


def test_blocks_are_read_as_the_selector_that_names_them() -> None:
    tree = parse("<dl><dt><a href=/a>A</a></dt><dd>2026-07-28</dd></dl>")
    assert read_blocks(tree, ADDRESS, tree.css("dt")) == select_rows(tree, ADDRESS, row="dt")
    assert read_blocks(tree, ADDRESS, []) == ()


@pytest.mark.corpus
def test_the_recorded_list_of_a_newsroom_is_read(corpus: Path) -> None:
    tree = parse((corpus / "us_press" / "fapd_dhs-newsroom.html").read_text(encoding="utf-8"))
    first, second = select_rows(tree, "https://www.dhs.gov/news-releases", row="li.usa-collection__item")
    assert first.title == "DHS Announces the Addition of 43 Companies to the UFLPA Entity List"
    assert (first.on, second.on) == (date(2026, 7, 31), date(2026, 7, 30))
