"""A feed's elements to the feed as it is written: which element says what, in RSS, RDF and Atom alike. Pure."""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from watchers.feeds.raw import RawEntry, RawFeed, address_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What the vocabularies are called here. That of the root element is RSS or Atom, whatever its address says.
_VOCABULARIES = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss/": "media:",
}
# Counts of comments and the like, which change while nothing else does.
_UNREAD = frozenset(
    {
        "http://purl.org/rss/1.0/modules/slash/",
        "http://purl.org/rss/1.0/modules/syndication/",
        "http://wellformedweb.org/CommentAPI/",
        "http://purl.org/syndication/thread/1.0",
    }
)
# Where each text may stand, the surest place first.
_TEXTS = {
    "id": ("atom:id",),
    "title": ("title", "atom:title", "dc:title"),
    "summary": ("description", "atom:summary", "dc:description", "media:description"),
    "content": ("content:encoded", "atom:content", "content"),
    "published": ("pubDate", "atom:published", "atom:issued", "dc:date", "dcterms:issued", "dcterms:created"),
    "updated": ("atom:updated", "atom:modified", "dcterms:modified", "lastBuildDate"),
    "author": ("dc:creator", "author", "atom:author"),
    "lang": ("language", "dc:language"),
}
_MARKUP = frozenset({"title", "summary", "content"})
# What may stand there more than once.
_LISTS = {
    "guid": ("guid",),
    "link": ("link", "atom:link"),
    "category": ("category", "atom:category", "dc:subject"),
    "file": ("enclosure", "media:content"),
    "group": ("media:group",),
}
_LIST = -1
_Place = tuple[str, int]  # what is said, and how sure the place is, 0 the surest
_PLACES: dict[str, _Place] = {
    **{name: (what, rank) for what, names in _TEXTS.items() for rank, name in enumerate(names)},
    **{name: (what, _LIST) for what, names in _LISTS.items() for name in names},
}
_ENTRY = ("entry", _LIST)
_FOREIGN = ("foreign", _LIST)
_ALONE = frozenset({"br", "hr", "img"})
_MAX_EXTENSIONS = 20
_MAX_EXTENSION_CHARS = 500


def read_tree(root: "_Element", url: str, *, based: bool) -> RawFeed:
    """Return the feed under `root`, read from `url`; its entries in the order of the page, all of them.

    `based`: some element has an `xml:base`. Other relative links are relative to the site that RSS names as its channel's,
    and to `url` in Atom.
    """
    places = _Places(root.tag)
    channel = root if places.is_atom else next(root.iterchildren("{*}channel"), root)
    own = _Said(places, (child for child in channel if places[child.tag] is not _ENTRY))
    home = next(filter(None, (address_of(url, link) for link in own.links()[0])), None)
    base = url if places.is_atom or home is None else home
    elements = root.iter("{*}entry" if places.is_atom else "{*}item")
    return RawFeed(
        title=own.texts.get("title"),
        home=home,
        lang=own.texts.get("lang") or channel.get(_XML_LANG) or root.get(_XML_LANG),
        entries=[_entry(places, one, base, based) for one in elements if places[one.tag] is _ENTRY],
    )


class _Places(dict[object, _Place | None]):
    """Tags to what is said there; None for those that nobody reads."""

    def __init__(self, root: str) -> None:
        super().__init__()
        space, local = _split(root)
        self.is_atom = local.lower() == "feed"
        self.is_rdf = local.lower() == "rdf"
        self._entry = "atom:entry" if self.is_atom else "item"
        self._vocabularies = {**_VOCABULARIES, space: "atom:" if self.is_atom else ""}

    def __missing__(self, tag: object) -> _Place | None:
        if not isinstance(tag, str):  # what lxml has for the tag of a comment, an instruction or an entity
            return None
        space, local = _split(tag)
        vocabulary = self._vocabularies.get(space)
        name = f"{vocabulary}{local}"
        place = _PLACES.get(name)
        if space in _UNREAD:
            place = None
        elif vocabulary is None or (place is None and vocabulary not in ("", "atom:")):
            place = _FOREIGN
        elif name == self._entry:
            place = _ENTRY
        self[tag] = place
        return place


def _split(tag: str) -> tuple[str, str]:
    space, _, local = tag.rpartition("}")
    return space[1:], local


