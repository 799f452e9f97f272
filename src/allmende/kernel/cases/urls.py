# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the room."""

from django.urls import path

from allmende.kernel.cases.views import citizen, detail, inbox, protection

urlpatterns = [
    path("vorgaenge/", inbox.inbox, name="cases_inbox"),
    path("vorgaenge/zuweisen/", inbox.assign, name="cases_assign"),
    path("vorgaenge/rueckgaengig/", inbox.undo, name="cases_undo"),
    path("vorgaenge/ansichten/", inbox.save_filter, name="cases_save_filter"),
    path("vorgaenge/ansichten/<int:pk>/loeschen/", inbox.forget_filter, name="cases_forget_filter"),
    path("vorgaenge/datenschutz/", protection.protection_page, name="cases_protection"),
    path("vorgaenge/<uuid:case_id>/", detail.detail, name="cases_detail"),
    path("vorgaenge/<uuid:case_id>/datei/", detail.download, name="cases_download"),
    path("vorgang/<str:token>/", citizen.own_page, name="cases_citizen"),
    path("vorgang/<str:token>/pdf/", citizen.paper, name="cases_citizen_paper"),
]
