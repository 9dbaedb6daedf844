"""The words of commands in English and Chinese, simplified and traditional, and what each means. Pure tables."""

from bot.core.match import Severity
from bot.core.timing import Mode
from watchers.item import Stage

VERBS: dict[str, tuple[str, ...]] = {
    "subscribe": ("sub", "add", "订阅", "訂閱", "关注", "關注"),
    "unsubscribe": ("unsub", "remove", "退订", "退訂", "取消订阅", "取消訂閱"),
    "list": ("subscription", "setting", "列表", "清单", "清單", "设置列表", "我的订阅", "我的訂閱"),
    "topics": ("topic", "主题", "主題", "话题", "話題"),
    "check": ("read", "poll", "检查", "檢查", "检测", "檢測"),
    "search": ("find", "搜索", "搜尋", "查找"),
    "why": ("explain", "为何", "為何", "爲何", "为什么", "為什麼", "爲什麼"),
    "whynot": ("why-not", "为何没有", "為何沒有", "为何不", "為何不"),
    "mute": ("snooze", "silence", "静音", "靜音"),
    "unmute": ("unsnooze", "取消静音", "取消靜音", "解除静音", "解除靜音"),
    "follow": ("跟踪", "跟蹤", "追踪", "追蹤"),
    "status": ("state", "health", "状态", "狀態"),
    "help": ("start", "?", "帮助", "幫助", "说明", "說明"),
    "set": ("设置", "設置", "设定", "設定"),
}
"""Each verb with its other names. Case, width and an English plural do not matter."""

SEVERITIES: dict[str, Severity] = {
    "info": Severity.INFO,
    "information": Severity.INFO,
    "信息": Severity.INFO,
    "資訊": Severity.INFO,
    "notice": Severity.NOTICE,
    "重要": Severity.NOTICE,
    "urgent": Severity.URGENT,
    "紧急": Severity.URGENT,
    "緊急": Severity.URGENT,
}

STAGES: dict[str, Stage] = {
    "unconfirmed": Stage.UNCONFIRMED,
    "未证实": Stage.UNCONFIRMED,
    "未證實": Stage.UNCONFIRMED,
    "announced": Stage.ANNOUNCED,
    "已公布": Stage.ANNOUNCED,
    "已公佈": Stage.ANNOUNCED,
    "filed": Stage.FILED,
    "proposed": Stage.PROPOSED,
    "拟议": Stage.PROPOSED,
    "擬議": Stage.PROPOSED,
    "公开查阅": Stage.FILED,
    "公開查閱": Stage.FILED,
    "published": Stage.PUBLISHED,
    "已刊登": Stage.PUBLISHED,
}

MODES: dict[str, Mode] = {
    "instant": Mode.INSTANT,
    "instantly": Mode.INSTANT,
    "immediately": Mode.INSTANT,
    "now": Mode.INSTANT,
    "即时": Mode.INSTANT,
    "即時": Mode.INSTANT,
    "实时": Mode.INSTANT,
    "立即": Mode.INSTANT,
    "hourly": Mode.HOURLY,
    "每小时": Mode.HOURLY,
    "每小時": Mode.HOURLY,
    "daily": Mode.DAILY,
    "每天": Mode.DAILY,
    "每日": Mode.DAILY,
    "weekly": Mode.WEEKLY,
    "每周": Mode.WEEKLY,
    "每週": Mode.WEEKLY,
    "每星期": Mode.WEEKLY,
}

WEEKDAYS: dict[str, int] = {
    name: day
    for day, names in enumerate(
        (
            ("mon", "monday", "一", "周一", "週一", "星期一"),
            ("tue", "tues", "tuesday", "二", "周二", "週二", "星期二"),
            ("wed", "wednesday", "三", "周三", "週三", "星期三"),
            ("thu", "thur", "thurs", "thursday", "四", "周四", "週四", "星期四"),
            ("fri", "friday", "五", "周五", "週五", "星期五"),
            ("sat", "saturday", "六", "周六", "週六", "星期六"),
            ("sun", "sunday", "日", "天", "周日", "週日", "星期日", "星期天"),
        )
    )
    for name in names
}

