# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.modules.assistant import views

urlpatterns = [
    path("fragen/", views.ask, name="ask"),
    path("fragen/neu/", views.forget, name="ask_forget"),
    path("fragen/<uuid:answer_id>/bewertung/", views.rate, name="ask_rate"),
]
