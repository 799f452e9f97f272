# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the editors, below /redaktion/."""

from django.urls import path

from allmende.kernel.town.editing import form_views, step_views, views

TEXT = "<slug:slug>/<slug:record_id>/"

urlpatterns = [
    path("", views.texts, name="town_edit"),
    path("<slug:slug>/neu/", form_views.new, name="town_edit_new"),
    path(TEXT, views.text, name="town_edit_text"),
    path(f"{TEXT}bearbeiten/", form_views.edit, name="town_edit_form"),
    path(f"{TEXT}vorschau/", views.preview, name="town_edit_preview"),
    path(f"{TEXT}verlauf/", views.history, name="town_edit_history"),
    path(f"{TEXT}verlauf/<int:number>/wiederherstellen/", step_views.restore, name="town_edit_restore"),
    path(f"{TEXT}neue-fassung/", form_views.amend, name="town_edit_amend"),
    path(f"{TEXT}einreichen/", step_views.submit, name="town_edit_submit"),
    path(f"{TEXT}zurueckholen/", step_views.recall, name="town_edit_recall"),
    path(f"{TEXT}verwerfen/", step_views.discard, name="town_edit_discard"),
    path(f"{TEXT}uebernehmen/", step_views.adopt, name="town_edit_adopt"),
    path(f"{TEXT}zurueckgeben/", step_views.give_back, name="town_edit_return"),
    path(f"{TEXT}veroeffentlichen/", step_views.publish, name="town_edit_publish"),
    path(f"{TEXT}zurueckziehen/", step_views.withdraw, name="town_edit_withdraw"),
]
