"""What our own sentences say, in every language of a channel. Tables of terms are in `words`; this holds the words between them.

A phrase that exists in one language only cannot be written down here.
"""

from dataclasses import dataclass

from bot.core.actions import Wish
from bot.core.channel import Language
from bot.core.timing import Mode


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same thing in each language. Braces are filled in by `say`; what is filled in is never read as a form."""

    en: str
    zh: str

    def say(self, language: Language, **values: object) -> str:
        """Return the phrase in `language`, its braces filled in."""
        form = self.zh if language == "zh" else self.en
        return form.format(**values)


# -- marks: the only words in capitals
URGENT = Phrase("URGENT", "紧急")
BLIND = Phrase("BLIND", "无法读取")
STILL_BLIND = Phrase("STILL BLIND", "仍无法读取")
LATE = Phrase("LATE", "久无更新")
STILL_LATE = Phrase("STILL LATE", "仍无更新")
BACK = Phrase("BACK", "已恢复")
REFUSED = Phrase("REFUSED", "被拒绝")

# -- between words
COMMA = Phrase(", ", "，")
LISTED = Phrase(", ", "、")
SEMICOLON = Phrase("; ", "；")
COLON = Phrase(": ", "：")
STOP = Phrase(".", "。")
BRACKETS = Phrase(" ({inner})", "（{inner}）")
AND_MORE = Phrase(" and {count:,} more", "等，另有{count:,}项")
MORE = Phrase("{count:,} more", "另有{count:,}条")

# -- an alert
WAS = Phrase(" (was: {stage})", "（此前：{stage}）")
WITH_REASON = Phrase(" ({reason})", "（{reason}）")
DAY_OF_FILING = Phrase(" (day of filing)", "（公开查阅当日）")
BEIJING_DATE = Phrase(" (Beijing date)", "（北京日期）")
BEIJING_DATES = Phrase(" (Beijing dates)", "（均为北京日期）")
NO_OFFICIAL_DOCUMENT = Phrase("No official document found.", "未找到官方文件。")
MAY_BE_DELETED = Phrase(" (post, may be deleted)", "（帖文，可能被删除）")
IN_THE_FIELD = Phrase("{words} in the {field}", "{words}（{field}）")
NO_WORDS = Phrase(
    "no words this time: it continues story {story}, {reason}", "此次无命中词：延续事项 {story}，{reason}"
)
HOW_LOUD = Phrase("{severity}: {why}", "{severity}：{why}")
WATCHED_PARTY = Phrase("watched party: {party}", "关注名单：{party}")
TAKEN_DOWN = Phrase("quiet: {rule}", "降级：{rule}")
SENT_AGAIN = Phrase(
    "Sent again: whether the first try arrived is not known.", "重新发送：无法确认上一次是否送达。"
)
PUBLISHED_ON = Phrase("Published", "刊登日")

# -- field names
DOCUMENT = Phrase("Document", "文件")
STORY = Phrase("Story", "事项")
CORRECTS = Phrase("Corrects", "更正对象")
BY = Phrase("By", "发布者")
CHANGED = Phrase("Changed", "变动")
MATCHED = Phrase("Matched", "命中")
SEVERITY = Phrase("Severity", "级别")
LINK = Phrase("Link", "链接")
ALSO_AT = Phrase("Also at", "另见")
TIMES = Phrase("Times", "时间")
SOURCE = Phrase("Source", "来源")
TITLE = Phrase("Official title", "原标题")
READ_FROM = Phrase(", read from “{evidence}”", "，依据“{evidence}”")
ISSUERS_FIELD = Phrase(", from the issuer's field {evidence}", "，取自发布方字段 {evidence}")
DETAILS = Phrase("Details", "详情")

# -- times
SEEN_LATER = Phrase("{verb} {at}, seen {span} later", "{at}{verb}，{span}后读到")
SEEN_AT = Phrase("seen {at}", "{at}读到")
SENT_AFTER = Phrase(", sent {span} after", "，再过{span}发出")
HELD = Phrase(", held for quiet hours", "，因静默时段延后发出")
UPDATED = Phrase("Updated {at}", "{at}更新")
FILED_AT = Phrase("filed", "提交公开查阅")
POSTED_AT = Phrase("posted", "发帖")
OFFICIAL_AT = Phrase("official", "官方发布")

# -- a redline
REMOVED = Phrase("− removed from the {field}: “{text}”", "− {field}中删去：“{text}”")
ADDED = Phrase("+ added to the {field}: “{text}”", "+ {field}中新增：“{text}”")

MORE_CHANGES = Phrase("and {counted}", "另有{count:,}处变动")

# -- a reply, and the head brought up to date
BEGAN = Phrase(" ({stage} {day})", "（{day}{stage}）")
AS_NUMBER = Phrase(" as ", "，编号 ")

# -- a brief and a burst
BRIEF = Phrase("Brief", "简报")
BRIEFS = {
    Mode.INSTANT: BRIEF,
    Mode.HOURLY: Phrase("Hourly brief", "每小时简报"),
    Mode.DAILY: Phrase("Daily brief", "每日简报"),
    Mode.WEEKLY: Phrase("Weekly brief", "每周简报"),
}
COUNT_NEW = Phrase("{count:,} new", "{count:,}条新消息")
NOTHING_NEW = Phrase("nothing new", "无新消息")
QUIET_READ = Phrase("{read} of {sources} sources read", "{sources}个来源中已读取{read}个")
LAST_READ = Phrase(", last {at}", "，最近一次{at}")
SOURCES = Phrase("Sources", "来源")
READ_SINCE = Phrase(
    "{read} of {sources} sources read since the last brief.",
    "自上次简报以来，{sources}个来源中已读取{read}个。",
)
BLIND_SINCE = Phrase("{title}, since {at}", "{title}，{at}起")
BURST = Phrase(
    "{count} in {span} ({since} to {until}), urgent ones were sent on their own",
    "{span}内{count}（{since}至{until}），紧急消息已单独发送",
)
CLOSED = Phrase("closed {at}", "{at}结束")

# -- a notice
UNREADABLE_SINCE = Phrase("Unreadable since {at}; {reason}", "{at}起无法读取；{reason}")
OVERDUE_SINCE = Phrase("Overdue since {at}; {reason}", "{at}起应有更新而未见；{reason}")
SINCE = Phrase("since {at}", "{at}起")
SINCE_OVERDUE = Phrase("overdue since {at}", "{at}起应有更新而未见")
OTHER_REASON = Phrase(", now for another reason", "，现原因已变")
AS_IS_KNOWN = Phrase("once more, as is known of it", "再次被拒，属已知情况")
BLIND_FOR = Phrase("blind for {span}", "共{span}无法读取")
OVERDUE_FOR = Phrase("overdue for {span}", "逾期{span}")
REASON = Phrase("Reason", "原因")
WAS_FIELD = Phrase("Was", "原因")
BACK_FILLED = Phrase("Back-filled", "补读")
CAUGHT_UP = Phrase("; caught up: {brought}", "；{brought}")
OTHERS = Phrase("Others", "其他来源")
MISSING = Phrase("Missing", "可能遗漏")
MAY_MISS = Phrase("May miss", "或有遗漏")
COVERED_BY = Phrase("Covered by", "替代来源")
LAST_GOOD = Phrase("Last good", "上次正常")
NEXT_TRY = Phrase("Next try", "下次尝试")
ADVICE = Phrase("Advice", "建议")
HEALTHY = Phrase("{title}, healthy", "{title}，正常")
NOT_HEALTHY_EITHER = Phrase("{title}, not healthy either", "{title}，同样异常")
NO_OTHER_SOURCE = Phrase("no other source", "无其他来源")
OTHERS_HEALTHY = Phrase("all other sources are healthy", "其他来源均正常")
OTHERS_BLIND = Phrase("{counted} still blind", "另有{count:,}个来源仍无法读取")
STILL_BLIND_ARE = Phrase("still blind: {titles}", "仍无法读取：{titles}")
READ_AT = Phrase("read {at}", "{at}读取")
NEVER_READ = Phrase("never read", "从未读取")
LAST_ITEM = Phrase(", last item: {title}", "，最近一条：{title}")
BY_ITSELF = Phrase("{at}, by itself", "{at}，自动进行")
TRY = Phrase("try: {command}", "可运行：{command}")
PAUSED = Phrase("PAUSED", "已暂停")
NOT_SENDING = Phrase("NOT SENDING", "无法发送")
WHY_FIELD = Phrase("Why", "原因")
GIVEN_UP = Phrase("Given up", "已放弃")
MEANWHILE = Phrase("Meanwhile", "其间")
POSTS = Phrase("{count:,} posts", "{count:,}条消息")
ONE_POST = Phrase("1 post", "1条消息")
NOTHING_LOST = Phrase("nothing is lost; it is tried again by itself", "消息不会丢失，系统会自动重试")
CHECK_TOKEN = Phrase("check the token; the run-book says how to rotate it", "请检查令牌；更换方法见运行手册")
YOU_CAN = Phrase("You can", "可运行")

# -- buttons
BUTTONS = {
    Wish.WHY: Phrase("Why this alert", "为何收到此消息"),
    Wish.FOLLOW: Phrase("Follow this story", "关注此事项"),
    Wish.MUTE_24_HOURS: Phrase("Mute this story 24 h", "此事项静音24小时"),
    Wish.RELEVANT: Phrase("Relevant", "相关"),
    Wish.NOT_RELEVANT: Phrase("Not relevant", "不相关"),
}
