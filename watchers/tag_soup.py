"""Makes markup harmless to parse. Pure; drops what no reader of ours looks at and never changes a word of the text.

An HTML5 parser can be made to work for minutes, or to fill the memory, by a page of a few hundred kilobytes: many tags never
closed, many attributes on one tag, emphasis left open that is opened anew in each paragraph. What is handed on has none of
these, whatever came in, so the rest needs no guard. How that is made certain: every tag that is handed on was cut here as the
parser cuts it, and whatever the parser would close by itself is closed in so many words.

Source: lexbor (selectolax 1.0.2) measured 2026-11-23: 20,000 open `div` take 0.5 s and 100,000 take 13 s, 20,000 attributes
on one tag 0.6 s, 300,000 more than 90 s; 600 open `font` before 600 paragraphs make 361,204 elements out of 12 kB.
"""

import re
from dataclasses import dataclass, field

MAX_TAGS = 300_000
MAX_DEPTH = 128
MAX_ATTRIBUTES = 100
_ALWAYS_FEW = 1000  # the attributes of a tag of so many characters are not worth counting

# Where a tag ends (WHATWG HTML, tokenization): not at a `>` inside a quoted value, and a quote counts only behind the `=`.
_SPACE = r"[\t\n\f\r ]"
_ATTRIBUTE = (
    r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+)?+"
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TOKEN = re.compile(
    rf"<(?:(/?)([a-zA-Z][^\t\n\f\r />]*+)((?:[\t\n\f\r /]++|{_ATTRIBUTE})*+)>"
    r"|!--(?:-?>|.*?--!?>|.*)"
    r"|[!?/][^>]*+>?"
    r"|[a-zA-Z].*)",
    re.DOTALL,
)
_NOTHING = "<!---->"  # stands where something was, so that what is around it does not become a tag
_DOCTYPE = "<!DOCTYPE html>"  # without it some tags close others than they do here


def names(line: str) -> frozenset[str]:
    """Return the names of tags in a line."""
    return frozenset(line.split())


_VOID = names(
    "area base basefont bgsound br embed hr image img input keygen link meta param source track wbr"
)
_EMPTIED = names("script style")  # kept with their attributes, without what they hold
_WORDS = names("title textarea")  # hold text and no tags
_DROPPED = names("svg math template select noscript iframe object applet xmp noembed noframes")
_WITHOUT_CONTENT = _DROPPED | _EMPTIED | _WORDS
_FOREIGN = names("svg math")
# Only the tags go: they have rules of their own for what they close, and say nothing that we look for.
_BARE = names("col colgroup frame frameset marquee nobr optgroup option plaintext rb rp rt rtc ruby")
_ONCE = names("html head body")  # the others would add their attributes to the first
_EMPHASIS = names("a b big code em font i s small strike strong tt u")

# What closes what, and what an end tag cannot see past (WHATWG HTML, tree construction).
_SECTIONS = names("tbody thead tfoot")
_WALLS = names("table td th caption")
_TABLE_PARTS = _SECTIONS | names("caption tr td th")
_HEADINGS = names("h1 h2 h3 h4 h5 h6")
_CLOSES_P = _HEADINGS | names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form header"
    " hgroup hr li listing main menu nav ol p pre search section summary table ul"
)
_SPECIAL = _CLOSES_P | _TABLE_PARTS | {"button"}
_ITEMS = {"li": names("li"), "dt": names("dd dt"), "dd": names("dd dt")}
_ITEM_STOPS = _SPECIAL - names("address div p")
_P, _P_STOPS = names("p"), _WALLS | {"button"}
_PARENTS = {
    **dict.fromkeys(_SECTIONS | {"caption"}, names("table")),
    "tr": _SECTIONS | {"table"},
    **dict.fromkeys(names("td th"), _SECTIONS | names("tr table")),
}
_TOUCHES = _VOID | _ONCE | _BARE | _TABLE_PARTS | _HEADINGS | set(_ITEMS) | names("a button form table")
_NO_WALL: frozenset[str] = frozenset()


def has_too_many_tags(text: str) -> bool:
    """Tell whether `text` is over `MAX_TAGS`: no page of news is, and the time to read it grows with them."""
    return text.count("<") > MAX_TAGS


