# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules, one sentence at a time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.modules.assistant import rules
from allmende.modules.assistant.engine.decision import Candidate, Evidence, decide
from allmende.modules.assistant.engine.language import detect
from allmende.modules.assistant.engine.text import fold, written

HARMLESS = [
    "Wo melde ich ein Osterfeuer an?",
    "Darf ich an Silvester Feuerwerk zünden?",
    "Die Straßenlaterne vor meinem Haus brennt nicht",
    "Ich kann nicht mehr Auto fahren, wo gebe ich den Führerschein ab?",
    "Was bringe ich mit, um den Ausweis abzuholen?",
    "Wo bekomme ich einen neuen Gasanschluss?",
    "Mein Mann ist gestorben, was muss ich tun?",
    "Wer räumt die Straße, wenn mein Auto zusammengeschoben wurde?",
    "Muss ich meinen Hund impfen lassen?",
    "Welche Regeln gelten im Freibad?",
    "Nach dem Einbruch ist mein Ausweis weg",
    "Wann ist die Polizeistunde in der Gaststätte?",
    "Was kostet ein Feuerwehreinsatz?",
    "Wie werde ich Mitglied der Feuerwehr?",
    "Wer haftet bei einem Wasserschaden im Keller?",
    "Mein Kind ist weg von der Schule, wie melde ich es ab?",
    "Wie heißt das Polizeirevier?",
    "Darf ich das Eis am Weiher betreten?",
    "Wo gebe ich alte Batterien ab?",
    "Ich habe Schulden und kann nicht mehr zahlen",
    "Was droht mir, wenn ich zu spät anmelde?",
    "Verfolgt die Stadt Falschparker?",
    "Er kann sich nicht ausweisen, was tun?",
    "Darf ich mit einem Messer auf den Markt?",
    "Ich halte den Lärm nicht mehr aus",
    "Ich kann nicht mehr alles auf einmal zahlen",
    "Ich kann die Miete nicht mehr zahlen",
    "Ich kann meinen Ausweis nicht mehr finden",
    "Ich möchte nicht mehr in der Kirche sein",
    "Ich will nicht mehr Mitglied im Beirat sein",
    "Ich kann nicht mehr die Treppe ins Rathaus steigen",
    "Ich schaffe es nicht mehr bis zur Frist",
    "Macht es noch Sinn, Widerspruch einzulegen?",
    "Ich bin am Ende der Straße, wo ist das Rathaus?",
    "Mein Baum ist letztes Jahr umgefallen, muss ich nachpflanzen?",
    "Darf ich einen Baum fällen?",
    "Wann wird die Mauer am Friedhof gebaut?",
    "Gibt es einen Kurs zur Sturzvorbeugung?",
    "Ich bin vor drei Wochen auf dem Gehweg gestürzt, haftet die Stadt?",
    "Mein Sohn ist letztes Jahr vom Baum gefallen, wo beantrage ich den Behindertenausweis?",
    "Mir ist der Schlüssel in den Gully gefallen",
    "Wann darf ich vom Sprungturm im Freibad springen?",
    "Ich bringe sie um 10 Uhr in die Kita",
    "Ich bringe die Unterlagen um die Ecke ins Rathaus",
    "Darf ich meine Hühner selbst töten?",
    "Ich will meine Wohnung ummelden und meinen Hund auch",
    "Ich mache den Garten winterfest, wohin mit dem Laub?",
    "Ich bin vom Fahrrad gestürzt, weil da ein Schlagloch war",
    "Mein Urgroßvater ist 1944 gefallen, wo finde ich den Eintrag?",
    "Meinem Haus droht die Zwangsversteigerung",
    "Wer zahlt, wenn ein Baum auf mein Auto fällt?",
    "Ich kann nicht mehr selbst kommen, darf mein Sohn den Ausweis abholen?",
    "Droht mir ein Bußgeld, wenn der Schnee vom Dach fällt?",
]
ALARMS = {
    "suicide": [
        "Ich will einfach nicht mehr da sein",
        "ich ritze mich",
        "Ich hab keinen Lebenswillen mehr",
        "Ich kann nicht mehr, alles ist sinnlos",
        "Ich kann nicht mehr. Bitte helft mir",
        "Ich will nicht mehr, mein Leben ist vorbei",
        "Mein Leben hat keinen Sinn mehr",
        "Es ist alles so sinnlos",
        "Ich schaffe das nicht mehr",
        "Ich springe gleich von der Brücke",
        "I can't go on like this",
        "I mog nimma",
    ],
    "poisoning": ["my son swallowed a battery", "Meine Tochter hat Lösungsmittel getrunken"],
    "gas": ["There is a gas smell in our house", "gas is leaking in the basement"],
    "fire": ["Mülltonne brennt", "Die Gartenhütte steht in Flammen", "there's smoke in the hallway", "Feuerwehr"],
    "domestic_violence": ["Mein Mann sperrt mich ein", "Ich habe Angst vor meinem Mann", "He hit me again last night"],
    "threat": [
        "Ich bring ihn um",
        "Ich bringe meine Frau um",
        "ich werde euch alle abstechen",
        "I'm going to kill him",
    ],
    "crime": [
        "Er will mich umbringen",
        "Mein Nachbar bringt mich um",
        "He wants to kill me",
        "Ich werde verfolgt",
        "Da steht ein Mann vor meiner Tür und droht mir",
        "gerade wird bei mir eingebrochen",
        "Unser Opa ist dement und weggelaufen",
        "Beim Graben liegt da eine Weltkriegsbombe",
        "someone is breaking into my house",
        "polizei rufen",
        "110",
    ],
    "danger": [
        "Der Bach läuft gerade in unseren Keller",
        "Da liegt ein Stromkabel auf dem Gehweg",
        "Der Keller läuft voll",
    ],
    "falling": [
        "Der Baum droht auf die Straße zu stürzen",
        "Der Baum vor unserem Haus droht umzufallen, brauche ich eine Genehmigung?",
        "Das Gerüst kippt gleich um",
        "Der Ast kann jeden Moment auf den Gehweg fallen",
        "Ein Baum liegt quer über der Straße",
        "Ein Baum ist auf die Straße gestürzt",
        "the tree is about to fall on the road",
    ],
    "accident": [
        "Meine Tochter ist vom Balkon gefallen",
        "Mein Mann ist vor fünf Minuten von der Leiter gestürzt",
        "Oma ist die Treppe runtergefallen",
        "Meine Mutter ist gestürzt und kann nicht aufstehen",
        "my son fell off the roof",
    ],
    "medical": [
        "Mei Oma kriagt koa Luft",
        "ich blute sehr stark",
        "Unfall auf der B 27 mit Verletzten",
        "Mein Sohn ist ins Eis eingebrochen",
        "Mein Baby hat Fieber, welcher Arzt hat heute Notdienst?",
        "i cant breath",
        "112",
    ],
}


