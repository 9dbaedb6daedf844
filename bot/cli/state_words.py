"""The one word for how a source stands, the same in every command."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config_sources import SourceSettings
    from bot.core.health import SourceState
    from bot.core.incident import Incident
    from watchers.source import AnySource


def is_silent(incident: "Incident | None") -> bool:
    """Tell whether the source's open incident is that it brings nothing new."""
    from bot.core.incident import SILENT

    return incident is not None and incident.kind == SILENT


def standing(
    source: "AnySource", configured: "SourceSettings", state: "SourceState", incident: "Incident | None"
) -> str:
    """Return learning, healthy, late, BLIND, refused (as expected) or paused; `incident` is the open one, if any."""
    from bot.core.health import state_word

    return state_word(
        state,
        enabled=configured.enabled,
        expects_refusal=source.expects_refusal,
        silent=is_silent(incident),
    )
