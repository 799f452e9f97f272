# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.kernel.files import views

urlpatterns = [path("dateien/<uuid:file_id>/", views.download, name="file_download")]
