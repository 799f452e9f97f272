# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A data schema of the federal information management becomes a draft, whatever its file looks like."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.modules.applications import rules
from allmende.modules.applications.engine.compiling import House, compile_flow
from allmende.modules.applications.engine.fim.drafting import draft_flow
from allmende.modules.applications.engine.fim.reading import plain_text, read_code_list, read_schema
from allmende.modules.applications.engine.problems import LANGUAGES, Problem, Refused

# Version 2: codes inside elements of no namespace, bounds as JSON, help in HTML, much that is empty.
VERSION_2 = """<?xml version="1.0" encoding="UTF-8"?>
<xdf:xdatenfelder.stammdatenschema.0102 xmlns:xdf="urn:xoev-de:fim:standard:xdatenfelder_2">
 <xdf:header><xdf:nachrichtID>1</xdf:nachrichtID></xdf:header>
 <xdf:stammdatenschema>
  <xdf:identifikation><xdf:id>S00000001</xdf:id><xdf:version>1.0</xdf:version></xdf:identifikation>
  <xdf:name>Hund anmelden</xdf:name>
  <xdf:bezeichnungEingabe>Anmeldung eines Hundes</xdf:bezeichnungEingabe>
  <xdf:bezug>§ 10 Hundesteuersatzung</xdf:bezug>
  <xdf:regel><xdf:identifikation><xdf:id>R001</xdf:id></xdf:identifikation><xdf:name>Frist</xdf:name><xdf:definition>Innerhalb von zwei Wochen.</xdf:definition></xdf:regel>
  <xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:bezug/><xdf:enthaelt>
   <xdf:datenfeldgruppe>
    <xdf:identifikation><xdf:id>G60000001</xdf:id><xdf:version>1.0</xdf:version></xdf:identifikation>
    <xdf:name>Person</xdf:name><xdf:bezeichnungEingabe>Angaben zur Person</xdf:bezeichnungEingabe>
    <xdf:hilfetextEingabe>&lt;p&gt;Wer den Hund &lt;b&gt;hält&lt;/b&gt;.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;eine Person&lt;/li&gt;&lt;/ul&gt;</xdf:hilfetextEingabe>
    <xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:enthaelt><xdf:datenfeld>
      <xdf:identifikation><xdf:id>F60000227</xdf:id><xdf:version>1.1</xdf:version></xdf:identifikation>
      <xdf:name>Familienname</xdf:name><xdf:bezeichnungEingabe>Familienname</xdf:bezeichnungEingabe>
      <xdf:bezug>§ 3 BMG</xdf:bezug>
      <xdf:feldart listURI="x"><code>input</code></xdf:feldart><xdf:datentyp listURI="x"><code>text</code></xdf:datentyp>
      <xdf:praezisierung>{"minLength":"1","maxLength":"120","pattern":"(a+)+"}</xdf:praezisierung>
    </xdf:datenfeld></xdf:enthaelt></xdf:struktur>
    <xdf:struktur><xdf:anzahl>0:1</xdf:anzahl><xdf:enthaelt><xdf:datenfeld>
      <xdf:identifikation><xdf:id>F60000242</xdf:id></xdf:identifikation>
      <xdf:name>E-Mail</xdf:name><xdf:bezeichnungEingabe>E-Mail-Adresse</xdf:bezeichnungEingabe>
      <xdf:feldart><code>input</code></xdf:feldart><xdf:datentyp><code>text</code></xdf:datentyp><xdf:praezisierung/>
    </xdf:datenfeld></xdf:enthaelt></xdf:struktur>
    <xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:enthaelt><xdf:datenfeldgruppe>
      <xdf:identifikation><xdf:id>G60000086</xdf:id></xdf:identifikation><xdf:name>Anschrift</xdf:name>
      <xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:enthaelt><xdf:datenfeld>
       <xdf:identifikation><xdf:id>F60000246</xdf:id></xdf:identifikation><xdf:name>Postleitzahl</xdf:name>
       <xdf:feldart><code>input</code></xdf:feldart><xdf:datentyp><code>text</code></xdf:datentyp>
       <xdf:praezisierung>fünf Ziffern</xdf:praezisierung>
      </xdf:datenfeld></xdf:enthaelt></xdf:struktur>
    </xdf:datenfeldgruppe></xdf:enthaelt></xdf:struktur>
   </xdf:datenfeldgruppe>
  </xdf:enthaelt></xdf:struktur>
  <xdf:struktur><xdf:anzahl>1:*</xdf:anzahl><xdf:enthaelt>
   <xdf:datenfeldgruppe>
    <xdf:identifikation><xdf:id>G00000002</xdf:id></xdf:identifikation><xdf:name>Hund</xdf:name>
    <xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:enthaelt><xdf:datenfeld>
     <xdf:identifikation><xdf:id>F00000010</xdf:id></xdf:identifikation><xdf:name>Rasse</xdf:name>
     <xdf:feldart><code>select</code></xdf:feldart><xdf:datentyp><code>text</code></xdf:datentyp>
     <xdf:codelisteReferenz><xdf:identifikation><xdf:id>C1</xdf:id></xdf:identifikation>
      <xdf:genericodeIdentification><xdf:canonicalIdentification>urn:de:rassen</xdf:canonicalIdentification><xdf:version>1</xdf:version><xdf:canonicalVersionUri>urn:de:rassen_1</xdf:canonicalVersionUri></xdf:genericodeIdentification>
     </xdf:codelisteReferenz>
    </xdf:datenfeld></xdf:enthaelt></xdf:struktur>
    <xdf:struktur><xdf:anzahl>0:*</xdf:anzahl><xdf:enthaelt><xdf:datenfeldgruppe>
     <xdf:identifikation><xdf:id>G00000003</xdf:id></xdf:identifikation><xdf:name>Impfungen</xdf:name>
     <xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:enthaelt><xdf:datenfeld>
      <xdf:identifikation><xdf:id>F00000011</xdf:id></xdf:identifikation><xdf:name>Impftag</xdf:name>
      <xdf:feldart><code>input</code></xdf:feldart><xdf:datentyp><code>date</code></xdf:datentyp>
     </xdf:datenfeld></xdf:enthaelt></xdf:struktur>
    </xdf:datenfeldgruppe></xdf:enthaelt></xdf:struktur>
   </xdf:datenfeldgruppe>
  </xdf:enthaelt></xdf:struktur>
  <xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:enthaelt><xdf:datenfeld>
   <xdf:identifikation><xdf:id>F00000099</xdf:id></xdf:identifikation><xdf:name>Hinweis</xdf:name>
   <xdf:feldart><code>label</code></xdf:feldart><xdf:datentyp><code>text</code></xdf:datentyp><xdf:inhalt>Bitte wahr antworten.</xdf:inhalt>
  </xdf:datenfeld></xdf:enthaelt></xdf:struktur>
 </xdf:stammdatenschema>
</xdf:xdatenfelder.stammdatenschema.0102>"""

