"""Let what was kept before be found by each part of its words, and by its places in any order.

A thousand rows a transaction; it can be stopped and run again, and the site may be in use meanwhile. What rows were
found by before stays.
"""

from django.db import migrations, transaction

from recognitions.actions import lies_in
from territories.search import tokens, tokens_within

AT_ONCE = 1_000


def fill(apps, schema_editor):
    """Add what is missing; the divisions and the published lists are brought up to date by load_reference."""
    of = lambda app, model: apps.get_model(app, model).objects  # noqa: E731
    _fill(of('territories', 'Territory').filter(unit_type='functional_zone'), _of_zone)
    _fill(of('clusters', 'Cluster').select_related('lead', 'industry'), _of_cluster)
    _fill(of('applications', 'SignedFacts').all(), _of_facts)
    _fill(of('recognitions', 'Recognition').select_related('province'), _of_title)


def _fill(rows, found_by):
    last = 0
    while True:
        with transaction.atomic():
            found = list(rows.filter(pk__gt=last).order_by('pk')[:AT_ONCE])
            for row in found:
                # What was saved meanwhile has its words already.
                unchanged = rows.model.objects.filter(pk=row.pk, search_tokens=row.search_tokens)
                unchanged.update(search_tokens=sorted({*row.search_tokens, *found_by(row)}))
        if len(found) < AT_ONCE:
            return
        last = found[-1].pk


def _of_zone(row):
    return tokens(row.name, places=[row.full_name])


def _of_cluster(row):
    industry, places = row.industry.name if row.industry else '', [row.lead.full_name] if row.lead else []
    return tokens_within(row.name, industry, row.industry_words, row.niche, places=places)


def _of_facts(row):
    return tokens_within(row.name, row.industry_name, row.niche, places=[row.lead_full_name, *row.further])


def _of_title(row):
    return tokens_within(
        row.name, row.industry_words, row.document_number, places=lies_in(row.province, row.county_name)
    )


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('applications', '0011_judgements_of_clauses'),
        ('clusters', '0001_clusters_and_figures'),
        ('recognitions', '0003_places_in_full'),
        ('territories', '0001_territories_and_placements'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
