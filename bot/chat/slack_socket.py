"""Slack's listener: commands, buttons and the Home tab come by Socket Mode, are acknowledged at once, and answered by the desk.

It keeps one connection by itself instead of Slack's own client: that one tries the same spent address again and again, writes
a traceback for each try, asks the proxies of the environment, and cannot be told that it is not welcome any more.
It must never answer before it has acknowledged, do anything twice that Slack sends twice, or show a token or a response URL.
Source: docs.slack.dev (using Socket Mode, handling user interaction) and slack_sdk 3.47, seen 2026-11-29.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.kept import Seen
from bot.chat.listening import REFUSED_PAUSE, Desk, Sleep, Turns, pause_after, until
from bot.chat.slack_answers import SlackAnswers
from bot.chat.slack_asked import asked_of, names_of
from bot.clock import Clock

log = logging.getLogger("tradewire.chat.slack")

API = "https://slack.com/api/"
