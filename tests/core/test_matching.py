"""From an item to the topics that hit it."""

from bot.core.document import Document
from bot.core.match import Evidence, Match, Severity
from bot.core.matching import Matcher, document_of, document_of_text
from bot.core.topic import parse_topics
from watchers.item import Agency, Item, Stage

TOPICS = parse_topics(
    """
[minerals]
title = "Minerals"
severity = "urgent"
any = ["gallium"]
[bureau]
title = "Bureau"
all = ["agency:industry-and-security-bureau"]
[never]
title = "Never"
any = ["tin"]
""",
    "test.toml",
)


def item(**changes):
    facts = {
        "source": "fr",
        "key": "1",
        "ref": "fr:1",
        "stage": Stage.PUBLISHED,
        "kind": "Rule",
        "lang": "en",
        "url": "https://x",
    }
    return Item(**{**facts, "title": "Controls on gallium", **changes})


def test_an_item_shows_its_texts_in_reading_order_and_both_names_of_its_agencies():
    shown = document_of(
        item(
            abstract="An abstract",
            action="Final rule.",
            note="A note",
            subjects=("Exports", "Gallium"),
            agencies=(
                Agency(name="Industry and Security Bureau", slug="industry-and-security-bureau"),
                Agency(name="Unmapped"),
            ),
        )
    )
    assert shown == Document(
        texts=(
            ("title", "Controls on gallium"),
            ("abstract", "An abstract"),
            ("subjects", "Exports; Gallium"),
            ("action", "Final rule."),
            ("note", "A note"),
        ),
        source="fr",
        kind="Rule",
        agencies=("industry-and-security-bureau", "Industry and Security Bureau", "Unmapped"),
        stage="published",
        lang="en",
        numbers=(("fr", "1"),),
    )


def test_what_an_item_does_not_have_is_not_searched():
    assert document_of(item()).texts == (("title", "Controls on gallium"),)


def test_pasted_text_is_a_body():
    assert document_of_text("对BIS实体清单").texts == (("body", "对BIS实体清单"),)


def test_every_topic_that_hits_is_reported_in_the_order_of_the_topics():
    shown = document_of(item(agencies=(Agency(name="Industry and Security Bureau"),)))
    assert Matcher(TOPICS).match(shown) == (
        Match(
            topic="minerals",
            severity=Severity.URGENT,
            evidence=(Evidence(words="gallium", lang="en", field="title", start=12, end=19),),
        ),
        Match(
            topic="bureau",
            severity=Severity.NOTICE,
            evidence=(
                Evidence(words="industry-and-security-bureau", lang="", field="agency", start=0, end=0),
            ),
        ),
    )


def test_nothing_that_hits_is_no_match():
    assert Matcher(TOPICS).match(document_of_text("tariffs")) == ()
