"""HTML is read, or refused, as Telegram does it."""

import pytest

from bot.demo.telegram_markup import Unparsable, parse_html


@pytest.mark.parametrize(
    "html",
    [
        "<b>a <i>b</i></b> <a href='https://x.example/?a=1&amp;b=2'>link</a>",
        "<blockquote expandable>a\nb</blockquote><tg-spoiler>c</tg-spoiler><code>d</code>",
        '<tg-time unix="1697573700" format="Dt">17 Oct</tg-time>',
        "a & b &lt;c&gt; &nosuch;",
    ],
)
def test_html_that_telegram_reads_is_read(html: str) -> None:
    assert parse_html(html).text


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("é <br> x", 'Unsupported start tag "br" at byte offset 3'),
        ("<b>x</i></b>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "Nested start tag"),
        ("<tg-time unix='soon'>x</tg-time>", 'Tag "tg-time"'),
    ],
)
def test_html_that_telegram_does_not_read_is_refused_in_its_words(html: str, words: str) -> None:
    with pytest.raises(Unparsable) as caught:
        parse_html(html)
    assert str(caught.value).startswith(words)
