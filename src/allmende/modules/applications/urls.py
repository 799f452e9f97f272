# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the room."""

from django.urls import include, path

urlpatterns = [
    path("ablaeufe/", include("allmende.modules.applications.editing.urls")),
]
