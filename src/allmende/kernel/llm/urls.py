# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.kernel.llm import views

app_name = "llm"
urlpatterns = [
    path("sprachmodelle/", views.providers, name="list"),
    path("sprachmodelle/neu/", views.create, name="create"),
    path("sprachmodelle/kontingente/", views.quotas, name="quotas"),
    path("sprachmodelle/verbrauch/", views.use, name="use"),
    path("sprachmodelle/anbieter/<slug:slug>/", views.provider, name="provider"),
    path("sprachmodelle/anbieter/<slug:slug>/zustand/", views.set_active, name="set_active"),
    path("sprachmodelle/anbieter/<slug:slug>/loeschen/", views.delete, name="delete"),
    path("sprachmodelle/anbieter/<slug:slug>/test/", views.probe, name="probe"),
    path("sprachmodelle/anbieter/<slug:slug>/mitlesen/", views.probe_stream, name="probe_stream"),
]
