"""Pages of Chinese ministries as their sites shape them, written by us, and a site that serves them without a network."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.platforms import NOON, Platform
from watchers.errors import SourceError
from watchers.source import HTML, Page, Request, Validators

GATEWAY = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def unit(**ids: str) -> str:
    """Return the element of a page of script that says by which ids a list is asked for."""
    told = {"parseType": "bulidstatic", "pageType": "column", "editType": "null"} | ids
    query = ",".join(f"'{name}':'{value}'" for name, value in told.items())
    source = "/cms_files/default/script/AuthorizedRead/unitbuild.js"
    return f'<script src="{source}" url="{GATEWAY}" queryData="{{{query}}}"></script>'


def shell(*parts: str) -> bytes:
    """Return a page of script that holds these parts and the site's navigation."""
    nav = '<ul class="nav"><li><a href="/index.html">首页</a></li><li><a href="/zwgk/index.html">政务公开</a></li></ul>'
    head = '<head><meta charset="utf-8"><title>政策发布</title></head>'
    return f"<!DOCTYPE html><html>{head}<body>{nav}{''.join(parts)}</body></html>".encode()


def entry(title: str, href: str, day: str) -> str:
    """Return one entry of a list."""
    return f'<li><a href="{href}" target="_blank" title="{title}">{title}</a><span>[{day}]</span></li>'


def listing(*entries: str, number: int = 1, rows: int = 0, count: int = 0) -> bytes:
    """Return what the gateway answers: these entries as page `number` of `count` of them, `rows` a page."""
    shown = rows or len(entries)
    pages = f'<div class="pagination" rows="{shown}" pageNo="{number}" count="{count or len(entries)}"></div>'
    html = f'<ul class="txtList_01">{"".join(entries)}</ul>{pages}'
    return json.dumps({"code": "200", "success": True, "data": {"html": html}}, ensure_ascii=False).encode()


def paragraphs(*lines: str) -> str:
    """Return lines as a page has them."""
    return "".join(f'<p style="text-indent: 2em;">{line}</p>' for line in lines)


def article(title: str, body: str, *, head: str = "", published: str = "2025-10-09 09:05") -> bytes:
    """Return an article on the ministry's present pages; `head` stands between its title and its text."""
    metas = f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{published}">'
    heading = f'<h2 class="art-title">{title}</h2><div class="at-left">来源：商务部 类型：原创</div>'
    text = f'<div ergodic="article" class="art-con art-con-bottonmLine">{body}</div>'
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{metas}</head>'
        f'<body><div class="article">{heading}{head}{text}</div><div class="foot">商务部</div></body></html>'
    ).encode()


def page(
    body: bytes, url: str, *, role: str = "article", type_: str = "text/html; charset=utf-8", **ask: Any
) -> Page:
    """Return an answer as it came back; `ask` are further fields of its request."""
    accept = HTML if type_.startswith("text/html") else "application/json"
    return Page(
        request=Request(url=url, role=role, accept=accept, **ask),
        url=url,
        status=200,
        headers={"content-type": type_},
        body=body,
        fetched_at=NOON,
    )


class Ministry(Platform):
    """A ministry's site: what each address answers is said by its path and query, or by the gateway as a whole."""

    def __init__(
        self, pages: Mapping[str, bytes | SourceError], gateway: Callable[[Request], bytes | SourceError]
    ) -> None:
        super().__init__(lambda request: gateway(request) if GATEWAY in request.url else self._page(request))
        self._pages = pages

    def _page(self, request: Request) -> bytes | SourceError:
        return self._pages["/" + request.url.split("/", 3)[3]]

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        """Return the page that was asked for, as the kind of page that it is."""
        self.content_type = "application/json" if GATEWAY in request.url else "text/html; charset=utf-8"
        return await super().fetch(request, max_bytes=max_bytes, validators=validators)