def up_to_tag(text: str, count: int) -> str:
    """Return the beginning of `text` that holds fewer than `count` tags."""
    return "<".join(text.split("<", count)[:count]) if text.count("<") >= count else text


def tamed(text: str) -> str:
    """Return the markup of a page or of a part of one, with nothing in it that a parser could be hurt by.

    An ordinary page keeps its tags, their attributes and all text. Gone are comments, what is inside `script` and `style`
    (their tags stay), the tags of links without an address, and `svg`, `math`, `template`, `select`, `object`, `iframe` and
    `noscript` as a whole; a `form` becomes a `div`. Of other pages also go the attributes of a tag with more than 100, tags
    nested deeper than 128 (not their text), and all that follows the 300,000th tag.
    """
    return _Tamer(up_to_tag(text, MAX_TAGS)).run()


@dataclass(slots=True)
class _Tamer:
    text: str
    kept: list[str] = field(default_factory=lambda: [_DOCTYPE])
    open: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    unclosed: set[str] = field(default_factory=set)
    done: int = 0  # up to here the text was kept or replaced

    def run(self) -> str:
        position: int | None = 0
        while position is not None:
            position = self._run_from(position)
        self.kept.append(self.text[self.done :])
        return "".join(self.kept)

    def _run_from(self, position: int) -> int | None:
        """Go through the tags from `position` on; return where to go on behind content that was passed over."""
        opened = self.open
        for token in _TOKEN.finditer(self.text, position):
            end, name, rest = token.groups()
            if name is None:
                self._replace(token, _NOTHING)
                continue
            if not name.islower():
                name = name.lower()
            if end:
                if opened and opened[-1] == name != "form":
                    opened.pop()
                else:
                    self._end(name, token)
            elif name in _WITHOUT_CONTENT:
                return self._without_content(name, token)
            elif name in _TOUCHES or len(rest) >= _ALWAYS_FEW or (name in _CLOSES_P and "p" in opened):
                self._start(name, token)
            elif len(opened) < MAX_DEPTH:
                opened.append(name)
            else:
                self._replace(token, _NOTHING)
        return None

    def _start(self, name: str, token: re.Match[str]) -> None:
        rest = token[3]
        if not self._counts(name, rest):
            self._replace(token, _NOTHING)
            return
        self._close_implied(name, token)
        if name not in _VOID and name not in _ONCE:
            if len(self.open) >= MAX_DEPTH:
                self._replace(token, _NOTHING)
                return
            self.open.append(name)
        few = _has_few_attributes(rest)
        if name == "form" or not few:
            self._replace(token, f"<{_WRITTEN.get(name, name)} {rest if few else ''}>")

    def _counts(self, name: str, rest: str) -> bool:
        """Tell whether a start tag is handed on at all."""
        if name == "a":
            return "href" in rest or "href" in rest.lower()  # one that leads nowhere is often left open
        if name in _ONCE:
            first = name not in self.seen
            self.seen.add(name)
            return first
        return name not in _BARE and (name not in _TABLE_PARTS or "table" in self.open)

    def _close_implied(self, name: str, token: re.Match[str]) -> None:
        """Close what the parser would close at this start tag."""
        opened = self.open
        if "p" in opened and name in _CLOSES_P:
            self._close_from(self._innermost(_P, _P_STOPS), token)
        if name in _PARENTS:
            self._close_from(self._innermost(_PARENTS[name], _NO_WALL) + 1, token)
        elif name in _ITEMS:
            self._close_from(self._innermost(_ITEMS[name], _ITEM_STOPS), token)
        elif name in _HEADINGS:
            self._close_from(len(opened) - 1 if opened and opened[-1] in _HEADINGS else -1, token)
        elif name == "table":
            index = self._innermost(_WALLS, _NO_WALL)
            self._close_from(index if index >= 0 and opened[index] == "table" else -1, token)
        elif name == "a" and "a" in opened:
            self._close_link(self._innermost(frozenset("a"), _WALLS), token)
        elif name == "button" and "button" in opened:
            self._close_from(self._innermost(frozenset(("button",)), _WALLS), token)

    def _close_link(self, index: int, token: re.Match[str]) -> None:
        """Close a link. The parser takes it out from around a few blocks and leaves these open; so do we, but not for more."""
        around = sum(name in _SPECIAL for name in self.open[index + 1 :])
        if index >= 0 and 0 < around <= 3:
            del self.open[index]
        else:
            self._close_from(index, token)

    def _end(self, name: str, token: re.Match[str]) -> None:
        index = self._innermost(_HEADINGS if name in _HEADINGS else frozenset((name,)), _stops(name))
        if index < 0:
            self._replace(token, _NOTHING)
        elif name == "a" and len(self.open) - index > 1:
            self._end_link(index, token)
        elif name in _EMPHASIS and not _SPECIAL.isdisjoint(self.open[index:]):
            self._replace(token, _NOTHING)  # it ends with the block that it is in
        else:
            self._close_from(index + 1, token)
            self.open.pop()
            if name == "form":
                self._replace(token, "</div>")

    def _end_link(self, index: int, token: re.Match[str]) -> None:
        before = len(self.open)
        self._close_link(index, token)
        if len(self.open) < before - 1:
            self._replace(token, _NOTHING)  # its end was written along with that of what it held

    def _close_from(self, index: int, token: re.Match[str]) -> None:
        """Write out the end of all that is open from `index` on, innermost first, before `token`. -1: of nothing."""
        closed = self.open[index:] if index >= 0 else []
        if closed:
            ends = "".join(f"</{_WRITTEN.get(name, name)}>" for name in reversed(closed))
            self.kept += (self.text[self.done : token.start()], ends)
            self.done = token.start()
            del self.open[index:]

    def _innermost(self, names: frozenset[str], stops: frozenset[str]) -> int:
        """Return the place of the innermost open one of `names`, -1 if there is none or one of `stops` is met before it."""
        opened = self.open
        for index in range(len(opened) - 1, -1, -1):
            if opened[index] in names:
                return index
            if opened[index] in stops:
                break
        return -1

    def _without_content(self, name: str, token: re.Match[str]) -> int:
        """Drop an element or what it holds; return where to go on."""
        rest = token[3]
        inside, after = self._content(name, token)
        if name in _DROPPED:
            written = _NOTHING
        else:
            inside = inside.replace("<", "&lt;") if name in _WORDS else ""
            written = f"<{name} {rest if _has_few_attributes(rest) else ''}>{inside}</{name}>"
        self.kept += (self.text[self.done : token.start()], written)
        self.done = after
        return after

    def _content(self, name: str, token: re.Match[str]) -> tuple[str, int]:
        """Return what stands between a tag and its end tag, and where that ends. Without an end tag only code holds all."""
        start, ends_itself = token.end(), token[3].endswith("/")
        if ends_itself and name in _FOREIGN:
            return "", start
        end = None
        if name not in self.unclosed:
            end = re.compile(rf"</{name}(?=[\t\n\f\r />])[^>]*+>?", re.IGNORECASE).search(self.text, start)
        if end is not None:
            return self.text[start : end.start()], end.end()
        self.unclosed.add(name)
        return "", start if ends_itself or name not in _EMPTIED else len(self.text)

    def _replace(self, token: re.Match[str], written: str) -> None:
        self.kept += (self.text[self.done : token.start()], written)
        self.done = token.end()


_WRITTEN = {
    "form": "div"
}  # a form inside a form, or one that ends where it should not, has rules that nobody can follow


def _has_few_attributes(rest: str) -> bool:
    return len(rest) < _ALWAYS_FEW or len(_ATTRIBUTES.findall(rest)) <= MAX_ATTRIBUTES


def _stops(name: str) -> frozenset[str]:
    """Return what the end tag `name` cannot see past."""
    if name == "table" or name in _TABLE_PARTS:
        return _NO_WALL if name == "table" else frozenset(("table",))
    if name in _EMPHASIS:
        return _WALLS
    if name == "li":
        return _WALLS | {"ol", "ul"}
    if name == "p":
        return _P_STOPS
    return _WALLS if name in _SPECIAL else _SPECIAL
