"""Shares of kept scenarios and runs get their percent sign: a bare one was read as a part of one up to 1, above as percent."""

import hashlib
import json
from decimal import Decimal

from django.db import migrations

from rulebook import loader
from rulebook.numbers import EXACT, Unreadable, plain, read_percent
from rulebook.scenario import Key
from rulebook.thresholds import thresholds


def forwards(apps, schema_editor):
    stored = apps.get_model("programmes", "RuleSet").objects
    kept = apps.get_model("simulation", "Scenario").objects.only("settings")
    for scenario in kept.iterator(chunk_size=200):
        settings = signed(scenario.settings, stored)
        if settings != scenario.settings:
            kept.filter(pk=scenario.pk).update(settings=settings)
    runs = apps.get_model("simulation", "Run").objects
    for run in runs.iterator(chunk_size=20):
        settings = signed(run.settings, stored)
        if settings != run.settings:
            result = run.result and run.result | {"sets": settings["changes"]}
            runs.filter(pk=run.pk).update(settings=settings, digest=digest(settings), result=result)


def signed(settings: dict, stored) -> dict:
    """Return the same question with a sign behind every share."""
    changes = settings.get("changes", {})
    shares = shares_of(settings.get("rules", ""), stored) if changes else set()
    told = {key: in_percent(value) if key in shares else value for key, value in changes.items()}
    return settings | {"changes": told} if changes else settings


def shares_of(code: str, stored) -> set[str]:
    """Return the keys of thresholds that are shares in the rules a question may have been about."""
    if len(code) == 64:
        rows = stored.filter(digest=code)
    else:
        rows = stored.filter(code=code) if code else stored.all()
    every = [loader.load_canonical(row.content) for row in rows]
    if code in loader.codes():
        every.append(loader.load(code))
    return {
        key
        for rules in every
        for key in thresholds(rules)
        if rules.by_clause[Key.read(key).clause].unit_code == "fraction"
    }


def in_percent(value: str) -> str:
    try:
        number, has_sign = read_percent(value)
    except Unreadable:
        return value
    return value if has_sign else f"{plain(number if abs(number) > 1 else EXACT.scaleb(number, Decimal(2)))}%"


def digest(settings: dict) -> str:
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Migration(migrations.Migration):

    dependencies = [
        ("programmes", "0002_rules_as_dated_data"),
        ("simulation", "0001_scenarios_and_runs"),
    ]

    # What has its sign was read the same before, so there is nothing to take back.
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
