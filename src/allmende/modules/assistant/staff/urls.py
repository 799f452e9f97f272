# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.modules.assistant.staff.views import exports, groups, questions, sources, words

urlpatterns = [
    path("", questions.questions, name="review_questions"),
    path("fragen.csv", exports.questions_csv, name="review_questions_csv"),
    path("fragen.jsonl", exports.questions_json, name="review_questions_json"),
    path("antwort/<uuid:answer_id>/", questions.answer, name="review_answer"),
    path("luecken/", groups.groups, name="review_groups"),
    path("luecken.csv", exports.groups_csv, name="review_groups_csv"),
    path("luecken.jsonl", exports.groups_json, name="review_groups_json"),
    path("auswerten/", groups.analyse, name="review_analyse"),
    path("luecken/<int:group_id>/", groups.group, name="review_group"),
    path("luecken/<int:group_id>/entscheiden/", groups.decide, name="review_decide"),
    path("luecken/<int:group_id>/oeffnen/", groups.undo, name="review_undo"),
    path("luecken/<int:group_id>/suchwort/", groups.propose, name="review_group_word"),
    path("suchwoerter/", words.proposals, name="review_words"),
    path("suchwoerter/neu/", words.propose, name="review_propose"),
    path("suchwoerter/<int:proposal_id>/", words.proposal, name="review_word"),
    path("suchwoerter/<int:proposal_id>/schritt/", words.step, name="review_word_step"),
    path("fragensatz/", words.put_questions, name="review_question_set"),
    path("quellen/", sources.sources, name="review_sources"),
]
