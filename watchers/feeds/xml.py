"""RSS, RDF and Atom as they are written. Pure; asks nobody for anything and expands no entity.

By lxml itself, not by fastfeedparser. On well-formed feeds that one (0.6.5, read and run 2026-11-23) takes a number in a
guid for a day of the present month, reads "10:30" and "yesterday" by the clock and 29 February as the 28th; takes the first
link of an entry whatever its `rel`; cuts a text at the first element or entity in it; and hands on neither dates as written
nor isPermaLink nor elements of other vocabularies, so that all would have to be parsed a second time beside it.
"""

from functools import cache
from typing import TYPE_CHECKING

from watchers.errors import NotSane, Truncated
from watchers.feeds.loose import read_loosely
from watchers.feeds.mend import mended
from watchers.feeds.raw import RawFeed, too_many_entries
from watchers.feeds.shell import Shelled, names_entries, shelled
from watchers.feeds.tree import read_tree
from watchers.source import Problem

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

# libxml2's numbers of faults. Its limits are 256 levels and 10 MB of text in one piece.
_NOT_FINISHED = (45, 63)  # a comment, a CDATA section
_LIMIT = 114


def read_xml(text: str, body: bytes, url: str) -> RawFeed:
    """Return the feed in `text`, whose first character is no blank. `body` is what it was decoded from, `url` its address.

    What breaks the rules of XML without doubt about what is meant (a bare `&`, an undeclared prefix) is put right first.
    What is still not well-formed is read loosely, and a Problem says so.

    Raises Truncated where the root element is not closed, Blocked for a check page, NotSane for what is no feed, declares a
    document type, passes a limit, or cannot be read even loosely.
    """
    shell = shelled(text, body)
    if shell.cut:
        return _capped(shell, url)
    root, fault = _parsed(shell.text)
    if root is None:
        better = mended(shell.text, shell.root)
        root, fault = _parsed(better)
        if root is None:
            return _salvaged(better, url, fault)
    feed = read_tree(root, url, based="xml:base" in shell.text)
    if not feed.entries and names_entries(shell.text):
        return _strayed(shell.text, url) or feed
    return feed


def _capped(shell: Shelled, url: str) -> RawFeed:
    """Read the entries up to the cap; the element around them has lost its end, so rules are not insisted on."""
    root = _recovered(mended(shell.text, shell.root))
    if root is None:
        raise NotSane("the feed cannot be read up to the entries that are too many")
    feed = read_tree(root, url, based="xml:base" in shell.text)
    feed.problems.append(too_many_entries())
    return feed


def _salvaged(text: str, url: str, fault: str) -> RawFeed:
    """Read a feed that is not well-formed, in whichever of two ways finds more entries in it.

    feedparser keeps more of a text in which tags are amiss; libxml2 keeps apart entries whose own tags are, and is the one
    that can be asked about a long text.
    """
    loose = read_loosely(text, url)
    root = _recovered(text)
    tree = read_tree(root, url, based="xml:base" in text) if root is not None else None
    known = [(len([one for one in feed.entries if one.is_known]), feed) for feed in (loose, tree) if feed]
    most, feed = max(known, key=lambda pair: pair[0], default=(0, None))
    if feed is None or not most:
        raise NotSane(f"the feed is not well-formed ({fault}), and no entry of it can be read")
    reason = f"it is not well-formed ({fault}): some of it may be missing"
    feed.problems.append(Problem(record="feed", reason=reason))
    return feed


def _strayed(text: str, url: str) -> RawFeed | None:
    """Read a feed whose entries are not called as they are called in a feed of its kind; None where it has none."""
    feed = read_loosely(text, url)
    if feed is None or not feed.entries:
        return None
    feed.problems.append(Problem(record="feed", reason="its entries are not where such a feed has them"))
    return feed


# -- the tree


@cache
def _parser(*, recover: bool = False) -> "XMLParser":
    """Return a parser that asks nothing of the network and expands nothing. It locks itself while it works."""
    from lxml.etree import XMLParser

    return XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _parsed(text: str) -> tuple["_Element | None", str]:
    """Return the root element, or None and what is wrong with it.

    Raises NotSane where a limit of the parser is passed, Truncated where what looked like the end stands in a text.
    """
    from lxml.etree import XMLSyntaxError, fromstring

    try:
        return fromstring(text.encode(), _parser()), ""
    except XMLSyntaxError as error:
        fault = " ".join((error.msg or "no reason given").partition(", line")[0].split())[:80]
        code = getattr(error, "code", None)
        if code == _LIMIT or "too big" in fault:
            raise NotSane(f"the feed passes a limit: {fault}") from None
        if code in _NOT_FINISHED:
            raise Truncated(f"the feed ends early: {fault}") from None
        return None, fault


def _recovered(text: str) -> "_Element | None":
    from lxml.etree import XMLSyntaxError, fromstring

    try:
        root: _Element | None = fromstring(text.encode(), _parser(recover=True))
    except XMLSyntaxError:
        return None
    return root
