"""The one spelling of a web address, so that the same page met twice is known as the same. Pure.

For identity and for nothing else: what is asked for, and what people are given to click, stays as the issuer wrote it. It
must never raise, and never merge two addresses that may lead to different pages.

courlan, which comes with the text extraction, cleans addresses too and is not used here: its `clean_url` drops parameters
by parts of their names (`source`, `keyword`, `uid`, `session`, `cid`: a page's own number may be called that), drops empty
ones, sorts the rest, takes one address out of another that carries it as a parameter, and keeps http and https apart.
It is also the slower of the two (500 addresses: 5 ms there, 2 ms here). Source: courlan 1.4.0, read and run 2026-11-23.
"""

import re

# The same site under other names. A name that lost its `m.`, `mobile.` or `amp.` is looked up here too and nowhere else:
# on a site that is not in the table the mobile pages may be other pages.
# Source: facts gathered 2026-11-23 (one article under the first two names; the rest: the names that the sites themselves
# use, and the short ones that people write).
_SAME_SITE = {
    "media.bis.gov": "www.bis.gov",
    "bis.gov": "www.bis.gov",
    "whitehouse.gov": "www.whitehouse.gov",
    "federalregister.gov": "www.federalregister.gov",
    "www.ustr.gov": "ustr.gov",
    "mofcom.gov.cn": "www.mofcom.gov.cn",
    "customs.gov.cn": "www.customs.gov.cn",
    "mfa.gov.cn": "www.mfa.gov.cn",
    "gov.cn": "www.gov.cn",
}
_MOBILE = ("m.", "mobile.", "amp.")

# Parameters that say who clicked where, never which page. Compared whole and in lower case: a wrong guess would merge pages.
# Source: the documentation of the advertising, mail and web-analysis services that add them, seen 2026-11-23.
_TRACKING_FAMILIES = ("utm_", "mtm_", "hsa_")
_TRACKING = frozenset(
    (
        *(
            "gclid",
            "gclsrc",
            "dclid",
            "gbraid",
            "wbraid",
            "_ga",
            "_gl",
            "msclkid",
            "yclid",
            "fbclid",
            "igshid",
        ),
        *(
            "igsh",
            "twclid",
            "ttclid",
            "li_fat_id",
            "mc_cid",
            "mc_eid",
            "mkt_tok",
            "_hsenc",
            "_hsmi",
            "vero_id",
        ),
        *("oly_anon_id", "oly_enc_id", "s_cid", "spm", "pk_campaign", "pk_kwd", "jsessionid", "phpsessid"),
    )
)
_INDEX_PAGES = frozenset({"index.html", "index.htm", "index.shtml"})

MAX_CHARS = 8192  # longer ones are nobody's page; leaving them alone bounds the work
_EDGES = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"
_EDGES += "".join(map(chr, range(0x2000, 0x200C)))
_BREAKS = str.maketrans("", "", "\t\r\n")  # as browsers do: addresses wrapped in hand-written pages

_PARTS = re.compile(r"(?i:https?)://([^/?#]{0,8192})([^?#]{0,8192})(?:\?([^#]{0,8192}))?")
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]")
_SESSION = re.compile(r"(?i);jsessionid=[^/;]{0,8192}")

_UNRESERVED = r"A-Za-z0-9._~\-"
_PLAIN = re.compile(rf"[{_UNRESERVED}!$&'()*+,;=:@/?]{{0,8192}}")
_TO_QUOTE = re.compile(rf"%([0-9A-Fa-f]{{2}})?|[^{_UNRESERVED}!$&'()*+,;=:@/?]")
_TO_QUOTE_IN_HOST = re.compile(rf"%([0-9A-Fa-f]{{2}})?|[^{_UNRESERVED}]")
_IS_UNRESERVED = re.compile(f"[{_UNRESERVED}]")


def canonical_url(url: str) -> str:
    """Return the one spelling of `url`: https, lower-case host in ASCII, no user, default port, fragment or tracking.

    The host is the site's own name (`media.bis.gov` and `m.bis.gov` → `www.bis.gov`). The path has no dots to resolve, no
    session, no `index.html`, and no slash at its end unless it is the root; its case is kept. The parameters left keep
    their order. Escapes are upper case and only where one is needed. What is not http or https, has no host, or is longer
    than `MAX_CHARS` comes back as it is, without blanks around it. Applied twice it changes nothing more.
    """
    url = url.strip(_EDGES)
    if len(url) > MAX_CHARS:
        return url
    parts = _PARTS.match(url.translate(_BREAKS) if "\n" in url or "\t" in url or "\r" in url else url)
    if parts is None:
        return url
    authority, path, query = parts.groups()
    site = _site(authority)
    if not site:
        return url
    address = f"https://{site}{_path(path)}"
    query = _query(query) if query else ""
    return f"{address}?{query}" if query else address


def url_ref(url: str) -> str:
    """Return the reference of the page at `url`, the same however its address is spelled: `url:www.bis.gov/news-updates`."""
    return "url:" + canonical_url(url).removeprefix("https://")


def is_front(url: str) -> bool:
    """Tell whether `url` is that of a site's front page. Addresses of pages that are gone often lead there."""
    parts = _PARTS.fullmatch(canonical_url(url))
    return parts is not None and parts[2] == "/" and not parts[3]


def _site(authority: str) -> str:
    """Return host and port in one spelling; empty where there is no host."""
    if "@" in authority:
        authority = authority.rpartition("@")[2]
    host, port = authority, ""
    if ":" in authority:
        before, _, after = authority.rpartition(":")
        if not after or (after.isascii() and after.isdigit()):
            host, port = before, after.lstrip("0")
    host = host.lower()
    if _HOST.fullmatch(host) is None:
        host = _ascii_host(host)
    host = host.rstrip(".")
    host = _SAME_SITE.get(host, host)
    if host.startswith(_MOBILE):
        host = _SAME_SITE.get(host.partition(".")[2], host)
    # 80 and 443 alike: http has become https, and neither serves another page on the other's port.
    return f"{host}:{port}" if host and port and port not in ("80", "443") else host


def _ascii_host(host: str) -> str:
    """Return a host that is not plain: in punycode if it is a name, otherwise quoted."""
    if not host.isascii() and len(host) <= 253:
        try:
            name = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            name = ""
        if _HOST.fullmatch(name):
            return name
    return _TO_QUOTE_IN_HOST.sub(_quoted, host).lower()


def _path(path: str) -> str:
    if _PLAIN.fullmatch(path) is None:
        path = _TO_QUOTE.sub(_quoted, path)
    if ";" in path:
        path = _SESSION.sub("", path)
    if "/." in path:
        path = _without_dots(path)
    while True:
        path = path.rstrip("/")
        folder, _, last = path.rpartition("/")
        if last.lower() not in _INDEX_PAGES:
            return path or "/"
        path = folder


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    if _PLAIN.fullmatch(query) is None:
        query = _TO_QUOTE.sub(_quoted, query)
    return "&".join(part for part in query.split("&") if part and not _is_tracking(part))


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_FAMILIES)


def _quoted(found: re.Match[str]) -> str:
    """Return an escape in its one spelling: none for a character that needs none, `%25` for a `%` that escapes nothing."""
    code = found[1]
    if code is None:
        return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
    character = chr(int(code, 16))
    return character if _IS_UNRESERVED.fullmatch(character) else f"%{code.upper()}"
