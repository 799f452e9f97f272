# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the room."""

from django.urls import include, path

from allmende.modules.applications.views import keeping, public, question

urlpatterns = [
    path("antraege/", public.listing, name="applications"),
    path("antraege/telefon/", public.phone, name="applications_phone"),
    path("antraege/fortsetzen/", public.resume, name="application_resume"),
    path("antraege/datei/<uuid:file_id>/", keeping.upload, name="application_upload"),
    path("antraege/<slug:flow>/", public.start, name="application_start"),
    path("antraege/<slug:flow>/checkliste/", public.printable, name="application_checklist"),
    path("antrag/<slug:key>/", question.current, name="application_draft"),
    path("antrag/<slug:key>/schritt/<slug:step>/", question.page, name="application_step"),
    path("antrag/<slug:key>/sichern/", keeping.keep, name="application_keep"),
    path("antrag/<slug:key>/datei/", keeping.download, name="application_file"),
    path("antrag/<slug:key>/verwerfen/", keeping.forget, name="application_forget"),
    path("antrag/<slug:key>/bestaetigung/", keeping.receipt, name="application_receipt"),
    path("antrag/<slug:key>/gespraech/", keeping.chat, name="application_chat"),
    path("antrag/<slug:key>/fertig/", keeping.done, name="application_done"),
    path("ablaeufe/", include("allmende.modules.applications.editing.urls")),
]
