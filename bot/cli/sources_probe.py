"""`tradewire sources probe NAME` and `sources record NAME`: one fresh look at one source, printed or kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import completing
from bot.cli.common import config_option, json_option, log_only_errors, named_errors, read_settings, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.probe import Look, Probed
    from watchers.item import Item
    from watchers.source import AnySource

SHOWN = 8
_EXCERPT_CHARS = 400
_ENDINGS = {
    "application/json": "json",
    "text/html": "html",
    "application/pdf": "pdf",
    "application/xhtml+xml": "html",
}


@click.command("probe")
@click.argument("name", shell_complete=completing.sources)
@click.option("--in-full", default=1, show_default=True, metavar="N", help="Read the first N items in full.")
@config_option
@json_option
def probe_command(name: str, in_full: int, config_path: Path | None, as_json: bool) -> int:
    """Read one source now and say what came back, what was found on it, and why not.

    Nothing is stored and nothing is sent; of a paid source the reads are counted. Exit code 1 if the source could not be read.
    """
    settings = read_settings(config_path)
    source, probed = _look(settings, name, in_full)
    if as_json:
        from bot.render.jsonline import line

        for look in probed.looks:
            click.echo(line(_as_object(look)))
    else:
        for look in probed.looks:
            _print_look(look)
        _print_verdict(source, probed)
    return 1 if probed.error else 0


@click.command("record")
@click.argument("name", shell_complete=completing.sources)
@click.option(
    "--to",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("recordings"),
    show_default=True,
    metavar="DIR",
    help="Where to put the pages and what was found on them.",
)
@click.option("--in-full", default=1, show_default=True, metavar="N", help="Read the first N items in full.")
@config_option
def record_command(name: str, directory: Path, in_full: int, config_path: Path | None) -> int:
    """Keep what one source serves now, and the items found on it, for review.

    Each page is kept byte for byte, with a .case.json that says what it answered and an .expected.json that says what
    was found. A page that cannot be read is kept too: it is what a repair starts from.
    """
    settings = read_settings(config_path)
    source, probed = _look(settings, name, in_full)
    folder = directory / source.key
    folder.mkdir(parents=True, exist_ok=True)
    options = settings.watched()[source.key][1].options
    kept = [
        path
        for number, look in enumerate(probed.looks, start=1)
        for path in _keep(folder, number, look, options)
    ]
    for path in kept:
        show(str(path))
    click.echo(
        f"{len(kept)} files written: review the .expected.json files before they are relied on.", err=True
    )
    return 1 if probed.error else 0


def _look(settings: "Settings", name: str, in_full: int) -> "tuple[AnySource, Probed]":
    log_only_errors()
    watched = settings.watched()
    if name not in watched:
        import difflib

        close = difflib.get_close_matches(name, watched, n=1)
        hint = f'did you mean "{close[0]}"?' if close else "tradewire sources"
        raise Failed(f'no source is called "{name}"', try_=hint)
    source, configured = watched[name]
    with named_errors():
        return source, asyncio.run(_fetch(settings, source, configured.options, in_full))


async def _fetch(settings: "Settings", source: "AnySource", options: Any, in_full: int) -> "Probed":
    from bot.app import fetch_rules
    from bot.clock import SystemClock
    from bot.probe import probe
    from watchers.fetch import Fetcher
    from watchers.source import Found

    clock = SystemClock()
    async with (
        _count_kept(settings, source) as count,
        Fetcher(fetch_rules(settings), now=clock.now) as fetcher,
    ):
        probed = await probe(source, options, fetcher, now=clock.now(), memory=count, in_full=in_full)
        for look in probed.looks:
            count.update(look.found.memory if isinstance(look.found, Found) else {})
    return probed


@asynccontextmanager
async def _count_kept(settings: "Settings", source: "AnySource") -> AsyncIterator[dict[str, str]]:
    """Give what is known of how much was paid for reading the source, and keep what it has become: a budget counts every read."""
    if source.counted_in is None:
        yield {}
        return
    from bot.core.health import remembered, with_memory
    from bot.store.health import load_state, save_state
    from bot.store.writer import Connection, Store

    def keep(connection: Connection) -> None:
        state = load_state(connection, source.key)
        kept = {name: text for name, text in count.items() if name == source.counted_in}
        save_state(connection, with_memory(state, remembered(state) | kept))

    store = await Store.open(settings.store.url.get_secret_value())
    try:
        state = await store.read(lambda connection: load_state(connection, source.key))
        count = {name: text for name, text in remembered(state).items() if name == source.counted_in}
        yield count
        await store.write(keep)
    finally:
        await store.close()


def _print_look(look: "Look") -> None:
    from watchers.guard import shown_url

    show(f"{look.request.role:<9}{shown_url(look.request.url)}")
    if look.page is not None:
        kind = look.page.headers.get("content-type", "no content type")
        show(f"{'':<9}{look.page.status}, {len(look.page.body):,} bytes, {kind}")
        if look.page.url != look.request.url:
            show(f"{'':<9}led to {shown_url(look.page.url)}")
    if look.error is not None:
        _print_error(look)
    for line in _found_lines(look):
        show(line)
    show()


def _print_error(look: "Look") -> None:
    error = look.error
    if error is None:
        return
    show(f"{'':<9}{error.kind}: {error.what}")
    show(f"{'':<9}try: {error.advice}")
    if look.page is not None:
        show(f"{'':<9}it begins: {_excerpt(look.page.body)}")


def _excerpt(body: bytes) -> str:
    """Return the beginning of what a page shows, or of the page itself where it shows nothing."""
    from watchers.charset import decode
    from watchers.errors import SourceError
    from watchers.markup import visible_text

    try:
        text = decode(body[:200_000], None)
    except SourceError:
        return repr(body[:80])
    shown = visible_text(text) if text.lstrip().startswith("<") else text
    return " ".join((shown or text).split())[:_EXCERPT_CHARS]


def _found_lines(look: "Look") -> list[str]:
    from bot.render.words import count_words
    from watchers.item import Item

    if look.found is None:
        return []
    if isinstance(look.found, Item):
        return _item_lines(look.found)
    found = look.found
    of_all = f" of {found.total:,}" if found.total is not None else ""
    lines = [f"{'':<9}{count_words(len(found.items), 'item')}{of_all}"]
    lines += [_item_line(item) for item in found.items[:SHOWN]]
    if len(found.items) > SHOWN:
        lines.append(f"{'':<9}and {len(found.items) - SHOWN} more")
    lines += [f"{'':<9}problem: {problem.record}: {problem.reason}" for problem in found.problems[:SHOWN]]
    lines += [f"{'':<9}then {following.role} {following.url}" for following in found.follow[:SHOWN]]
    lines += [f"{'':<9}remembers {name}: {value}" for name, value in found.memory.items()]
    return lines


def _item_line(item: "Item") -> str:
    when = item.official_at.isoformat() if item.official_at else str(item.official_on or "undated")
    return f"{'':<9}  {when[:16]:<17}{item.title[:100]}  [{item.ref}]"


def _item_lines(item: "Item") -> list[str]:
    lines = [_item_line(item), f"{'':<11}{len(item.body or ''):,} characters of text"]
    lines += [f"{'':<11}also known as {alias}" for alias in item.aliases]
    lines += [f"{'':<11}{link.kind}: {link.url}" for link in item.links[:SHOWN]]
    return [*lines, *(f"{'':<11}annex {each.title}: {len(each.text):,} characters" for each in item.annexes)]


def _print_verdict(source: "AnySource", probed: "Probed") -> None:
    failed = probed.error
    if failed is None:
        stood_in = ", by what stands in for a page that cannot" * any(look.error for look in probed.looks)
        show(f"{source.title} can be read{stood_in}.")
    elif source.expects_refusal:
        show(f"{source.title} is refused, as is known of it: {failed.what}. {source.facts.limits}.")
    else:
        show(f"{source.title} cannot be read: {failed.what}.")


def _as_object(look: "Look") -> dict[str, Any]:
    import json

    from watchers.guard import shown_url
    from watchers.recording import expected_of

    found = look.found if look.found is not None else look.error
    return {
        "role": look.request.role,
        "url": shown_url(look.request.url),
        "status": look.page.status if look.page else None,
        "bytes": len(look.page.body) if look.page else None,
        "content_type": look.page.headers.get("content-type") if look.page else None,
        "error_kind": look.error.kind if look.error else None,
        "error": look.error.what if look.error else None,
        "advice": look.error.advice if look.error else None,
        "found": json.loads(expected_of(found)) if found is not None and not look.error else None,
    }


def _keep(folder: Path, number: int, look: "Look", options: Any) -> list[Path]:
    from watchers.recording import case_of, expected_of

    if look.page is None:
        return []
    media_type = look.page.headers.get("content-type", "").partition(";")[0].strip().lower()
    stem = folder / f"{number:02}-{look.request.role}"
    page = stem.with_suffix(f".{_ENDINGS.get(media_type, 'xml' if 'xml' in media_type else 'bin')}")
    page.write_bytes(look.page.body)
    written = [page]
    case = stem.with_suffix(".case.json")
    case.write_text(case_of(look.page, memory=look.memory, item=look.item, options=options), encoding="utf-8")
    written.append(case)
    found = look.error or look.found
    if found is not None:
        expected = stem.with_suffix(".expected.json")
        expected.write_text(expected_of(found), encoding="utf-8")
        written.append(expected)
    return written