# Version 3: another namespace and prefix, bounds as attributes, values inside, further types and kinds of fields.
VERSION_3 = """<x:xdatenfelder.stammdatenschema.0102 xmlns:x="urn:xoev-de:fim:standard:xdatenfelder_3.0.0">
 <x:stammdatenschema>
  <x:identifikation><x:id>S00000000001</x:id><x:version>1.0.0</x:version></x:identifikation>
  <x:name>Halle</x:name><x:bezeichnung>Halle mieten</x:bezeichnung>
  <x:bezug link="https://example.org">§ 3 Hallenordnung</x:bezug><x:bezug>§ 7 Hallenordnung</x:bezug>
  <x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld>
   <x:identifikation><x:id>F00000000001</x:id></x:identifikation><x:bezeichnungEingabe>Gäste</x:bezeichnungEingabe>
   <x:feldart>input</x:feldart><x:datentyp>num_int</x:datentyp><x:praezisierung minValue="1" maxValue="400"/>
  </x:datenfeld></x:enthaelt></x:struktur>
  <x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld>
   <x:identifikation><x:id>F00000000002</x:id></x:identifikation><x:name>Bestuhlung</x:name>
   <x:feldart><x:code>select</x:code></x:feldart><x:datentyp><x:code>text</x:code></x:datentyp>
   <x:werte><x:wert><x:code>001</x:code><x:name>Tische</x:name></x:wert><x:wert><x:code>002</x:code><x:name>Reihen</x:name></x:wert></x:werte>
  </x:datenfeld></x:enthaelt></x:struktur>
  <x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld>
   <x:identifikation><x:id>F00000000003</x:id></x:identifikation><x:name>Beginn</x:name>
   <x:feldart>input</x:feldart><x:datentyp>datetime</x:datentyp>
  </x:datenfeld></x:enthaelt></x:struktur>
  <x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld>
   <x:identifikation><x:id>F00000000004</x:id></x:identifikation><x:name>Mandant</x:name><x:feldart>hidden</x:feldart>
  </x:datenfeld></x:enthaelt></x:struktur>
  <x:struktur><x:anzahl>0:5</x:anzahl><x:enthaelt><x:datenfeld>
   <x:identifikation><x:id>F00000000005</x:id></x:identifikation><x:name>Nachweis</x:name><x:feldart>input</x:feldart><x:datentyp>file</x:datentyp>
  </x:datenfeld></x:enthaelt></x:struktur>
  <x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld>
   <x:identifikation><x:id>F00000000006</x:id></x:identifikation><x:name>Kaution</x:name><x:feldart>input</x:feldart><x:datentyp>num_currency</x:datentyp>
  </x:datenfeld></x:enthaelt></x:struktur>
  <x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld><x:feldart>input</x:feldart></x:datenfeld></x:enthaelt></x:struktur>
 </x:stammdatenschema>
</x:xdatenfelder.stammdatenschema.0102>"""

