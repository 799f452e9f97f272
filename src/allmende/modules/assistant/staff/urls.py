# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.modules.assistant.staff.views import exports, groups, questions, sources, words

urlpatterns = [
    path("", questions.questions, name="review_questions"),
    path("fragen.csv", exports.questions, {"kind": "csv"}, name="review_questions_csv"),
    path("fragen.jsonl", exports.questions, {"kind": "jsonl"}, name="review_questions_json"),
    path("antwort/<uuid:answer_id>/", questions.answer, name="review_answer"),
    path("luecken/", groups.groups, name="review_groups"),
    path("luecken.csv", exports.groups, {"kind": "csv"}, name="review_groups_csv"),
    path("luecken.jsonl", exports.groups, {"kind": "jsonl"}, name="review_groups_json"),
    path("auswerten/", groups.analyse, name="review_analyse"),
    path("luecken/<int:group_id>/", groups.group, name="review_group"),
    path("luecken/<int:group_id>/entscheiden/", groups.decide, name="review_decide"),
    path("luecken/<int:group_id>/oeffnen/", groups.undo, name="review_undo"),
    path("luecken/<int:group_id>/suchwort/", groups.propose, name="review_group_word"),
    path("suchwoerter/", words.proposals, name="review_words"),
    path("suchwoerter.csv", exports.proposals, {"kind": "csv"}, name="review_words_csv"),
    path("suchwoerter.jsonl", exports.proposals, {"kind": "jsonl"}, name="review_words_json"),
    path("suchwoerter/neu/", words.propose, name="review_propose"),
    path("suchwoerter/<int:proposal_id>/", words.proposal, name="review_word"),
    path("suchwoerter/<int:proposal_id>/schritt/", words.step, name="review_word_step"),
    path("suchwoerter/<int:proposal_id>/messen/", words.measure, name="review_measure"),
    path("fragensatz/", words.put_questions, name="review_question_set"),
    path("quellen/", sources.sources, name="review_sources"),
    path("quellen.csv", exports.sources, {"kind": "csv"}, name="review_sources_csv"),
    path("quellen.jsonl", exports.sources, {"kind": "jsonl"}, name="review_sources_json"),
]
