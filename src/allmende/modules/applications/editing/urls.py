# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of those who look after flows, below /ablaeufe/."""

from django.urls import path

from allmende.modules.applications.editing import form_views, step_views, views

VERSION = "<slug:flow>/<int:number>/"

urlpatterns = [
    path("", views.flows, name="flows"),
    path("neu/", form_views.new, name="flow_new"),
    path("<slug:flow>/vergleich/", views.compare, name="flow_compare"),
    path("<slug:flow>/entwurf/", step_views.begin, name="flow_begin"),
    path(VERSION, views.version, name="flow_version"),
    path(f"{VERSION}probe/", views.attempt, name="flow_trial"),
    path(f"{VERSION}yaml/", form_views.source, name="flow_yaml"),
    path(f"{VERSION}formular/", form_views.overview, name="flow_form"),
    path(f"{VERSION}formular/<path:place>/", form_views.part, name="flow_part"),
    path(f"{VERSION}ordnen/", form_views.rearrange, name="flow_rearrange"),
    path(f"{VERSION}einreichen/", step_views.submit, name="flow_submit"),
    path(f"{VERSION}zurueckholen/", step_views.recall, name="flow_recall"),
    path(f"{VERSION}verwerfen/", step_views.discard, name="flow_discard"),
    path(f"{VERSION}zurueckgeben/", step_views.give_back, name="flow_return"),
    path(f"{VERSION}veroeffentlichen/", step_views.publish, name="flow_publish"),
    path(f"{VERSION}zurueckziehen/", step_views.withdraw, name="flow_withdraw"),
]
