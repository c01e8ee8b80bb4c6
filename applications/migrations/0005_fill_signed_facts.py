"""Fill the facts of what was signed before: a thousand snapshots a transaction, and only those that have none yet.

It can be stopped and run again, and the site may be in use meanwhile: what a process of the version before signs
after it has passed is read from the snapshot itself.
"""

import json

from django.db import migrations, transaction
from django.db.models import OuterRef, Subquery

from territories.search import tokens_within

AT_ONCE = 1_000


def fill(apps, schema_editor):
    """Write what is missing."""
    history = apps.get_model('clusters', 'ClusterHistory').objects
    before = history.filter(pgh_obj=OuterRef('application__cluster'), pgh_created_at__lte=OuterRef('submitted_at'))
    waiting = apps.get_model('applications', 'Snapshot').objects.filter(facts=None).order_by('pk')
    waiting = waiting.annotate(register_row=Subquery(before.order_by('-pgh_id').values('pgh_id')[:1]))
    names = dict(apps.get_model('territories', 'Territory').objects.values_list('code', 'name'))
    last = 0
    while True:
        with transaction.atomic():
            found = list(waiting.filter(pk__gt=last)[:AT_ONCE])
            apps.get_model('applications', 'SignedFacts').objects.bulk_create(
                [facts_of(apps, row, names) for row in found], ignore_conflicts=True
            )
        if len(found) < AT_ONCE:
            return
        last = found[-1].pk


def facts_of(apps, row, names):
    """The facts of one snapshot; the register's history begins where it stood at that time."""
    told = json.loads(row.content)['cluster']
    lead, industry = told['lead'], told['industry']
    short = names.get(lead['code'], lead['name'])
    return apps.get_model('applications', 'SignedFacts')(
        snapshot=row, name=told['name'], lead_code=lead['code'], lead_name=short, lead_full_name=lead['name'],
        further=told['further'], industry_code=industry['code'], industry_name=industry['name'], niche=told['niche'],
        operator=told['operator'],
        search_tokens=tokens_within(told['name'], industry['name'], told['niche'], places=[lead['name'], *told['further']]),
        register_row=row.register_row or 0,
    )


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('applications', '0004_signed_facts'),
        ('clusters', '0001_clusters_and_figures'),
        ('territories', '0001_territories_and_placements'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