@pytest.mark.parametrize("question", HARMLESS)
def test_an_ordinary_question_sets_off_no_alarm(question: str) -> None:
    assert rules.guard().check(question) is None


@pytest.mark.parametrize(("name", "question"), [(name, text) for name, texts in ALARMS.items() for text in texts])
def test_somebody_in_danger_gets_the_number_that_helps(name: str, question: str) -> None:
    rule = rules.guard().check(question)
    assert rule is not None
    assert rule.emergency
    assert rule.name == name


@given(st.text(max_size=400))
def test_no_text_breaks_the_guard(text: str) -> None:
    rules.guard().check(text)
    rules.facets().of(text)
    detect(text, rules.function_words(), "de")
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("question", "facet"),
    [
        ("Was kostet ein Hund?", "fees"),
        ("Welche Unterlagen brauche ich für den Pass?", "documents"),
        ("Bis wann muss ich mich ummelden?", "deadlines"),
        ("Wie lange dauert ein Reisepass?", "processing_time"),
        ("Wo muss ich hin?", "place"),
        ("Hund anmelden", ""),
    ],
)
def test_the_part_that_was_asked_for_is_known(question: str, facet: str) -> None:
    assert rules.facets().of(question) == facet


@pytest.mark.parametrize(
    ("question", "default", "language"),
    [
        ("Where do I register my dog?", "de", "en"),
        ("Wo melde ich meinen Hund an?", "en", "de"),
        ("Reisepass", "de", "de"),
        ("Reisepass", "en", "en"),
    ],
)
def test_the_language_of_a_question_is_known(question: str, default: str, language: str) -> None:
    assert detect(question, rules.function_words(), default) == language


