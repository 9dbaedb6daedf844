"""The labelled fields of a notice in every layout, and the days from which it says that it takes effect."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.chinese_fields import Fields, agencies, effective_dates, read_fields
from watchers.item import Agency, DateKind

DAY = date(2025, 10, 9)
ALL = Fields(issuer="商务部 海关总署", number="商务部 海关总署公告2025年第18号", on=date(2025, 4, 4))


@pytest.mark.parametrize(
    "lines",
    [
        (
            "【发布单位】商务部 海关总署",
            "【发布文号】商务部 海关总署公告2025年第18号",
            "【发文日期】2025年04月04日",
        ),
        (
            "【发布单位】商务部 海关总署 【发布文号】商务部 海关总署公告2025年第18号 【发文日期】2025年04月04日",
        ),
        ("发布单位：商务部 海关总署", "发布文号：商务部 海关总署公告2025年第18号", "发文日期：2025-04-04"),
        (
            "发布单位: | 商务部 海关总署 | 发文日期: | 2025年4月4日",
            "文 号: | 商务部 海关总署公告2025年第18号",
        ),
        (
            "发布单位 | 商务部 海关总署",
            "发布文号 | 商务部 海关总署公告2025年第18号",
            "成文日期 | 2025年4月4日",
        ),
        (
            "发布单位：",
            "商务部 海关总署",
            "发布文号：",
            "商务部 海关总署公告2025年第18号",
            "发文日期：",
            "2025年4月4日",
        ),
        (
            "【 发布单位 】：商务部 海关总署",
            "发 布 文 号：商务部 海关总署公告2025年第18号",
            "发文日期：2025/04/04 18:00",
        ),
        (
            "公告",
            "发文机关：商务部 海关总署",
            "发文字号：商务部 海关总署公告2025年第18号",
            "发文日期：二〇二五年四月四日",
        ),
    ],
)
def test_fields_are_read_in_every_layout(lines: tuple[str, ...]) -> None:
    assert read_fields(lines)[0] == ALL


@pytest.mark.parametrize("line", ["发布日期：2025-04-04", "发布时间：2025年04月04日 18:00"])
def test_the_day_on_which_a_site_put_it_up_is_not_the_notices(line: str) -> None:
    assert read_fields([line])[0] == Fields(posted=date(2025, 4, 4))
    both = read_fields([f"发文机关：国务院 成文日期：2025年03月21日 {line} 主题分类：商务"])[0]
    assert both == Fields(issuer="国务院", on=date(2025, 3, 21), posted=date(2025, 4, 4))


@pytest.mark.parametrize(
    ("line", "issuer"),
    [
        ("发文机关：国务院 主 题 词：商务", "国务院"),
        ("【发布单位】商务部 / 【类别】其他", "商务部"),
        ("发布单位：商务部、海关总署 来源：办公厅", "商务部、海关总署"),
    ],
)
def test_a_value_ends_where_any_other_label_begins(line: str, issuer: str) -> None:
    assert read_fields([line])[0].issuer == issuer
    assert agencies("商务部 / 海关总署 -") == (Agency(name="商务部"), Agency(name="海关总署"))


def test_the_first_of_each_is_taken_and_the_lines_that_hold_them_are_told() -> None:
    lines = (
        "题目",
        "发布文号：商务部公告2025年第1号",
        "正文",
        "发布文号：商务部公告2024年第9号",
        "发布单位：",
        "商务部",
    )
    fields, used = read_fields(lines)
    assert (fields.number, fields.issuer) == ("商务部公告2025年第1号", "商务部")
    assert used == {1, 3, 4, 5}


@pytest.mark.parametrize(
    "line",
    [
        "本公告的发布单位：见附件",
        "申请人应当写明文号",
        "序号 | 文号 | 名称",
        "文号：另行通知",
        "发文日期：另行通知",
        "发布单位",
        f"发布文号：商务部公告{'很' * 200}1号",
        f"{'很' * 500} 发布文号：商务部公告2025年第1号",
    ],
)
def test_what_only_looks_like_a_field_is_none(line: str) -> None:
    assert read_fields([line])[0] == Fields()


def test_issuers_are_told_apart() -> None:
    assert agencies("商务部、海关总署 国家密码局，商务部") == tuple(
        Agency(name=name) for name in ("商务部", "海关总署", "国家密码局")
    )
    assert agencies("") == ()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("本公告自公布之日起正式实施。", [DAY]),
        ("本公告自公布之日起实施。", [DAY]),
        ("本通知自印发之日起执行。", [DAY]),
        ("自本公告发布之日起施行。", [DAY]),
        ("自2025年12月1日起施行。", [date(2025, 12, 1)]),
        ("自 2025年12月1日 起 正式实施。", [date(2025, 12, 1)]),
        ("本办法自二〇二五年十二月一日起施行", [date(2025, 12, 1)]),
        ("上述措施自2025年11月10日13时01分起实施。", [date(2025, 11, 10)]),
        ("第三项自公布之日起实施，第一、二项自2025年12月1日起实施。", [DAY, date(2025, 12, 1)]),
        ("现公布《许可证管理目录》，自2026年1月1日起执行。", [date(2026, 1, 1)]),
        ("本公告自2025年12月1日起实施，商务部公告2022年第31号同时废止。", [date(2025, 12, 1)]),
        ("根据《出口管制法》，现予公布，自公布之日起施行。", [DAY]),
    ],
)
def test_days_said_in_so_many_words_are_read(text: str, days: list[date]) -> None:
    found = effective_dates(f"前言。{text}\n商务部", DAY)
    assert [legal.on for legal in found] == days
    assert all(legal.kind is DateKind.EFFECTIVE and legal.evidence in text for legal in found)


@pytest.mark.parametrize(
    "text",
    [
        "自2025年11月10日起暂停实施。",
        "自2025年11月10日起停止执行。",
        "自2025年11月10日起恢复实施。",
        "自2025年4月10日12时01分起，对原产于美国的进口商品加征关税。",
        "自即日起至2026年11月10日，暂停实施。",
        "实施期限自2025年3月1日起5年。",
        "商务部公告2025年第18号自2025年10月1日起实施。",
        "该公告自2025年12月1日起实施。",
        "根据《条例》（自2025年10月1日起施行），决定如下。",
        "此前自2025年10月1日起实施。",
        "《规定》自2020年9月19日起施行。",
        "决定自2025年10月10日起实施反倾销措施。",
        "自2025年13月41日起实施。",
        "本规定自公布之日起30日后施行。",
        "2025年12月1日实施。",
    ],
)
def test_what_is_of_another_act_or_another_meaning_is_not_read(text: str) -> None:
    assert effective_dates(text, DAY) == ()


def test_the_day_of_the_notice_is_never_guessed() -> None:
    assert effective_dates("本公告自公布之日起实施。", None) == ()
    assert [legal.on for legal in effective_dates("本公告自2025年12月1日起实施。", None)] == [
        date(2025, 12, 1)
    ]


def test_the_evidence_is_short_and_holds_the_words() -> None:
    (legal,) = effective_dates(f"{'很' * 300}，自2025年12月1日起实施。", DAY)
    assert len(legal.evidence) <= 120
    assert legal.evidence.endswith("自2025年12月1日起实施")


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "自",
                "2025年",
                "12月1日",
                "起",
                "实施",
                "公布之日",
                "。",
                "，",
                "发布文号",
                "：",
                "【",
                "】",
                " | ",
                "\n",
                "号",
                "1",
            ]
        )
    ).map("".join)
)
def test_no_text_trips_it(text: str) -> None:
    fields, used = read_fields(text.split("\n"))
    assert all(0 <= place < len(text.split("\n")) for place in used)
    assert len(fields.number) <= 120
    assert all(len(legal.evidence) <= 120 for legal in effective_dates(text, DAY))