class _Said:
    """What the elements of an entry, or those of the feed itself, say."""

    __slots__ = ("_places", "_ranks", "extensions", "lists", "texts")

    def __init__(self, places: _Places, elements: Iterable["_Element"]) -> None:
        self.texts: dict[str, str] = {}
        self.lists: dict[str, list[_Element]] = {}
        self.extensions: list[tuple[str, str]] = []
        self._places = places
        self._ranks: dict[str, int] = {}
        self._take(elements)
        for group in self.lists.get("group", ()):
            self._take(child for child in group if places[child.tag] not in (None, _FOREIGN))

    def _take(self, elements: Iterable["_Element"]) -> None:
        places, texts, lists, ranks = self._places, self.texts, self.lists, self._ranks
        for element in elements:
            place = places[element.tag]
            if place is None:
                continue
            what, rank = place
            if rank == _LIST:
                if what == "foreign":
                    self._extend(element)
                elif what in lists:
                    lists[what].append(element)
                else:
                    lists[what] = [element]
            elif what not in ranks or rank < ranks[what]:
                text = element.text if len(element) == 0 else _nested(element, what)
                if text and not text.isspace() and not (what == "content" and _is_file(element)):
                    texts[what] = text
                    ranks[what] = rank

    def _extend(self, element: "_Element") -> None:
        if len(self.extensions) < _MAX_EXTENSIONS and len(element) == 0:
            text = (element.text or "").strip()[:_MAX_EXTENSION_CHARS]
            if text:
                local = _split(element.tag)[1]
                self.extensions.append((f"{element.prefix}:{local}" if element.prefix else local, text))

    def links(self) -> tuple[list[str], list[str]]:
        """Return the addresses of the page that all this is about, the surest first, and those of what is enclosed."""
        pages: list[tuple[bool, str]] = []
        files = [one.get("url") or "" for one in self.lists.get("file", ())]
        for link in self.lists.get("link", ()):
            if text := _all(link).strip():
                pages.append((False, text))
                continue
            rel = link.get("rel", "alternate")
            if rel == "alternate":
                pages.append((link.get("type", "text/html") != "text/html", link.get("href") or ""))
            elif rel == "enclosure":
                files.append(link.get("href") or "")
        if len(pages) > 1:
            pages.sort(key=lambda page: page[0])
        return [address for _, address in pages], files


def _entry(places: _Places, element: "_Element", base: str, based: bool) -> RawEntry:
    said = _Said(places, element)
    texts, lists = said.texts, said.lists
    if "guid" in lists:
        identity = _all(lists["guid"][0]).strip() or texts.get("id")
        permalink = lists["guid"][0].get("isPermaLink", "true").strip().lower() != "false"
    elif places.is_rdf:
        identity, permalink = element.get(_ABOUT), True
    else:
        identity, permalink = texts.get("id"), False
    pages, files = said.links()
    if permalink and identity and (address := address_of("", identity)):
        pages.append(address)
    return RawEntry(
        base=(address_of(base, element.base or "") or base) if based else base,
        id=identity,
        id_is_permalink=permalink,
        links=pages,
        title=texts.get("title"),
        summary=texts.get("summary"),
        content=texts.get("content"),
        published=texts.get("published"),
        updated=texts.get("updated"),
        author=texts.get("author"),
        categories=[_all(one) or one.get("term") or "" for one in lists.get("category", ())],
        enclosures=files,
        extensions=said.extensions,
    )


def _is_file(content: "_Element") -> bool:
    """Tell whether a content is a file that Atom carries inside the feed, and no text."""
    kind = content.get("type", "")
    return "/" in kind and not kind.startswith("text/") and not kind.endswith("xml")


# -- texts of elements that hold others


def _nested(element: "_Element", what: str) -> str:
    if what in _MARKUP:
        return _inside(element)
    return _all(next(element.iterchildren("{*}name"), element) if what == "author" else element)


def _all(element: "_Element") -> str:
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def _inside(element: "_Element") -> str:
    """Return what is in an element as HTML without attributes. Not lxml's `tostring`: that one repeats each declaration of
    the root in every piece, and a root can declare a hundred thousand. As deep as the parser lets a tree be: 256.
    """
    pieces = [escape(element.text or "", quote=False)]
    for child in element:
        if isinstance(child.tag, str):
            local = _split(child.tag)[1].lower()
            pieces += (f"<{local}>", _inside(child), "" if local in _ALONE else f"</{local}>")
        pieces.append(escape(child.tail or "", quote=False))
    return "".join(pieces)
