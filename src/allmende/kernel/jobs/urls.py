# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the room."""

from django.urls import path

from allmende.kernel.jobs import views

app_name = "jobs"

urlpatterns = [
    path("auftraege/", views.job_list, name="list"),
    path("auftraege/<uuid:uuid>/", views.job_page, name="job"),
    path("auftraege/<uuid:uuid>/verlauf", views.events, name="events"),
    path("auftraege/<uuid:uuid>/abbrechen", views.cancel, name="cancel"),
    path("auftraege/<uuid:uuid>/fortsetzen", views.retry, name="retry"),
]
