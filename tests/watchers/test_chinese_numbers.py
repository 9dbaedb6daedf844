"""Official numbers of Chinese notices: every spelling of one is one reference, and what only looks like one is none."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.chinese_numbers import _FOLD, _folded, chinese_integer, notice_numbers, notice_ref


def refs(text: str) -> list[str]:
    return [number.ref for number in notice_numbers(text)]


# -- one number


@pytest.mark.parametrize(
    "text",
    [
        "商务部公告2025年第57号",
        "商务部公告2025第57号",
        "商务部公告 2025 年 第 57 号",
        "商务部公告2025年57号",
        "商务部公告〔2025〕57号",
        "商务部公告[2025]第57号",
        "商务部公告(2025年第57号)",
        "商务部公告（2025年）第57号",
        "商务部公告２０２５年第５７号",
        "商务部公告二〇二五年第五十七号",
        "商务部公告二○二五年第057号",
        "商務部公告（2025）第57號",
        "商务部 海关总署公告2025年第57号",
        "商务部海关总署公告2025年第57号",
        "商务部\u3000海关总署\u3000公告\n2025年\xa0第57号",
        "商務部、海關總署公告2025年第57號",
        "商务部和海关总署联合公告2025年第57号",
        "商务部 中华人民共和国海关总署公告2025年第57号",
        "商务部 工业和信息化部 海关总署 国家密码局公告2025年第57号",
        "商务部 海关总署 中央军委装备发展部公告2025年第57号",
        "商务部 国家某某管理局公告2025年第57号",
        "商务部 海关总署 国家国防科工局 总装备部公告2025年第57号",
        "商务部、国防科工局公告2025年第57号",
        "商务部 药监局公告2025年第57号",
        "商务部 金融监管总局公告2025年第57号",
        "商务部 民航局 海关总署公告2025年第57号",
        "商务部 公安部 国家禁毒委员会办公室公告2025年第57号",
        "中华人民共和国商务部\n公 告\n2025年第57号",
        "商务部等4部门公告2025年第57号",
        "商务部、科技部等部门公告2025年第57号",
        "商务部2025年第57号公告",
        "商务部、海关总署2025年第57号公告",
        "中国商务部公告2025年第57号",
        "中华人民共和国商务部\n公告\n2025年第57号",
        "\u200b商务部\ufeff公告2025年第57号",
    ],
)
def test_an_announcement_of_the_ministry_is_one_however_and_with_whomever_it_is_printed(text: str) -> None:
    assert refs(text) == ["mofcom:announcement:2025:57"]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("商务部令2025年第5号", "mofcom:order:2025:5"),
        ("中华人民共和国商务部令二〇二五年第7号", "mofcom:order:2025:7"),
        ("商务部令二零二六年第一号", "mofcom:order:2026:1"),
        ("商务部令二O二六年第1号", "mofcom:order:2026:1"),
        ("商务部2025年第5号令", "mofcom:order:2025:5"),
        ("不可靠实体清单工作机制公告〔2025〕8号", "mofcom:uel:2025:8"),
        ("不可靠实体清单工作机制公告2025年第8号", "mofcom:uel:2025:8"),
        ("不可靠實體清單工作機制公告（2025）第8號", "mofcom:uel:2025:8"),
        ("不可靠实体清单⼯作机制公告2025年第⼋号", "mofcom:uel:2025:8"),  # radicals, as a PDF gives them
        ("海关总署公告2025年第29号", "gacc:announcement:2025:29"),
        ("海关总署公告2025年第57号", "gacc:announcement:2025:57"),
        ("中华人民共和国海关总署公告 2025年第229号", "gacc:announcement:2025:229"),
        ("税委会公告2025年第4号", "tariff-commission:announcement:2025:4"),
        ("稅委會公告2025年第4號", "tariff-commission:announcement:2025:4"),
        ("税委会公告〔2018〕5号", "tariff-commission:announcement:2018:5"),
        ("国务院关税税则委员会公告\n2025年第4号", "tariff-commission:announcement:2025:4"),
        ("中华人民共和国国务院令\n第803号", "state-council:order:803"),
        ("国务院第803号令", "state-council:order:803"),
        ("文号：国令第803号", "state-council:order:803"),
        ("交通运输部公告2025年第54号", "mot:announcement:2025:54"),
        ("中华人民共和国外交部令第11号", "mfa:order:11"),
    ],
)
def test_every_series_has_its_own_references(text: str, ref: str) -> None:
    assert refs(text) == [ref]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025年第57号",
        "第57号公告",
        "国办发明电〔2025〕7号",
        "交办水〔2025〕59号",
        "中华人民共和国主席令第57号",
        "商务部公告2025年第0号",
        "商务部公告1989年第57号",
        "商务部公告2100年第57号",
        "商务部公告2025年第65197093号",
        "商务部公告202557号",
        "商务部2025年第57号",
        "商务部2025年10月9日发布公告",
        "商务部公告：自2025年10月9日起",
        "商务部值班电话010-65197093号",
        "CSMS # 64723363 商务部",
        "美国商务部公告2025年第57号",
        "美國商務部公告2025年第57號",
        "印度商务部公告2025年第57号",
        "美国国务院令第803号",
        "财政部 海关总署公告2025年第57号",
        "财政部海关总署 税务总局公告2025年第57号",
        "某某管理局 海关总署公告2025年第57号",
        "海关总署 税务总局公告2025年第57号",
        "海关总署、商务部公告2025年第57号",
        "商务部 关于转发财政部公告2025年第57号",
        "商务部 对某某局公告2025年第57号",
        "工业和信息化部 商务部公告2025年第57号",
        "外交部令2025年第11号",
        "国务院令803号",
        "中国令第803号",
    ],
)
def test_what_only_looks_like_a_number_of_ours_is_none(text: str) -> None:
    assert notice_numbers(text) == ()


# -- lists and places


@pytest.mark.parametrize(
    "text",
    [
        "商务部公告2025年第55、56、58号",
        "第55号：商务部公告2025年第55号、56号、58号",
        "商务部 海关总署公告2025年第55号、第56号和第58号",
        "商务部2025年第55号、56号及58号公告",
        "商务部公告2025年第55号至第56号，2025年第58号",
        "商务部公告2025年第55-56、58号、9家企业、2025年10月9日",
    ],
)
def test_a_list_is_read_whole(text: str) -> None:
    assert refs(text) == [f"mofcom:announcement:2025:{number}" for number in (55, 56, 58)]


def test_every_number_of_a_list_has_the_year_named_with_it() -> None:
    assert refs("商务部公告2024年第46号、47号、2025年第61号、62号") == [
        f"mofcom:announcement:{number}" for number in ("2024:46", "2024:47", "2025:61", "2025:62")
    ]


def test_a_range_that_cannot_be_one_is_its_two_ends() -> None:
    assert refs("商务部公告2025年第58号至第55号") == [
        "mofcom:announcement:2025:58",
        "mofcom:announcement:2025:55",
    ]
    assert len(refs("商务部公告2025年第1号至第9999号")) == 2


def test_numbers_come_in_reading_order_once_each_with_their_places_in_the_text_as_given() -> None:
    text = "現暫停　商務部 海關總署公告２０２５年第５５号、56號，不可靠实体清单工作机制公告〔2025〕7号，商务部公告2025年第56号"
    found = notice_numbers(text)
    assert [(number.ref, text[number.start : number.end]) for number in found] == [
        ("mofcom:announcement:2025:55", "商務部 海關總署公告２０２５年第５５号"),
        ("mofcom:announcement:2025:56", "56號"),
        ("mofcom:uel:2025:7", "不可靠实体清单工作机制公告〔2025〕7号"),
    ]


@pytest.mark.parametrize(
    "piece", ["商务部公告2025年第", "商务部公告2025年第1、", "商务部 海关总署        ", "海关总署、"]
)
def test_a_text_of_beginnings_ends_soon_and_holds_nothing(piece: str) -> None:
    assert notice_numbers(piece * 4000) == ()


# -- what a title is of


@pytest.mark.parametrize(
    ("title", "ref"),
    [
        ("商务部公告2025年第70号 关于暂停实施商务部公告2025年第55号等的公告", "mofcom:announcement:2025:70"),
        ("商务部公告2025第61号：公布对境外相关稀土物项实施出口管制的决定", "mofcom:announcement:2025:61"),
        ("商务部公告2025年第61号公布对境外相关稀土物项实施出口管制的决定", "mofcom:announcement:2025:61"),
        (
            "关于对镓、锗相关物项实施出口管制的公告（商务部 海关总署公告2023年第23号）",
            "mofcom:announcement:2023:23",
        ),
        ("《关于对锑等物项实施出口管制的公告》（商务部公告2024年第33号）", "mofcom:announcement:2024:33"),
        ("海关总署公告2025年第29号（关于恢复部分企业资质的公告）", "gacc:announcement:2025:29"),
        ("不可靠实体清单工作机制公告〔2025〕5号：将10家美国企业列入", "mofcom:uel:2025:5"),
        ("中华人民共和国国务院令（第803号）", "state-council:order:803"),
        ("发布文号】商务部公告2025年第61号", "mofcom:announcement:2025:61"),
        (
            "【发布单位】某局 【发布文号】商务部公告2025年第61号 【发文日期】2025年10月09日",
            "mofcom:announcement:2025:61",
        ),
        ("标题：对55号公告的说明\n发文字号：商务部公告2025年第61号", "mofcom:announcement:2025:61"),
        ("关于对镓、锗相关物项实施出口管制的公告（2023年第23号）", None),
        ("关于对镓、锗相关物项实施出口管制的公告", None),
        ("关于废止《某某办法》的决定《旧办法》（商务部令2023年第3号）", None),
        ("商务部新闻发言人就2025年第61号公告答记者问", None),
        ("商务部公告2025年第61号答记者问", None),
        ("商務部公告2025年第61號 答記者問", None),
        ("商务部公告2025年第61号 政策解读", None),
        ("关于商务部公告2025年第61号的解读（商务部公告2025年第61号）", None),
        ("商务部公告2025年第61号实施后，企业怎么办", None),
        *(
            (f"商务部公告2025年第61号{rest}", "mofcom:announcement:2025:61")
            for rest in (
                " 关于反倾销调查问卷答卷提交有关问题的公告",
                " 关于邀请公众就贸易壁垒调查提交评论意见的公告",
                " 关于召开新闻发布会的公告",
                "对原产于某国的某产品发起反倾销调查",
                " 公布对稀土相关技术实施出口管制的决定（更新）",
            )
        ),
        *(
            (f"商务部公告2025年第61号{rest}", None)
            for rest in ("公布后，企业关心的几个问题", "对稀土产业链的影响", "发布：稀土管制升级")
        ),
        ("商务部公告2025年第61、62号", None),
        ("暂停实施商务部公告2025年第55号", None),
        ("商务部公告：商务部公告2024年第46号第二款暂停实施", None),
        ("", None),
    ],
)
def test_a_title_is_of_the_number_that_it_states_of_itself(title: str, ref: str | None) -> None:
    assert notice_ref(title) == ref


# -- numerals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            ("六十一", 61),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("一百", 100),
            ("一百零五", 105),
            ("两百一十五", 215),
        ),
        *(("二〇二五", 2025), ("二○二五", 2025), ("二零二五", 2025), ("〇", 0), ("七", 7), ("零七", 7)),
        *(
            ("", None),
            ("百", None),
            ("一百五", None),
            ("一百〇", None),
            ("十十", None),
            ("六十一号", None),
            ("61", None),
        ),
        *(("一百零十", None), ("一" * 9, None)),
    ],
)
def test_a_numeral_says_its_value_and_nothing_else_does(text: str, value: int | None) -> None:
    assert chinese_integer(text) == value


def counted(number: int) -> str:
    """Write 1 to 999 as a Chinese text counts."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{digits[tens]}十"
    elif hundreds and ones:
        text += "零"
    return (text + (digits[ones] if ones else "")).removeprefix("一" if not hundreds and tens == 1 else "")


