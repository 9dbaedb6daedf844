"""The Chinese side of the vocabulary: tables only, simplified characters. `words` holds the English side and all functions.

Source: terms of Chinese notices and of Chinese reporting on the Federal Register, seen 2026-11-23.
"""

from bot.core.decide import Reason
from bot.core.match import Severity
from watchers.item import DateKind, Stage

STAGE = {
    Stage.UNCONFIRMED: "未证实",
    Stage.ANNOUNCED: "已公布",
    Stage.FILED: "公开查阅",
    Stage.PROPOSED: "拟议",
    Stage.PUBLISHED: "已刊登",
    Stage.CORRECTED: "更正",
    Stage.EFFECTIVE: "生效",
    Stage.COMMENTS_CLOSE: "意见截止",
    Stage.SUSPENDED: "暂停实施",
    Stage.LAPSED: "到期",
    Stage.WITHDRAWN: "撤回",
}

DATE = {
    DateKind.EFFECTIVE: "生效",
    DateKind.PUBLICATION: "刊登",
    DateKind.COMMENTS_CLOSE: "意见截止",
    DateKind.SIGNING: "签署",
}

FIELD = {
    "title": "标题",
    "abstract": "摘要",
    "body": "正文",
    "annex": "附件",
    "subjects": "主题词",
    "note": "附注",
    "kind": "类型",
    "type": "类型",
    "action": "行动",
    "dates": "日期",
    "agency": "机构",
    "source": "来源",
    "author": "作者",
    "lang": "语言",
    "stage": "阶段",
    "text": "文本",
    "hts": "税则号",
    "eccn": "ECCN编码",
    "control": "管制编码",
    "cfr": "联邦法规",
    "docket": "案卷号",
    "rin": "RIN编号",
    "eo": "行政令",
    "fr": "联邦公报文号",
    "mofcom": "商务部公告",
    "case": "双反案号",
    "party": "主体",
    "effective": "生效日期",
    "comments": "意见截止日期",
    "published": "刊登日期",
    "signed": "签署日期",
}
"""Fields of an item; one that is not here keeps its name."""

REASON = {
    Reason.FIRST: "首次",
    Reason.NEW_STAGE: "新阶段",
    Reason.CORRECTED: "更正",
    Reason.WITHDRAWN: "撤回",
    Reason.DATES_CHANGED: "日期变更",
    Reason.REVISED: "文本变更",
    Reason.BASELINE: "首次读取的存量",
    Reason.STALE: "超过时效",
    Reason.NO_MATCH: "未命中任何主题",
    Reason.NOT_SUBSCRIBED: "未命中已订阅的主题",
    Reason.BELOW_SEVERITY: "低于本频道的级别",
    Reason.BELOW_STAGE: "确定程度低于本频道的要求",
    Reason.MUTED: "已静音",
    Reason.STORY_MUTED: "该事项已静音",
    Reason.PAUSED: "频道已暂停",
    Reason.NEVER_TOLD: "未曾推送即已撤回",
    Reason.EDITED: "有修改，阶段与日期未变",
    Reason.FLAPPING: "变动过于频繁，稳定后再推送",
    Reason.ALSO_AT: "同一文件的另一出处",
    Reason.SUPERSEDED: "已知更晚的阶段",
}

KIND = {
    "rule": "规则",
    "final rule": "最终规则",
    "proposed rule": "拟议规则",
    "notice": "通知",
    "presidential document": "总统文件",
    "press release": "新闻稿",
    "press report": "媒体报道",
    "post": "帖文",
    "reply": "回复帖",
    "repost": "转发帖",
    "recent action": "近期行动",
    "csms message": "CSMS 消息",
}
"""Kinds of document that have an English name of ours or of the Register; any other stays as the issuer prints it."""

ZONE = {"America/New_York": "美东时间", "America/Chicago": "美中时间", "Asia/Shanghai": "北京时间"}

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

REF = {
    "rin": "RIN {}",
    "docket": "案卷 {}",
    "eo": "第{}号行政命令",
    "proclamation": "第{}号总统公告",
    "presidential": "总统文件 {}",
}

SEVERITY = {Severity.INFO: "参考", Severity.NOTICE: "重要", Severity.URGENT: "紧急"}

SERIES = {
    "mofcom:announcement": "商务部公告{0}年第{1}号",
    "mofcom:order": "商务部令{0}年第{1}号",
    "mofcom:uel": "不可靠实体清单公告〔{0}〕{1}号",
    "gacc:announcement": "海关总署公告{0}年第{1}号",
    "tariff-commission:announcement": "税委会公告{0}年第{1}号",
    "mot:announcement": "交通运输部公告{0}年第{1}号",
    "state-council:order": "国务院令第{0}号",
    "mfa:order": "外交部令第{0}号",
    "csms": "CSMS # {0}",
    "fr": "{0}",
}

INCIDENT = {
    "blocked": "网站拒绝访问",
    "disallowed": "网站要求机器不读取此页",
    "moved": "页面已不在原处",
    "redesigned": "页面已改版",
    "empty": "列表为空",
    "truncated": "响应中断",
    "wrong charset": "文字乱码",
    "too large": "响应超过读取上限",
    "not sane": "响应内容不符",
    "slow": "网站未及时响应",
    "unreachable": "无法连接网站",
    "server fault": "网站自身故障",
    "rate limited": "网站要求稍后再来",
    "resting": "失败过多，暂不访问该网站",
    "budget spent": "付费读取已达上限",
    "unsafe address": "该地址不允许读取",
    "reader failed": "本程序的读取器出错",
    "silent": "读取正常，但久无更新",
}

ADVICE = {
    "blocked": "请用浏览器打开该页面；不要设法绕过验证",
    "disallowed": "请向网站申请许可，或改读刊载同样内容的页面",
    "moved": "请查找页面的新地址，并设为该来源的 base_url（自设来源则为 url）",
    "redesigned": "网站已改版：请用 tradewire sources probe 比对，再修正该来源的选择器",
    "empty": "请打开页面：若页面有内容，需修正该来源的设置",
    "truncated": "无需处理，会自动重试",
    "wrong charset": "这是页面或 Tradewire 的缺陷：请附上录制的页面报告",
    "too large": "请人工查看该页面",
    "not sane": "该来源可能已更改格式",
    "slow": "无需处理，会自动重试",
    "unreachable": "请检查本机的网络与域名解析",
    "server fault": "无需处理，会自动重试",
    "rate limited": "无需处理，会自动重试",
    "resting": "无需处理，会自动重试",
    "budget spent": "请等待下一周期，或提高该来源的上限",
    "unsafe address": "若确需读取此地址，请将其主机加入 fetch.allow_private_hosts",
    "reader failed": "这是 Tradewire 的缺陷：请附上日志报告",
    "silent": "请打开页面：若页面有更新内容，需修正该来源的设置或读取器",
}
"""What the operator can do, by the kind of incident: the Chinese of each error's own advice."""
