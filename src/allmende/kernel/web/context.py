# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page frame shows around every page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import AREA_TITLES, Area, NavigationItem, Text, registry

PLACES = (
    (_("Fragen"), "ask"),
    (_("Leistungen"), "services"),
    (_("Anträge"), "applications"),
    (_("Ämter"), "units"),
    (_("Ortsrecht"), "statutes"),
)
"""What everybody finds in the header: title and URL name; a place whose room is not installed is left out."""

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Link:
    """One entry of the rail; `current` when the page shown lies below it."""

    title: Text
    url: str
    icon: str
    current: bool
    description: Text = ""


@dataclass(frozen=True)
class Group:
    """An area of the rail with the entries this person may open."""

    area: Area
    title: Text
    links: tuple[Link, ...]


class Frame:
    """What `web/base.html` and `web/staff.html` read. Nothing here asks the database before a template uses it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def theme(self) -> str:
        """light, dark or auto."""
        return theme_of(self._request)

    @property
    def languages(self) -> list[dict[str, Any]]:
        """Code, own name and whether it is the one shown."""
        now = get_language() or settings.LANGUAGE_CODE
        own_names = {"de": "Deutsch", "en": "English"}
        return [
            {"code": code, "name": own_names.get(code, str(name)), "current": now.split("-")[0] == code}
            for code, name in settings.LANGUAGES
        ]

    @property
    def path(self) -> str:
        """Where a switch of language or theme leads back to; the start page after a form, which cannot be repeated."""
        return self._request.get_full_path() if self._request.method == "GET" else "/"

    @property
    def places(self) -> tuple[Link, ...]:
        """The public places of the header."""
        found = ((title, _address(name)) for title, name in PLACES)
        return tuple(Link(title, url, "", _is_current(self._request.path, url)) for title, url in found if url)

    @cached_property
    def navigation(self) -> tuple[Group, ...]:
        """The areas with at least one entry that this person may open."""
        groups = ((area, tuple(_links(self._request, area))) for area in Area)
        return tuple(Group(area, AREA_TITLES[area], links) for area, links in groups if links)


def theme_of(request: HttpRequest) -> str:
    """The theme from the cookie; anything unknown counts as auto."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` in every template."""
    return {"frame": Frame(request)}


def _links(request: HttpRequest, area: Area) -> Iterator[Link]:
    user = getattr(request, "user", None)
    has_right = getattr(user, "has_right", None)
    if has_right is None:
        return
    for item, description in _items(area):
        url = _address(item.url_name)
        if url and has_right(item.right):
            yield Link(item.title, url, item.icon, _is_current(request.path, url), description)


def _items(area: Area) -> Iterator[tuple[NavigationItem, Text]]:
    """The entries of an area, each with what one does there, or what its room says about itself."""
    for room in registry().rooms:
        if room.area is area:
            yield from ((item, item.description or room.description) for item in room.navigation)


def _address(url_name: str) -> str:
    """The address; empty when no room has such a page, so that one room cannot break everybody's frame."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _is_current(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
