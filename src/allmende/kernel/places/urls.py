# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.kernel.places import views

urlpatterns = [path("strassen/vorschlaege/", views.suggestions, name="street_suggestions")]