CODE_LIST = """<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
 <Identification><ShortName>rassen</ShortName><CanonicalUri>urn:de:rassen</CanonicalUri><CanonicalVersionUri>urn:de:rassen_1</CanonicalVersionUri></Identification>
 <ColumnSet><Column Id="Name"/><Column Id="Schluessel"/><Key Id="k"><ColumnRef Ref="Schluessel"/></Key></ColumnSet>
 <SimpleCodeList>
  <Row><Value ColumnRef="Schluessel"><SimpleValue>D</SimpleValue></Value><Value ColumnRef="Name"><SimpleValue>Dackel</SimpleValue></Value></Row>
  <Row><Value ColumnRef="Schluessel"><SimpleValue>P</SimpleValue></Value><Value ColumnRef="Name"><SimpleValue>Pudel</SimpleValue></Value></Row>
 </SimpleCodeList>
</gc:CodeList>"""


def drafted(document: str, **code_lists: Any) -> tuple[Any, list[Problem]]:
    return draft_flow(
        read_schema(document.encode()), "schema.xml", "finanzen", rules.fim(), code_lists.get("code_lists")
    )


def test_version_2_becomes_a_draft_of_german_questions() -> None:
    flow, notes = drafted(VERSION_2)
    assert flow["id"] == "hund-anmelden"
    assert flow["name"] == {"de": "Anmeldung eines Hundes"}
    assert flow["legal_basis"] == ["§ 10 Hundesteuersatzung", "§ 3 BMG"]
    assert [step["id"] for step in flow["steps"]] == [
        "start",
        "person",
        "anschrift",
        "hund-anmelden",
        "hinweis",
        "pruefen",
        "einreichen",
        "mensch",
    ]
    assert flow["slots"]["familienname"] == {
        "type": "text",
        "label": {"de": "Familienname"},
        "fim": "F60000227",
        "min_length": 1,
        "max_length": 120,
    }
    assert flow["slots"]["e_mail_adresse"] == {
        "type": "email",
        "label": {"de": "E-Mail-Adresse"},
        "fim": "F60000242",
        "required": False,
    }
    assert flow["steps"][1]["help"] == {"de": "Wer den Hund hält.\n– eine Person"}
    assert flow["steps"][4]["say"] == {"de": "Bitte wahr antworten."}
    dog = flow["slots"]["hund"]
    assert (dog["type"], dog["min_items"], dog["max_items"], dog["fim"]) == ("group", 1, 30, "G00000002")
    assert dog["fields"]["rasse"]["type"] == "text"
    assert dog["fields"]["impftag"]["type"] == "date"
    assert {note.key for note in notes} == {"fim.rule", "fim.bound", "fim.options", "fim.nested"}
    for note in notes:
        for language in LANGUAGES:
            assert rules.messages().problem(note, language).startswith("schema.xml")


