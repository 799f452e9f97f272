# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of imports, below /importe/."""

from django.urls import path

from allmende.kernel.town.imports import document_views, views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("vorlage.csv", views.template, name="import_template"),
    path("dokument/", document_views.document, name="import_document"),
    path("quarantaene/", views.quarantine, name="quarantine"),
    path("quarantaene/<int:pk>/", views.quarantined, name="quarantined"),
    path("quarantaene/<int:pk>/erneut/", views.retry, name="quarantine_retry"),
    path("quarantaene/<int:pk>/uebernehmen/", views.accept, name="quarantine_accept"),
    path("quarantaene/<int:pk>/verwerfen/", views.discard, name="quarantine_discard"),
    path("<uuid:uuid>/", views.run, name="import"),
]
