"""Numbers of Chinese notices in English text: the ministry's, in one phrase with it, and nobody else's."""

import pytest

from watchers.chinese_numbers import notice_numbers, notice_ref


def refs(text: str) -> list[str]:
    return [number.ref for number in notice_numbers(text)]


@pytest.mark.parametrize(
    "text",
    [
        "MOFCOM Announcement No. 57 of 2025",
        "MOFCOM ANNOUNCEMENT NO. 57 OF 2025",
        "MOFCOM and GACC Announcement No. 57 of 2025",
        "MOFCOM & GACC Announcement [2025] No. 57",
        "MOFCOM, GACC and MIIT Announcement No. 57 of 2025",
        "MOFCOM's Announcement No.57 (2025)",
        "MOFCOM Announcement No. 57, 2025",
        "MOFCOM Announcement 57/2025",
        "MOFCOM Notice 2025 No. 57",
        "MOFCOM issued Announcement No. 57 of 2025",
        "MOFCOM issued a notice, Announcement No. 57 of 2025",
        "Ministry of Commerce Announcement No. 57 of 2025",
        "Commerce Ministry Announcement Number 57 of 2025",
        "Ministry of Commerce (MOFCOM) of the People’s Republic of China Announcement №57 of 2025",
        "Ministry of Commerce and the General Administration of Customs jointly issued Announcement [2025] No. 57",
        "Announcement No. 57 of 2025 of the Ministry of Commerce",
        "Announcement No. 57 of 2025 of the Ministry of Commerce and the General Administration of Customs",
        "Announcement [2025] No. 57 issued by China's Ministry of Commerce",
    ],
)
def test_an_announcement_of_the_ministry_is_the_one_that_chinese_text_names(text: str) -> None:
    assert refs(text) == refs("商务部公告2025年第57号") == ["mofcom:announcement:2025:57"]


@pytest.mark.parametrize(
    "text",
    [
        "Announcement No. 57 of 2025",
        "Announcement [2025] No. 57",
        "MOFCOM spoke. Announcement [2025] No. 57 followed.",
        "MOFCOM Announcement No. 57",
        "MOFCOM Announcement No. 0 of 2025",
        "MOFCOM Announcement No. 57 of 1989",
        "MOFCOM Announcement No. 57 of 20255",
        "MOFCOM Announcement No. 612025",
        "MOFCOM notice of October 9, 2025",
        "MOFCOM answers GACC Announcement No. 57 of 2025",
        "MOFCOM on the customs announcement No. 57 of 2025",
        "GACC Announcement No. 57 of 2025",
        "GACC and MOFCOM Announcement No. 57 of 2025",
        "Announcement No. 57 of 2025 of the General Administration of Customs",
        "Thailand's Ministry of Commerce Announcement No. 57 of 2025",
        "Ministry of Commerce of Thailand Announcement No. 57 of 2025",
        "Announcement No. 57 of 2025 of the Ministry of Commerce of Thailand",
    ],
)
def test_a_number_that_may_be_anothers_is_left_alone(text: str) -> None:
    assert notice_numbers(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "MOFCOM Announcements No. 55, 56, and 58 of 2025",
        "MOFCOM Announcements No. 55 of 2025, No. 56 of 2025 and Announcement No. 58 of 2025",
        "MOFCOM Announcements 55/2025, 56/2025 and 58/2025",
        "Announcements Nos. 55, 56 & 58 of 2025 of the Ministry of Commerce",
    ],
)
def test_a_list_is_read_whole(text: str) -> None:
    assert refs(text) == [f"mofcom:announcement:2025:{number}" for number in (55, 56, 58)]


def test_a_number_alone_is_shown_with_its_issuer_and_year_and_those_of_a_list_by_themselves() -> None:
    text = "Today MOFCOM and GACC Announcement No. 18 of 2025 and MOFCOM Announcements No. 61 and 62 of 2025 apply"
    assert [text[number.start : number.end] for number in notice_numbers(text)] == [
        "MOFCOM and GACC Announcement No. 18 of 2025",
        "MOFCOM Announcements No. 61",
        "62",
    ]


@pytest.mark.parametrize(
    ("title", "ref"),
    [
        ("MOFCOM Announcement No. 61 of 2025: decision on rare earth items", "mofcom:announcement:2025:61"),
        ("Announcement No. 61 of 2025 of the Ministry of Commerce on items", "mofcom:announcement:2025:61"),
        ("Decision on rare earth items (MOFCOM Announcement No. 61 of 2025)", "mofcom:announcement:2025:61"),
        ("MOFCOM Announcement No. 61 of 2025 shakes markets", None),
        ("MOFCOM suspends MOFCOM Announcement No. 61 of 2025", None),
        ("Spokesperson on rare earths (MOFCOM Announcement No. 61 of 2025)", None),
        ("Announcement No. 61 of 2025: decision on rare earth items", None),
    ],
)
def test_a_title_is_of_the_number_that_it_states_of_itself(title: str, ref: str | None) -> None:
    assert notice_ref(title) == ref


@pytest.mark.parametrize(
    "piece",
    [
        "MOFCOM and GACC ",
        "Announcement No. 1, ",
        "MOFCOM Announcement No. 1 and ",
        "Ministry of Commerce of ",
    ],
)
def test_a_text_of_beginnings_ends_soon_and_holds_nothing(piece: str) -> None:
    assert notice_numbers(piece * 4000) == ()