QUERY_WORDS = frozenset({"query", "关键词", "關鍵詞", "查询", "查詢"})
ANYWAY = frozenset({"anyway", "force", "仍然", "仍要", "照样", "照樣"})
TOPIC_WORDS = frozenset({"topic", "topics", "主题", "主題"})
ALL = frozenset({"all", "*", "everything", "所有", "全部"})
STORY_WORDS = frozenset({"story", "事件"})
UNTIL = frozenset({"until", "till", "直到", "到", "至"})
LATEST = frozenset({"latest", "last", "最新", "最近"})
OFF = frozenset({"off", "none", "no", "关", "關", "关闭", "關閉"})
FILLERS = frozenset(
    {"to", "at", "for", "from", "in", "on", "the", "me", "us", "and", "please", "和", "与", "與", "在"}
)
"""Words between topics; they are passed over there, and count inside a title."""

UNITS: dict[str, int] = {
    name: minutes
    for minutes, names in (
        (1, ("m", "min", "mins", "minute", "minutes", "分", "分钟", "分鐘")),
        (60, ("h", "hr", "hrs", "hour", "hours", "时", "時", "小时", "小時")),
        (1_440, ("d", "day", "days", "天", "日")),
        (10_080, ("w", "week", "weeks", "周", "週")),
    )
    for name in names
}
"""How many minutes a unit of time has."""

SETTINGS: dict[str, tuple[str, ...]] = {
    "zone": ("timezone", "时区", "時區"),
    "language": ("lang", "语言", "語言"),
    "quiet": ("静默", "靜默", "免打扰", "免打擾"),
    "burst": ("突发", "突發"),
    "resurface": ("重现", "重現"),
    "briefs": ("brief", "简报", "簡報"),
}

EXAMPLES: dict[str, str] = {
    "subscribe": "subscribe critical-minerals daily 08:30",
    "unsubscribe": "unsubscribe party-lists",
    "list": "list",
    "topics": "topics minerals",
    "check": "check mofcom",
    "search": "search gallium OR germanium",
    "why": "why latest",
    "whynot": "whynot https://www.federalregister.gov/d/2023-23048",
    "mute": "mute 24h",
    "unmute": "unmute",
    "follow": "follow 7f3a",
    "status": "status",
    "help": "help subscribe",
    "set": "set zone Asia/Shanghai",
}
"""A line that works, for each verb."""

SETTING_EXAMPLES: dict[str, str] = {
    "zone": "set zone Asia/Shanghai",
    "language": "set language zh",
    "quiet": "set quiet 22:00-07:00",
    "burst": "set burst 5/10",
    "resurface": "set resurface legal",
    "briefs": "set briefs empty skip",
}

LANGUAGES: dict[str, str] = {
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
    "英語": "en",
    "zh": "zh",
    "chinese": "zh",
    "中文": "zh",
    "汉语": "zh",
    "漢語": "zh",
}

RESURFACE: dict[str, str] = {
    "legal": "legal",
    "法律": "legal",
    "always": "always",
    "总是": "always",
    "總是": "always",
    "never": "never",
    "从不": "never",
    "從不": "never",
}

WHEN_EMPTY: dict[str, str] = {
    "line": "line",
    "一行": "line",
    "skip": "skip",
    "跳过": "skip",
    "跳過": "skip",
}
BRIEFS_WORDS = frozenset({"empty", "when", "when_empty", "空", "为空", "為空"})

ZONES: dict[str, str] = {
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "eastern": "America/New_York",
    "new york": "America/New_York",
    "washington": "America/New_York",
    "纽约": "America/New_York",
    "紐約": "America/New_York",
    "华盛顿": "America/New_York",
    "華盛頓": "America/New_York",
    "beijing": "Asia/Shanghai",
    "shanghai": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "北京": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "中国": "Asia/Shanghai",
    "中國": "Asia/Shanghai",
    "hong kong": "Asia/Hong_Kong",
    "香港": "Asia/Hong_Kong",
    "taipei": "Asia/Taipei",
    "台北": "Asia/Taipei",
    "臺北": "Asia/Taipei",
    "singapore": "Asia/Singapore",
    "新加坡": "Asia/Singapore",
    "tokyo": "Asia/Tokyo",
    "东京": "Asia/Tokyo",
    "東京": "Asia/Tokyo",
    "london": "Europe/London",
    "伦敦": "Europe/London",
    "倫敦": "Europe/London",
    "brussels": "Europe/Brussels",
    "utc": "UTC",
}
"""Places by the names that people use. Never CST: it has two meanings."""
