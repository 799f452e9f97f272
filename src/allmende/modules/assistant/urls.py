# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import include, path

from allmende.modules.assistant import callback_views, guided_views, switch_views, views, widget_views
from allmende.modules.assistant.live import urls as live
from allmende.modules.assistant.pilot.views import survey

urlpatterns = [
    path("fragen/", views.ask, name="ask"),
    path("fragen/neu/", views.forget, name="ask_forget"),
    path("fragen/<uuid:answer_id>/formulierung/", views.wording, name="ask_wording"),
    path("fragen/<uuid:answer_id>/bewertung/", views.rate, name="ask_rate"),
    path("fragen/rueckruf/", callback_views.form_page, name="ask_callback"),
    path("fragen/rueckruf/<str:link>/", callback_views.own_page, name="ask_callback_shown"),
    path("fragen/antrag/", guided_views.turn, name="ask_guided"),
    path("fragen/antrag/verwerfen/", guided_views.leave, name="ask_guided_leave"),
    path("fragen/antrag/formular/", guided_views.as_form, name="ask_guided_form"),
    path("fragen/antrag/<slug:name>/<slug:key>/", guided_views.start, name="ask_guided_start"),
    path("fragen/mensch/", include(live.citizens)),
    path("widget.js", widget_views.script, name="widget_script"),
    path("fragen/widget/", widget_views.ask, name="widget"),
    path("fragen/widget/neu/", widget_views.forget, name="widget_forget"),
    path("fragen/widget/<uuid:answer_id>/formulierung/", widget_views.wording, name="widget_wording"),
    path("fragen/widget/<uuid:answer_id>/bewertung/", widget_views.rate, name="widget_rate"),
    path("fragen/widget/rueckruf/", widget_views.form_page, name="widget_callback"),
    path("fragen/widget/rueckruf/<str:link>/", widget_views.own_page, name="widget_callback_shown"),
    path("assistent/rueckrufe/", callback_views.inbox, name="callbacks"),
    path("assistent/rueckrufe/<uuid:callback_id>/", callback_views.detail, name="callback"),
    path("assistent/gespraeche/", include(live.clerks)),
    path("assistent/fragen/", include("allmende.modules.assistant.staff.urls")),
    path("assistent/pilot/", include("allmende.modules.assistant.pilot.urls")),
    path("assistent/umfrage/", survey.take_part, name="pilot_survey_take_part"),
    path("umfrage/<str:token>/", survey.by_link, name="pilot_survey_link"),
    path("assistent/schalter/", switch_views.switches, name="switches"),
    path("assistent/einbinden/", widget_views.recipe, name="widget_recipe"),
]