def test_every_numeral_up_to_999_is_read_as_it_is_counted() -> None:
    assert [chinese_integer(counted(number)) for number in range(1, 1000)] == list(range(1, 1000))


# -- laws

_BLANK = st.sampled_from(["", " ", "\u3000", "\xa0", "\n", " \u200b "])
_SERIES = st.sampled_from(
    [
        *(("商务部{}公告", "mofcom:announcement"), ("商務部、海關總署{}公告", "mofcom:announcement")),
        *(("商务部{}海关总署 科技部{}公告", "mofcom:announcement"), ("商务部{}令", "mofcom:order")),
        *(("不可靠实体清单工作机制{}公告", "mofcom:uel"), ("海关总署{}公告", "gacc:announcement")),
        *(("税委会{}公告", "tariff-commission:announcement"), ("交通運輸部{}公告", "mot:announcement")),
    ]
)
_YEARS = st.sampled_from(["{}年", "〔{}〕", "（{}）", "[{}]", "(  {})", "{}"])


@settings(max_examples=100)
@given(_SERIES, st.integers(1990, 2099), st.integers(1, 999), _YEARS, _BLANK, st.booleans(), st.booleans())
def test_whatever_the_form_the_reference_is_the_same(
    series: tuple[str, str], year: int, number: int, form: str, blank: str, in_words: bool, wide: bool
) -> None:
    printed, name = series
    said_year = (
        str(year).translate(str.maketrans("0123456789", "〇一二三四五六七八九")) if in_words else str(year)
    )
    said = counted(number) if in_words else str(number)
    own = f"{printed.replace('{}', blank)}{blank}{form.format(said_year)}{blank}第{blank}{said}{blank}号"
    if wide:
        own = own.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    before = "据悉，"
    (found,) = notice_numbers(f"{before}{own}，以及其他")
    assert found.ref == f"{name}:{year}:{number}"
    assert (found.start, found.end) == (len(before), len(before) + len(own))


