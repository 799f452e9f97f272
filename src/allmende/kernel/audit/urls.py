# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Below /protokoll/."""

from django.urls import path

from allmende.kernel.audit import views

urlpatterns = [
    path("protokoll/", views.log, name="audit_list"),
    path("protokoll/pruefen/", views.verify, name="audit_verify"),
    path("protokoll/export.csv", views.export, name="audit_export"),
    path("protokoll/<int:seq>/", views.entry, name="audit_entry"),
]
