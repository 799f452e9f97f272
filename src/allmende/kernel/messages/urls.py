# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the room."""

from django.urls import path

from allmende.kernel.messages import views

urlpatterns = [
    path("post/", views.outbox, name="messages_list"),
    path("post/ziele/neu/<slug:kind>/", views.add_destination, name="messages_add_destination"),
    path("post/ziele/<slug:slug>/", views.change_destination, name="messages_change_destination"),
    path("post/ziele/<slug:slug>/entfernen/", views.remove_destination, name="messages_remove_destination"),
    path("post/<uuid:message_id>/senden/", views.send_anew, name="messages_send_anew"),
    path("post/<uuid:message_id>/aufgeben/", views.give_up, name="messages_give_up"),
]
