# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public pages about the town."""

from django.urls import include, path

from allmende.kernel.town import views

urlpatterns = [
    path("leistungen/", views.services, name="services"),
    path("leistungen/<slug:service_id>/", views.service, name="service"),
    path("aemter/", views.units, name="units"),
    path("aemter/<slug:unit_id>/", views.unit, name="unit"),
    path("ortsrecht/", views.statutes, name="statutes"),
    path("ortsrecht/<slug:statute_id>/", views.statute, name="statute"),
    path("seiten/<slug:page_id>/", views.page, name="town_page"),
    path("importe/", include("allmende.kernel.town.imports.urls")),
    path("redaktion/", include("allmende.kernel.town.editing.urls")),
]