BOUNDS = {
    "short_question_words": 2,
    "rival_distance": 0.3,
    "close_distance": 0.12,
    "foreignness": 0.03,
    "not_foreign": 0.4,
    "confidence": 0.3,
    "confidence_by_words": 0.1,
    "confidence_for_years": 0.9,
    "sure": 0.5,
    "sure_by_words": 0.8,
}


def evidence(**changes: object) -> Evidence:
    candidates = (
        Candidate("wohnsitz-ummelden", "services", 0.9, ("wohnsitz ummelden", "umzug")),
        Candidate("gewerbe-ummelden", "services", 0.8, ("gewerbe ummelden",)),
        Candidate("statutes/x", "statutes", 0.7, ("satzung",)),
    )
    words = changes.get("words", ("ummelden",))
    usual = {"words": words, "topic": words, "candidates": candidates, "confidence": 0.6, "foreignness": -0.05}
    return Evidence(**{**usual, **changes})


def test_a_short_question_that_fits_two_services_is_asked_back() -> None:
    assert decide(evidence(), BOUNDS).subjects == ("wohnsitz-ummelden", "gewerbe-ummelden")
    assert decide(evidence(words=("gewerbe", "ummelden")), BOUNDS).status != "clarification"


def test_a_long_question_is_not_asked_back() -> None:
    assert decide(evidence(words=("ummelden", "laden", "strasse")), BOUNDS).status == "answered"


def test_nothing_found_is_no_source() -> None:
    assert decide(evidence(candidates=()), BOUNDS).status == "no_source"


def test_a_weak_find_is_no_source_and_a_foreign_one_out_of_scope() -> None:
    weak = {"words": ("kuchen", "backen", "apfel"), "confidence": 0.2}
    assert decide(evidence(**weak), BOUNDS).status == "no_source"
    assert decide(evidence(**weak, foreignness=0.05), BOUNDS).status == "out_of_scope"


def test_a_question_that_is_just_the_name_of_a_service_is_answered() -> None:
    assert decide(evidence(words=("gewerbe", "ummelden")), BOUNDS).status == "answered"
    assert decide(evidence(words=("umzug",)), BOUNDS).status == "answered"


def test_a_sure_find_is_never_foreign() -> None:
    assert decide(evidence(words=("a", "b", "c"), confidence=0.9, foreignness=0.2), BOUNDS).status == "answered"


def test_an_unsure_answer_offers_the_next_services() -> None:
    decision = decide(evidence(words=("laden", "strasse", "zieht"), confidence=0.4), BOUNDS)
    assert (decision.status, decision.sure) == ("answered", False)
    assert decision.subjects == ("wohnsitz-ummelden", "gewerbe-ummelden")


def test_a_sure_answer_offers_what_comes_close() -> None:
    asked = {"words": ("laden", "strasse", "zieht"), "confidence": 0.9}
    decision = decide(evidence(**asked), BOUNDS)
    assert (decision.sure, decision.close) == (True, ("gewerbe-ummelden",))
    assert decide(evidence(**asked), BOUNDS | {"close_distance": 0.05}).close == ()
    assert decide(evidence(**asked, topic=("umzug",)), BOUNDS).close == (), "who says the name means it"


def test_the_opposite_of_what_was_asked_is_never_sure_and_never_offered_beside_a_sure_card() -> None:
    candidates = evidence().candidates
    asked = {"words": ("laden", "strasse", "zieht"), "confidence": 0.9}
    first = decide(evidence(**asked, candidates=(replace(candidates[0], opposed=True), candidates[1])), BOUNDS)
    assert (first.sure, first.subjects) == (False, ("wohnsitz-ummelden", "gewerbe-ummelden"))
    second = decide(evidence(**asked, candidates=(candidates[0], replace(candidates[1], opposed=True))), BOUNDS)
    assert (second.sure, second.close) == (True, ())


@pytest.mark.parametrize(
    ("question", "name", "opposed"),
    [
        ("how do i register my new apartment, just moved here from india", "Deregister your address", True),
        ("how do i register my new apartment, just moved here from india", "Register your address", False),
        ("Ich habe einen neuen Hund", "Hund abmelden", True),
        ("Der Hund ist gestorben", "Hund anmelden", True),
        ("Neues Auto gekauft, wie melde ich das alte ab?", "Auto abmelden", False),
        ("Was kostet ein Hund?", "Hund abmelden", False),
        ("How do I deregister my dog?", "Register a dog", True),
        ("Ich will umziehen", "Wohnsitz abmelden", False),
    ],
)
def test_to_register_is_the_opposite_of_to_deregister(question: str, name: str, opposed: bool) -> None:
    assert rules.opposites().are(question, name) is opposed


