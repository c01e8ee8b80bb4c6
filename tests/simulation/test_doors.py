"""One reader for every door a number comes in by: each reads the shared list as it says."""

import json
from decimal import Context, Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from clusters.forms import Area, Whole
from clusters.models import YearFigure
from rulebook import loader
from rulebook.figures_csv import BadRow, read_figures
from rulebook.numbers import plain
from rulebook.reading import NUMBER
from rulebook.scenario import ScenarioError, changed
from rulebook.scoring.points_file import BadPoints, read_points
from rulebook.thresholds import thresholds
from ruledesk.part_forms import PartForm
from simulation import addresses, clauses
from simulation.settings import Settings
from tests.factories import OfficeFactory
from tests.rulebook.texts import TEXTS, Text
from tests.situations import drafted

CELLS = [("gross_output", year) for year in (2021, 2022, 2023, 2024)] + [
    (code, year) for code in ("sme_output", "leading_output", "tax_paid", "export_value") for year in (2022, 2023, 2024)
]
RATES = [(code, year) for code in ("iiot_rate", "industrial_software_rate") for year in (2022, 2023, 2024)]
WORST = ("5²", "12\u202e34", "0" * 58 + "45678", "1_000", "1 234", "0,123")


def in_lots(cells: list) -> list[list[tuple[Text, tuple[str, int]]]]:
    """Every text with a cell to type it into; each lot fills every cell once."""
    size = len(cells)
    return [list(zip(TEXTS[at : at + size], cells, strict=False)) for at in range(0, len(TEXTS), size)]


def kept_in_a_cell(number: Decimal | None) -> Decimal | None:
    """What the database has room for: 14 digits before the point and 6 behind it."""
    if number is None or number.copy_abs() >= 10**14 or number.normalize(Context(prec=100)).as_tuple().exponent < -6:
        return None
    return number


@pytest.mark.django_db
@pytest.mark.parametrize("by_script", [True, False], ids=["script", "form"])
@pytest.mark.parametrize("cells", [CELLS, RATES], ids=["amounts", "rates"])
def test_cells_and_pasted_blocks_read_the_list_and_keep_what_they_do_not_read(call, client, by_script, cells):
    by = OfficeFactory(county=True)
    client.force_login(by.user)
    draft = drafted(call, by=by)
    address, versions = reverse("application_save", args=[draft.pk]), dict.fromkeys(cells, 0)
    for lot in in_lots(cells):
        if by_script:
            told = [
                {"indicator": code, "year": year, "typed": text.typed, "version": versions[code, year]}
                for text, (code, year) in lot
            ]
            assert client.post(address, json.dumps({"cells": told}), content_type="application/json").status_code == 200
        else:
            sent = {f"{code}:{year}:{versions[code, year]}": text.typed for text, (code, year) in lot}
            assert client.post(address, sent).status_code == 302
        rows = {(row.indicator, row.year): row for row in YearFigure.objects.all()}
        for text, cell in lot:
            wanted = kept_in_a_cell(text.fraction if cells is RATES else text.number)
            row = rows.get(cell)
            assert (row and row.value) == wanted, ascii(text.typed)
            assert text.reason == "empty" or row.typed, ascii(text.typed)
            versions[cell] = row.version if row else 0


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text.typed))
def test_files_read_the_list_or_refuse_it(text):
    quoted = text.typed.replace('"', '""')
    table = f'cluster,indicator,year,value\n甲,gross_output,2024,"{quoted}"\n'.encode(errors="surrogatepass")
    points = json.dumps({"points": {"1": text.typed}}).encode()
    if text.number is None:
        with pytest.raises(BadRow):
            read_figures(table, 2025)
        with pytest.raises(BadPoints):
            read_points(points)
    else:
        assert read_figures(table, 2025) == {"甲": {("gross_output", 2024): text.number}}
        assert read_points(points).points["1"] == Fraction(text.digits)


def test_the_rule_desk_reads_the_list_or_refuses_it_at_its_field():
    for text in TEXTS:
        for fact, wanted in (("figure", text.number), ("growth", text.fraction)):
            said = {"fact": fact, "indicator": "gross_output", "comparator": "at_least", "value": text.typed}
            form = PartForm(said)
            read = Decimal(form.cleaned_data["value"]) if form.is_valid() else None
            kept = wanted is not None and NUMBER.fullmatch(plain(wanted))  # as long as a rule file can hold
            assert read == (wanted if kept else None), ascii(text.typed)
            assert read is not None or "value" in form.errors, ascii(text.typed)


def cleaned(field, typed: str) -> Decimal | None:
    """What a form field reads; None where it refuses or the text is empty."""
    try:
        return field.clean(typed)
    except ValidationError:
        return None


def test_a_registered_area_and_whole_numbers_read_the_list_or_refuse_it():
    for text in TEXTS:
        number = Fraction(text.digits) if text.number is not None else None
        fits = number is not None and 0 < number < 10**8 and number * 100 % 1 == 0
        assert cleaned(Area(required=False), text.typed) == (text.number if fits else None), ascii(text.typed)
        whole = number is not None and number % 1 == 0
        assert cleaned(Whole(required=False), text.typed) == (text.number if whole else None), ascii(text.typed)


def question(key: str, typed: str) -> Settings:
    """What the page of the simulation reads from an address, and means."""
    sent = QueryDict(urlencode({f"set.{key}": typed}))
    return clauses.as_meant(addresses.read(sent), [loader.load("national-2022")])


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text.typed))
def test_the_simulation_reads_the_list_or_says_that_it_is_no_number(text):
    rules = loader.load("national-2022")
    settings = question("1.4", text.typed)
    if text.reason == "empty":
        assert settings.changes == {}
        return
    said = clauses.refusal(settings, [rules], "en")
    if text.number is None:
        assert "is not a number" in said or "leave out the percent sign" in said
    elif said:
        assert "out of range" in said or "at most" in said
    else:
        assert thresholds(changed(rules, {"1.4": text.typed}))["1.4"].value == text.number
        assert thresholds(changed(rules, settings.changes))["1.4"].value == text.number


@pytest.mark.parametrize("text", [text for text in TEXTS if text.percent], ids=lambda text: ascii(text.typed))
def test_a_share_with_a_percent_sign_is_read_on_the_page_and_by_the_command_alike(text):
    rules = loader.load("national-2022")
    for changes in ({"1.5": text.typed}, question("1.5", text.typed).changes):
        try:
            read = thresholds(changed(rules, changes))["1.5"].value
        except ScenarioError as refused:
            assert "out of range" in refused("en") and not 0 <= text.fraction <= 1
        else:
            assert read == text.fraction


@pytest.mark.django_db
@pytest.mark.parametrize("typed", WORST, ids=ascii)
def test_page_and_command_refuse_what_reads_as_another_number(call, client, typed):
    office = OfficeFactory(ministry=True)
    client.force_login(office.user)
    shown = client.get("/simulation/", {"programme": "demo", "set.1.4": typed}, follow=True).content.decode()
    assert "不是数字" in shown
    with pytest.raises(CommandError, match="不是数字") as refused:
        call_command("simulate", rules="national-2022", call=["demo"], set=[f"1.4={typed}"])
    assert refused.value.returncode == 2