def test_with_its_code_list_a_choice_has_its_options() -> None:
    urn, values = read_code_list(CODE_LIST.encode())
    assert urn == "urn:de:rassen_1"
    flow, notes = drafted(VERSION_2, code_lists={urn: values})
    assert flow["slots"]["hund"]["fields"]["rasse"]["options"] == {
        "d": {"de": "Dackel", "code": "D"},
        "p": {"de": "Pudel", "code": "P"},
    }
    assert "fim.options" not in {note.key for note in notes}


def test_version_3_is_read_with_another_prefix_and_other_habits() -> None:
    flow, notes = drafted(VERSION_3)
    assert flow["legal_basis"] == ["§ 3 Hallenordnung", "§ 7 Hallenordnung"]
    assert flow["slots"]["gaeste"] == {
        "type": "number",
        "label": {"de": "Gäste"},
        "fim": "F00000000001",
        "min": 1,
        "max": 400,
    }
    assert flow["slots"]["bestuhlung"]["options"] == {"001": {"de": "Tische"}, "002": {"de": "Reihen"}}
    assert flow["slots"]["kaution"]["type"] == "money"
    assert flow["slots"]["nachweis"] == {
        "type": "file",
        "label": {"de": "Nachweis"},
        "fim": "F00000000005",
        "required": False,
        "min_items": 1,
        "max_items": 5,
    }
    assert flow["slots"]["datenfeld"]["label"] == {"de": "datenfeld"}
    assert {note.key for note in notes} == {"fim.type", "fim.hidden"}


@pytest.mark.parametrize("document", [VERSION_2, VERSION_3], ids=["2", "3"])
def test_a_draft_has_a_right_shape_and_what_it_lacks_is_the_work_of_people(document: str, house: House) -> None:
    flow, _notes = drafted(document)
    problems = {problem.key for problem in compile_flow(flow, "entwurf.yaml", house).problems}
    assert problems <= {"text.missing", "source.missing", "test.untested", "person.missing", "step.unreachable"}
    assert "text.missing" in problems


def test_what_is_no_schema_is_refused_with_a_sentence() -> None:
    for document, key in (
        (b"<a>", "fim.xml"),
        (b"", "fim.xml"),
        (b"<a/>", "fim.schema"),
        (b" " * 20_000_001, "fim.large"),
    ):
        with pytest.raises(Refused) as refused:
            read_schema(document)
        assert refused.value.key == key
        assert key in rules.messages().faults


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    with pytest.raises(Refused, match=r"fim.xml"):
        read_schema(bomb)


def test_groups_without_end_are_refused() -> None:
    inner = "<datenfeldgruppe><struktur><enthaelt>" * 40 + "</enthaelt></struktur></datenfeldgruppe>" * 40
    with pytest.raises(Refused, match=r"fim.deep"):
        read_schema(
            f"<x><stammdatenschema><struktur><enthaelt>{inner}</enthaelt></struktur></stammdatenschema></x>".encode()
        )


def test_markup_becomes_text_and_never_stays() -> None:
    assert plain_text("<p>Ein &amp; <script>x</script>zwei</p><br>drei") == "Ein & xzwei\ndrei"
    assert plain_text("a < b") == "a < b"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_damaged_file_breaks_the_import(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([VERSION_2, VERSION_3]))
    begin = data.draw(st.integers(0, len(document)))
    end = data.draw(st.integers(begin, min(begin + 400, len(document))))
    damaged = document[:begin] + data.draw(st.text(max_size=10)) + document[end:]
    try:
        flow, _notes = drafted(damaged)
    except Refused:
        return
    assert not [error.message for error in rules.validator().iter_errors(flow)]
