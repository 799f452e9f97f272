# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every address of the house: the site's own pages and those of each room."""

from django.urls import URLPattern, URLResolver, include, path

from allmende.kernel.registry import registry
from allmende.site import views
from allmende.site.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("arbeitsplatz/", views.workplace, name="workplace"),
    path("gesundheit/", views.health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    *(path("", include(room.urls)) for room in registry().rooms if room.urls),
]

handler400 = "allmende.kernel.web.views.bad_request"
handler403 = "allmende.kernel.web.views.forbidden"
handler404 = "allmende.kernel.web.views.not_found"
handler500 = "allmende.kernel.web.views.server_error"
