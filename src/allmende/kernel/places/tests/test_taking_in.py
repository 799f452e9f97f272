# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A street register comes as a file: once, again, with broken rows, with other names of columns, whole."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from allmende.kernel.audit.models import Entry
from allmende.kernel.places import demo, queries, service
from allmende.kernel.places.cli import places
from allmende.kernel.places.engine.table import TableRefused
from allmende.kernel.places.models import Address, District, Street

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LINDENTAL = Path(__file__).parents[5] / "demo" / "lindental"
FILE = """Straße;Hausnummer;Zusatz;PLZ;Ortsteil;Schreibweisen;Breite;Länge
Lindenallee;1;;99998;Kernstadt;Allee|Lindenstraße;50,5;10,25
Lindenallee;1;a;99998;Kernstadt;;;
Am Anger;;;99997;Oberbach;;;
Am Anger;;;;Kernstadt;;;
"""
NOTHING = {"new": 0, "changed": 0, "gone": 0}


def take(text: str, **options: bool) -> service.Taken:
    return service.take_in(text.encode(), **options)


def names() -> list[str]:
    return sorted(queries.register().by_label)


def test_what_the_file_says_is_the_register() -> None:
    taken = take(FILE)
    assert (taken.streets["new"], taken.houses["new"], taken.faults) == (3, 2, [])
    assert names() == ["Am Anger (Kernstadt)", "Am Anger (Oberbach)", "Lindenallee"]
    assert queries.street_names() == ("Am Anger", "Lindenallee", "Allee", "Lindenstraße")
    assert queries.position("Lindenallee", "1") == (50.5, 10.25)
    assert queries.position("Lindenallee", "1 A") is None
    assert queries.register().by_label["Lindenallee"].postcode_at("1") == "99998"
    assert Entry.objects.get(action="places.register.taken_in").detail["houses"]["new"] == 2


def test_the_same_file_again_changes_nothing() -> None:
    take(FILE)
    again = take(FILE)
    assert (again.streets, again.houses) == (NOTHING, NOTHING)
    assert Entry.objects.filter(action="places.register.taken_in").count() == 1


def test_broken_rows_are_named_and_the_rest_goes_in() -> None:
    taken = take(
        "strasse;nr;hausnummer;plz;lat;lon;bemerkung;sss\n"
        "Lindenallee;;1;99998;;;;10\n"
        ";;1;99998;;;;\n"
        "Lindenallee;;zwei;99998;;;;\n"
        "Lindenallee;;3;9999;;;;\n"
        "Lindenallee;;4;99998;5600000;32500000;;\n"
        "Lindenallee;;1;99997;;;;\n"
        "Rosenweg;;1;99998;;;;10\n"
        f"{'x' * 121};;1;99998;;;;\n"
        "Rosenweg;;5;99998;nan;1;;\n"
    )
    assert [(fault.line, fault.code) for fault in taken.faults] == [
        (3, "street"), (4, "number"), (5, "postcode"), (6, "degrees"), (7, "differs"), (8, "key"), (9, "long"), (10, "degrees"),
    ]  # fmt: skip
    assert list(Address.objects.values_list("street__name", "number")) == [("Lindenallee", 1)]


def test_columns_may_have_the_names_of_other_registers() -> None:
    take(
        "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n10.25,50.5,5 a,Rosenweg,,Lindental,,,99998,,x\n"
    )
    take("stn;hnr;adz;plz;pot;sss\nUferweg;7;B;99998;Niederbach;00200\n")
    assert queries.position("Rosenweg", "5a") == (50.5, 10.25)
    assert queries.register().by_label["Uferweg"].district == "Niederbach"
    assert Address.objects.get(street__name="Uferweg").suffix == "b"


def test_a_street_that_was_renamed_keeps_its_houses() -> None:
    take("strasse;hausnummer;schluessel\n")
    take("strasse;hausnummer;sss\nAlte Gasse;4;10\n")
    take("strasse;hausnummer;sss\nNeue Gasse;;10\n")
    assert names() == ["Neue Gasse"]
    assert queries.register().by_label["Neue Gasse"].houses == {4: ""}


def test_a_whole_register_takes_away_what_it_does_not_name() -> None:
    take(FILE)
    taken = take("strasse;hausnummer;ortsteil\nLindenallee;1;Kernstadt\n", complete=True)
    assert (taken.streets["gone"], taken.houses["gone"]) == (2, 1)
    assert names() == ["Lindenallee"]
    assert list(District.objects.values_list("name", flat=True)) == ["Kernstadt"]
    with pytest.raises(TableRefused, match="complete"):
        take("strasse;plz\nLindenallee;x\n", complete=True)
    assert names() == ["Lindenallee"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"ort;plz\nLindental;99998\n", "street"), (b"", "street"), (b"strasse\n\x81", "encoding")]
)
def test_a_file_that_is_no_register_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(TableRefused, match=code):
        service.take_in(content)


def test_windows_writes_umlauts_in_its_own_way() -> None:
    service.take_in("straße;hausnummer\nMühlgasse;1\n".encode("cp1252"))
    assert names() == ["Mühlgasse"]


def test_streets_without_a_part_of_the_town_get_theirs() -> None:
    take("strasse\nUferweg\n")
    take("strasse;ortsteil\nUferweg;Niederbach\n")
    assert list(Street.objects.values_list("name", "district__name")) == [("Uferweg", "Niederbach")]


def test_the_demo_town_has_its_streets_and_a_newer_register_stays() -> None:
    demo.load(LINDENTAL)
    assert len(names()) == 20
    take("strasse;ortsteil;sss\nKastanienallee;Lindental-Kernstadt;00020\n")
    demo.load(LINDENTAL)
    assert "Kastanienallee" in names()
    assert "Lindenallee" not in names()


def test_the_command_names_what_it_left_out(tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text("strasse;plz\nLindenallee;99998\nRosenweg;x\n", encoding="utf-8")
    done = CliRunner().invoke(places, ["import", str(file)])
    assert done.exit_code == 1
    assert f"{file}:3: Eine Postleitzahl hat fünf Ziffern: „x“." in done.output
    assert "1 rows were left out" in done.output
    assert names() == ["Lindenallee"]
    file.write_text("ort\n", encoding="utf-8")
    done = CliRunner().invoke(places, ["import", str(file)])
    assert (done.exit_code, "Nothing was changed" in done.output) == (1, True)