@pytest.mark.parametrize(
    ("masked", "searched"),
    [
        ("Meine Steuer-ID ist [Steuer-ID], wie beantrage ich einen Reisepass?", ", wie beantrage ich einen Reisepass?"),
        ("IBAN: [IBAN]. Was kostet ein Pass?", ". Was kostet ein Pass?"),
        ("My phone number is [Telefon], who collects bulky waste?", ", who collects bulky waste?"),
        ("Meine neue IBAN lautet [IBAN]", "Meine neue IBAN lautet"),
        ("Wo finde ich meine Steuer-ID?", "Wo finde ich meine Steuer-ID?"),
    ],
)
def test_what_names_personal_data_goes_with_it_unless_it_is_the_matter(masked: str, searched: str) -> None:
    assert rules.labels().without(masked).strip() == searched


def test_a_year_that_no_source_mentions_needs_more_confidence() -> None:
    asked = {"words": ("einwohner", "jahr", "stadt"), "confidence": 0.6}
    assert decide(evidence(**asked, unknown_year=True), BOUNDS).status == "no_source"
    assert decide(evidence(**asked), BOUNDS).status == "answered"


def test_without_vectors_more_is_needed_to_be_sure_and_a_foreign_matter_is_never_answered() -> None:
    assert not decide(evidence(words=("a", "b", "c"), confidence=0.7, by_words=True), BOUNDS).sure
    assert (
        decide(evidence(words=("a", "b", "c"), confidence=0.9, foreignness=0.2, by_words=True), BOUNDS).status
        == "out_of_scope"
    )


def test_the_service_that_is_called_just_so_goes_first() -> None:
    decision = decide(evidence(words=("kostet", "gewerbe", "ummelden"), topic=("gewerbe", "ummelden")), BOUNDS)
    assert decision.subjects[0] == "gewerbe-ummelden"


@pytest.mark.parametrize(
    ("spoken", "plain"),
    [
        ("Wat kost dat?", "was kostet das?"),
        ("Wos ko i do, mei Nachbar macht allweil Krach", "was kann ich do, mein Nachbar macht immer Krach"),
        ("Uns Opa is gestorben", "unser Opa ist gestorben"),
        ("Was kostet ein Hund?", "Was kostet ein Hund?"),
    ],
)
def test_dialect_is_searched_as_one_writes_it(spoken: str, plain: str) -> None:
    assert written(spoken, rules.dialect()) == plain
    assert detect(spoken, rules.words_of_languages(), "de") == "de"


@pytest.mark.parametrize(
    "question", ["I lost my ID card, what is next?", "Is there a fee?", "How do I register a dog?"]
)
def test_english_is_not_taken_for_dialect(question: str) -> None:
    assert detect(question, rules.words_of_languages(), "de") == "en"


@pytest.mark.parametrize(
    ("question", "desperate"),
    [
        ("Ich fühle mich so allein", True),
        ("Ich bin völlig verzweifelt, was soll ich tun?", True),
        ("Ich weiß nicht mehr weiter", True),
        ("Ich bin mit dem Formular überfordert, wer hilft?", False),
        ("Ich finde meine Steuer-ID nicht mehr", False),
        ("Darf meine Tochter allein ins Freibad?", False),
        ("Das macht mir Angst, darf die Tanne weg?", False),
    ],
)
def test_despair_is_told_from_trouble(question: str, desperate: bool) -> None:
    assert (rules.despair().check(question) is not None) is desperate


def test_what_names_a_service_is_the_towns_business_however_it_sounds() -> None:
    perso = Candidate("personalausweis", "services", 1.0, frozenset({"personalausweis", "perso"}))
    bounds = rules.thresholds()
    foreign = {"words": ("perso", "krieg", "woher"), "confidence": 0.1, "foreignness": 0.1, "candidates": (perso,)}
    assert decide(Evidence(**foreign, topic=("schuhe",)), bounds).status == "out_of_scope"
    found = decide(Evidence(**foreign, topic=("perso",)), bounds)
    assert (found.status, found.subjects, found.sure) == ("answered", ("personalausweis",), False)