_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "商务部",
                "海关总署",
                "国务院",
                "令",
                "公告",
                "2025",
                "年",
                "第",
                "61",
                "六十",
                "〇",
                "号",
                "、",
                "和",
                "至",
                "(",
                "〕",
            ),
            *(
                "MOFCOM",
                "Announcement",
                "No. ",
                " of ",
                "and ",
                "Ministry of Commerce",
                " ",
                "\n",
                "《",
                "》",
                "文号",
                "答",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=100)
@given(st.one_of(st.text(st.characters(codec=None), max_size=60), _PIECES))
def test_no_text_is_too_strange(text: str) -> None:
    found = notice_numbers(text)
    assert len({number.ref for number in found}) == len(found)
    assert all(0 <= number.start < number.end <= len(text) for number in found)
    assert [number.start for number in found] == sorted(number.start for number in found)
    own = notice_ref(text)
    assert own is None or own in {number.ref for number in found}
    chinese_integer(text)


# -- recorded material


@pytest.mark.corpus
def test_every_recorded_number_is_read_and_no_act_has_the_number_of_another(corpus: Path) -> None:
    lines = (corpus / "acts" / "acts.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    printed = {ref for item in items for ref in item["refs"] if "公告" in ref or "令" in ref}
    assert len(printed) > 25
    assert [ref for ref in printed if len(refs(ref)) != 1 or notice_ref(ref) != refs(ref)[0]] == []
    acts: dict[str, set[str]] = {}
    for item in items:
        if (own := notice_ref(item["title"])) is not None:
            acts.setdefault(own, set()).add(item["act"])
    assert len(acts) > 8
    assert {own: found for own, found in acts.items() if len(found) > 1} == {}


def test_folding_leaves_alone_only_what_it_would_not_change() -> None:
    """Nearly no English text is folded; the signs for which it is are told without folding."""
    for code in range(sys.maxunicode + 1):
        assert _folded(chr(code)) == chr(code).translate(_FOLD)
