# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the frame itself."""

from django.urls import path

from allmende.kernel.web import views

urlpatterns = [
    path("darstellung/", views.theme, name="theme"),
    path("impressum/", views.imprint, name="impressum"),
    path("datenschutz/", views.privacy, name="datenschutz"),
    path("barrierefreiheit/", views.accessibility, name="barrierefreiheit"),
    path("ki/", views.ai_systems, name="ki"),
]
