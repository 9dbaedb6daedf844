"""Pages opened: what is refused, what is read, and the words and addresses in them."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.errors import Blocked, NotSane, SourceError, TooLarge, Truncated
from watchers.markup import absolute, base_of, looks_garbled, open_html, parse, plain_title, visible_text
from watchers.source import Page, Request

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ADDRESS = "https://www.bis.gov/news/updates"
TITLE = "商务部公告2025年第61号 公布对境外相关稀土物项实施出口管制的决定"
ITEMS = "".join(
    f"<li><a href=/n/{number}>Notice number {number} of the Bureau</a></li>" for number in range(20)
)


def page(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> Page:
    raw = body.encode() if isinstance(body, str) else body
    headers = {"content-type": content_type}
    return Page(
        request=Request(url=ADDRESS), url=ADDRESS, status=200, headers=headers, body=raw, fetched_at=NOW
    )


def document(body: str, title: str = "News", head: str = "") -> Page:
    return page(f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>")


# -- pages that are what they should be


def test_a_page_is_opened() -> None:
    assert open_html(document(f"<ul>{ITEMS}</ul>")).css("li a")[0].attributes["href"] == "/n/0"


@pytest.mark.parametrize("label", ["gb2312", "utf-8"])
def test_a_page_is_read_in_its_own_charset(label: str) -> None:
    text = f'<html><head><meta charset="{label}"></head><body><p>{TITLE}</p></body></html>'
    assert open_html(page(text.encode(label), "text/html")).css("p")[0].text() == TITLE


@pytest.mark.parametrize(
    "body",
    [
        f"<p>The firm was told that access denied to it once is access denied for good.</p><ul>{ITEMS}</ul>",
        f"<h1>Market access denied</h1><script src=/recaptcha/api.js></script><p>{'A long text of the rule. ' * 30}</p>",
        f"<p>{TITLE}</p><script src=/js/captcha.js></script><p>{'各有关单位应当遵守本公告。' * 6}</p>",
        f"<form><input name=user><input type=password></form><ul>{ITEMS}</ul>",
        f"<p>Just a moment of your time. {'Please read what follows. ' * 40}</p>",
    ],
)
def test_pages_that_speak_of_what_check_pages_say_are_pages(body: str) -> None:
    assert open_html(document(body, title="Market Access Denied - USTR")).body is not None


def test_a_page_made_in_the_browser_is_opened_and_has_nothing() -> None:
    shell = document("<div id=root></div><script src=/app.js></script>")
    assert visible_text(open_html(shell).css("body")[0]) == ""


def test_a_part_of_a_page_need_not_end() -> None:
    part = page(f"<html><body><ul>{ITEMS}")
    assert len(open_html(part, whole=False).css("li")) == 20
    assert len(open_html(page(f"<ul>{ITEMS}")).css("li")) == 20  # it does not begin like a page either


# -- pages that are not


@pytest.mark.parametrize(
    "refusal",
    [
        document("<div id=cf></div><noscript>Enable JavaScript</noscript>", title="Just a moment..."),
        document(
            "<h1>Access Denied</h1><p>You don't have permission to access this page.</p>",
            title="Access Denied",
        ),
        document(
            f"<p>{'Automated access is limited here. ' * 25}</p>", title="Federal Register :: Request Access"
        ),
        document(
            "<script>x=1</script>", head="<meta http-equiv=refresh content=\"5; URL='/?bm-verify=AAQA'\">"
        ),
        document("<script>document.cookie='__jsl_clearance='+1</script>", title=""),
        document("<p>Please solve the CAPTCHA to go on.</p>"),
        page("<html><head><script>var _a=1</script></head><body></body></html>"),
        document(
            "<form><input name=user><input type=PassWord><a href=/forgot>Forgotten?</a></form>",
            title="Sign in",
        ),
    ],
)
def test_a_check_or_a_login_page_is_a_refusal(refusal: Page) -> None:
    with pytest.raises(Blocked) as raised:
        open_html(refusal)
    assert raised.value.url == ADDRESS


@pytest.mark.parametrize("body", [b"", b"  \r\n "])
def test_an_empty_body_ended_early(body: bytes) -> None:
    with pytest.raises(Truncated, match="empty body"):
        open_html(page(body))


@pytest.mark.parametrize(
    "cut",
    [f"<!DOCTYPE html><html><head><title>x</title></head><body><ul>{ITEMS}<li><a hr", f"<html><body>{ITEMS}"],
)
def test_a_page_without_its_end_ended_early(cut: str) -> None:
    with pytest.raises(Truncated, match="in the middle: neither </body> nor </html>"):
        open_html(page(cut))


@pytest.mark.parametrize(
    "body",
    [
        *('{"html": "<p>x</p>"}', '[{"a": "<b>"}]', "No such page", "%PDF-1.7 x", "\ufeff{}"),
        *('<?xml version="1.0"?><rss><channel/></rss>', "<feed xmlns='x'/>"),
    ],
)
def test_what_is_no_web_page_is_not_sane(body: str) -> None:
    with pytest.raises(NotSane):
        open_html(page(body))


def test_text_in_no_encoding_is_not_sane_and_says_where() -> None:
    with pytest.raises(NotSane) as raised:
        open_html(page(b"<html>\xff\xff\x80\x00\xff</html>"))
    assert raised.value.url == ADDRESS


def test_more_tags_than_any_page_has_are_too_large() -> None:
    with pytest.raises(TooLarge):
        open_html(document("<b>" * 300_001))


def test_a_hostile_page_is_opened_like_any_other() -> None:
    tree = open_html(
        document("<div>" * 100_000 + "<a " + " ".join(f"a{n}" for n in range(50_000)) + f">x</a>{ITEMS}")
    )
    assert "Notice number 19" in visible_text(tree.css("body")[0])


TAGS = (
    "<html>",
    "</html>",
    "<body>",
    "<p>",
    "<title>",
    "</title>",
    "<script>",
    "<input type=password>",
    "<a href=",
)
SCRAPS = st.sampled_from(
    (*TAGS, "<!--", "{", "\0", "部", "</", "<table>", "<?xml?>", "<rss>", "Just a moment", "captcha")
)


@given(
    st.binary(max_size=300) | st.lists(SCRAPS, max_size=20).map(lambda one: "".join(one).encode()),
    st.booleans(),
)
def test_nothing_but_source_errors_come_out(body: bytes, whole: bool) -> None:
    with contextlib.suppress(SourceError):
        open_html(page(body, "text/html"), whole=whole)


# -- words


def test_text_is_read_from_an_element_and_from_markup() -> None:
    assert visible_text("<p>商务<b>部</b></p><p>two<br>lines &amp; more</p>") == "商务部\n\ntwo\nlines & more"
    assert visible_text(parse("<p>x</p>").css("p")[0]) == "x"
    assert visible_text("plain text") == "plain text"
    assert visible_text("") == ""


@given(st.text(max_size=200))
def test_plain_text_stays_as_it_is_but_for_blanks(text: str) -> None:
    kept = "".join(char for char in text if char.isalnum())
    said = visible_text(text.replace("<", " ").replace("&", " "))
    assert "".join(char for char in said if char.isalnum()) == kept.encode(
        "utf-8", "replace"
    ).decode().replace("?", "")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("&lt;p&gt;Final Rule&lt;/p&gt;", "Final Rule"),
        ("&amp;lt;b&amp;gt;Final&amp;lt;/b&amp;gt; Rule", "Final Rule"),
        ("A <b>bold</b> m<i>o</i>ve<br/>now", "A bold move now"),
        ("AT&amp;amp;T &amp; others", "AT&T & others"),
        ("a < b > c, goods <$800, <Draft>", "a < b > c, goods <$800, <Draft>"),
        ("x<script>alert(1)</script><!-- no -->y", "xy"),
        ("商务<b>部</b>\u202e公告\u3000第61号\ufeff", "商务部公告 第61号"),
        ("tab\there\x00and\x85there", "tab here and there"),
        ("  ", ""),
    ],
)
def test_a_title_is_one_line_of_plain_text(text: str, title: str) -> None:
    assert plain_title(text) == title


def test_a_long_title_is_cut_at_a_word() -> None:
    title = plain_title("word " * 200)
    assert title.endswith("word…")
    assert len(title) <= 500
    assert plain_title("部" * 600) == "部" * 499 + "…"
    assert plain_title("a" * 500) == "a" * 500


@given(st.text(max_size=1200) | st.text(alphabet="<>&;ltgtamp#bi/ x", max_size=600))
def test_any_title_is_short_and_printable(text: str) -> None:
    title = plain_title(text)
    assert len(title) <= 500
    assert title == " ".join(title.split())
    assert not any(char in title for char in "\n\t\0\u202e\u200b\ufeff\x1b")


@pytest.mark.parametrize("piece", ["<b ", "<script>", "<!--", "&", "&#", "&#1", "</", "<p"])
def test_a_hostile_title_takes_no_longer_than_its_length(piece: str) -> None:
    assert len(plain_title(piece * 200_000)) <= 500
    assert len(plain_title("&#" + "9" * 9000 + ";")) <= 500


@pytest.mark.parametrize(
    "wrong",
    [
        TITLE.encode().decode("latin-1"),
        TITLE.encode().decode("cp1252", "replace"),
        TITLE.encode().decode("gb18030", "replace"),
        TITLE.encode("gbk").decode("latin-1"),
        TITLE.encode("gbk").decode("utf-8", "replace"),
        "The Bureau’s rule – “final”".encode().decode("cp1252", "replace"),
        "锟斤拷锟斤拷锟斤拷",
        "\ue001\ue002\ue003\ue004",
    ],
)
def test_text_in_the_wrong_charset_is_noticed(wrong: str) -> None:
    assert looks_garbled(wrong)
    assert looks_garbled(wrong * 3000)


@pytest.mark.parametrize(
    "right",
    [
        *(
            TITLE,
            TITLE * 500,
            "",
            "plain",
            "The Bureau’s “final” rule – effective…",
            "Décision à l’été: «être», Forêt ÇA",
        ),
        *(
            "税委会公告2025年第4号　关于调整部分商品关税",
            "經濟部公告對稀土出口管制",
            "Ökonomische Maßnahmen über Zölle",
        ),
        *(
            "Home \ue001 About \ue002 News \ue003 and much more to read",
            "One lost \ufffd sign",
            "Â\u00a0Notice of the rule",
        ),
        f"Commerceâ€™s rule {'goes on for long ' * 30}",
    ],
)
def test_text_in_the_right_charset_is_let_be(right: str) -> None:
    assert not looks_garbled(right)


@given(st.text(max_size=100))
def test_no_text_is_too_strange_to_be_judged(text: str) -> None:
    assert looks_garbled(text) in (True, False)


# -- addresses


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/press-release/x", "https://www.bis.gov/press-release/x"),
        ("art/t20251009_1.htm", "https://www.bis.gov/news/art/t20251009_1.htm"),
        ("./a.html", "https://www.bis.gov/news/a.html"),
        ("/a/../b", "https://www.bis.gov/b"),
        ("?page=2", "https://www.bis.gov/news/updates?page=2"),
        ("//media.bis.gov/x", "https://media.bis.gov/x"),
        (" \n/a\n/b ", "https://www.bis.gov/a/b"),
        ("/a b/公告.pdf?q=关税", "https://www.bis.gov/a%20b/%E5%85%AC%E5%91%8A.pdf?q=%E5%85%B3%E7%A8%8E"),
        ("/a%20b?x=%E5&y=a+b", "https://www.bis.gov/a%20b?x=%E5&y=a+b"),
        ("http://www.mofcom.gov.cn/art/1.html#part", "http://www.mofcom.gov.cn/art/1.html#part"),
        ("https://例え.jp/x", "https://xn--r8jz45g.jp/x"),
        ("\\a\\b", "https://www.bis.gov/a/b"),
    ],
)
def test_a_link_leads_to_one_whole_address(href: str, url: str) -> None:
    assert absolute(ADDRESS, href) == url
    assert absolute(ADDRESS, url) == url


@pytest.mark.parametrize(
    "href",
    [
        *(
            "",
            "  ",
            "#top",
            "/news/updates#top",
            "javascript:void(0)",
            "JaVaScRiPt:x",
            "java\nscript:x",
            "mailto:a@b.gov",
        ),
        *(
            "tel:1",
            "data:text/html,x",
            "ftp://x.gov/",
            "http://user:word@x.gov/",
            "http://[::1",
            "http://x:99999/",
        ),
        *("http:///x/y", "a:b", "http://\u2100.gov/", "/" + "a" * 5000),
    ],
)
def test_a_link_to_no_other_page_is_none(href: str) -> None:
    assert absolute(ADDRESS, href) is None


def test_links_are_relative_to_the_base_that_the_page_names() -> None:
    assert base_of(parse("<base href='/other/'>"), ADDRESS) == "https://www.bis.gov/other/"
    assert base_of(parse("<base target=_top><base href='https://x.gov/'>"), ADDRESS) == "https://x.gov/"
    assert base_of(parse("<base href='javascript:x'>"), ADDRESS) == ADDRESS
    assert base_of(parse("<p>"), ADDRESS) == ADDRESS


@given(st.text(max_size=60) | st.text(alphabet="/:.?#@[]%\\ahtp1", max_size=40), st.text(max_size=20))
def test_no_address_is_too_strange(href: str, base: str) -> None:
    for start in (ADDRESS, base, "https://" + base):
        url = absolute(start, href)
        assert url is None or (url.startswith(("http://", "https://")) and url.isascii() and " " not in url)


@pytest.mark.parametrize("piece", ["a/", "/", "../", "?", "%", ":", "\\"])
def test_a_hostile_address_takes_no_longer_than_its_length(piece: str) -> None:
    absolute(ADDRESS, "/" + piece * (4000 // len(piece)) + "!")
