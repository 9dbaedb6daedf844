"""One page, one address: the spellings that are folded, the differences that are kept, and what no address can do."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.addresses import MAX_CHARS, canonical_url, is_front, url_ref

NOTICE = "https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_7fc9bff0fb4546ecb02f66ee77d0e5f6.html"
PAGE = "https://www.example.gov/press/one"


@pytest.mark.parametrize(
    "spelling",
    [
        NOTICE,
        NOTICE.replace("https", "http"),
        NOTICE.replace("https://www", "HTTP://WWW"),
        NOTICE.replace("www.", ""),
        NOTICE.replace("www.", "m."),
        NOTICE.replace("www.", "mobile."),
        NOTICE.replace(".cn/", ".cn./"),
        NOTICE.replace(".cn/", ".cn:443/"),
        NOTICE.replace("https", "http").replace(".cn/", ".cn:80/"),
        NOTICE.replace(".cn/", ".cn:/"),
        NOTICE.replace("www", "reader:made-up@www"),
        NOTICE.replace("/zcfb/", "/zcfb/./old/../"),
        NOTICE.replace("/zwgk/", "/%7awg%6B/"),
        NOTICE + "#article",
        NOTICE + "#!/article?x=1",
        NOTICE + "?",
        NOTICE + "?utm_source=feed&UTM_Campaign=x&spm=1.2.3",
        NOTICE + ";jsessionid=0A1B2C",
        f" \u3000\ufeff{NOTICE}\n",
        NOTICE.replace("/art/", "/art\n/"),
    ],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    assert canonical_url(spelling) == NOTICE
    assert url_ref(spelling) == "url:" + NOTICE.removeprefix("https://")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://media.bis.gov/press-release/a-rule", "https://www.bis.gov/press-release/a-rule"),
        ("http://bis.gov/news-updates/", "https://www.bis.gov/news-updates"),
        (
            "https://amp.whitehouse.gov/presidential-actions/",
            "https://www.whitehouse.gov/presidential-actions",
        ),
        ("https://www.ustr.gov/about-us", "https://ustr.gov/about-us"),
        ("https://www.gov.cn", "https://www.gov.cn/"),
        ("https://www.gov.cn?x=1", "https://www.gov.cn/?x=1"),
        ("https://www.gov.cn///", "https://www.gov.cn/"),
        ("https://www.gov.cn/index.html", "https://www.gov.cn/"),
        ("https://www.mofcom.gov.cn/zwgk/zcfb/index.html", "https://www.mofcom.gov.cn/zwgk/zcfb"),
        ("https://www.mofcom.gov.cn/zwgk/zcfb/Index.SHTML/", "https://www.mofcom.gov.cn/zwgk/zcfb"),
        ("https://www.mofcom.gov.cn/zwgk/index.htm?page=2", "https://www.mofcom.gov.cn/zwgk?page=2"),
        ("https://example.gov:8443/a", "https://example.gov:8443/a"),
        ("https://example.gov:08443/a", "https://example.gov:8443/a"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
        (
            "https://商务部.中国/公告?编号=61",
            "https://xn--zfr74dt79f.xn--fiqs8s/%E5%85%AC%E5%91%8A?%E7%BC%96%E5%8F%B7=61",
        ),
        ("https://xn--zfr74dt79f.XN--FIQS8S/a", "https://xn--zfr74dt79f.xn--fiqs8s/a"),
        ("https://example.gov/a b|c%zz%e4", "https://example.gov/a%20b%7Cc%25zz%E4"),
        ("https://example.gov/?a[]=1", "https://example.gov/?a%5B%5D=1"),
        ("https://example.gov/?&&a=1&", "https://example.gov/?a=1"),
        ("https://example.gov/../../a", "https://example.gov/a"),
    ],
)
def test_an_address_has_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "other",
    [
        "https://www.example.gov/Press/one",
        "https://www.example.gov/press//one",
        "https://www.example.gov/press%2Fone",
        "https://example.gov/press/one",
        "https://m.example.gov/press/one",
        "https://m.ustr.gov/press/one",
        "https://www.example.gov:8080/press/one",
        PAGE + "?id=1",
        PAGE + "?id=",
        PAGE + "/index.html.html",
        PAGE + "/index.php",
    ],
)
def test_what_may_be_another_page_is_another_address(other: str) -> None:
    assert canonical_url(other) == other != PAGE


@pytest.mark.parametrize(
    "query",
    [
        *("b=2&a=1", "a=1&a=2", "a", "a=", "source=61&keyword=x&session=2025&uid=7&cid=9&ref=4", "_=1"),
        *("url=https://www.example.gov/two", "outm_source=1", "id=utm_source", "a=1;b=2", "q=export+control"),
    ],
)
def test_parameters_that_may_name_the_page_stay_as_they_are(query: str) -> None:
    assert canonical_url(f"{PAGE}?{query}") == f"{PAGE}?{query}"


@pytest.mark.parametrize(
    "name", ["utm_id", "gclid", "fbclid", "mc_cid", "mc_eid", "spm", "msclkid", "%75tm_term", "PHPSESSID"]
)
def test_parameters_that_say_who_clicked_are_gone(name: str) -> None:
    assert canonical_url(f"{PAGE}?a=1&{name}=x&b=2") == f"{PAGE}?a=1&b=2"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "mailto:desk@example.gov",
            "at://did:plc:x/post/1",
            "//www.gov.cn/a/",
            "/zwgk/",
            "http:",
            "http:/a",
        ),
        *("http://", "https:///a", "https://user@/a", "https://:443/a", "https://./a", "javascript:void(0)"),
    ],
)
def test_what_is_no_web_address_is_only_stripped(text: str) -> None:
    assert canonical_url(f" {text}\n") == text


def test_the_reference_of_a_post_carries_the_scheme_that_it_has() -> None:
    assert url_ref("at://did:plc:x/post/1") == "url:at://did:plc:x/post/1"


def test_an_endless_address_is_left_alone() -> None:
    endless = "http://a.gov/" + "index.html/" * MAX_CHARS
    assert canonical_url(endless) == endless


_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "%",
                "%2",
                "%25",
                "%2e",
                "%2F",
                "%E4",
                ".",
                "..",
                "/",
                "//",
                "?",
                "#",
                "&",
                "=",
                ";",
                ":",
                "@",
                "[",
                "]",
            ),
            *(
                "index.html",
                "/index.htm",
                ";jsessionid=",
                "utm_source=",
                "a",
                "B",
                "0",
                "80",
                "443",
                "m.",
                "amp.",
            ),
            *(
                "www.",
                "bis.gov",
                "mofcom.gov.cn",
                "政",
                "ß",
                "İ",
                "℀",
                "。",
                "\ud800",
                " ",
                "\t",
                "\n",
                "\u200b",
                "\\",
            ),
        ]
    ),
    max_size=14,
).map("".join)
_ANYTHING = st.one_of(
    st.text(st.characters(codec=None), max_size=40),
    _PIECES,
    _PIECES.map("http://{}".format),
    _PIECES.map("https://www.bis.gov/{}".format),
    _PIECES.map("https://www.bis.gov/?{}".format),
)


@settings(max_examples=100)
@given(_ANYTHING)
def test_the_spelling_of_a_spelling_is_itself(text: str) -> None:
    once = canonical_url(text)
    assert canonical_url(once) == once
    assert url_ref(once) == url_ref(text)


@settings(max_examples=100)
@given(_PIECES)
def test_a_web_address_ends_up_in_ascii_without_a_fragment(path: str) -> None:
    found = canonical_url(f"https://www.bis.gov/{path}")
    assert found.startswith("https://www.bis.gov/")
    assert found.isascii()
    assert found.isprintable()
    assert "#" not in found
    assert " " not in found


_WORD = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=8).filter(
    lambda word: word.lower() not in {"index", "spm", "gclid"}
)


@settings(max_examples=100)
@given(st.lists(_WORD, min_size=1, max_size=5), st.lists(_WORD, max_size=4))
def test_an_ordinary_address_keeps_its_path_and_its_parameters_in_order(
    path: list[str], names: list[str]
) -> None:
    names = [f"x{name}" for name in names]
    query = "&".join(f"{name}={number}" for number, name in enumerate(names))
    address = "https://www.example.gov/" + "/".join(path) + (f"?{query}" if query else "")
    assert canonical_url(address) == address


@pytest.mark.parametrize(
    "url",
    [
        "https://www.bis.gov",
        "http://bis.gov/",
        "https://www.bis.gov/index.html",
        "https://bis.gov/?utm_source=x#top",
    ],
)
def test_a_front_page_is_one_however_its_address_is_spelled(url: str) -> None:
    assert is_front(url)


@pytest.mark.parametrize(
    "url", [PAGE, "https://www.bis.gov/?p=40001", "https://www.bis.gov/en/", "nowhere", ""]
)
def test_any_other_address_is_no_front_page(url: str) -> None:
    assert not is_front(url)
