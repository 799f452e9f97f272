# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the room."""

from django.urls import path

from allmende.kernel.evaluation import views

app_name = "evaluation"

urlpatterns = [path("messungen/", views.overview, name="overview")]
