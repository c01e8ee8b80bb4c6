"""Name the clauses not met in screenings kept before: a thousand a transaction, and only those that have none yet.

It can be stopped and run again, and the site may be in use meanwhile.
"""

from functools import lru_cache

from django.db import migrations, transaction

from rulebook import loader

AT_ONCE = 1_000


def fill(apps, schema_editor):
    """Write what is missing; what a process of the version before keeps afterwards is named where it is read."""
    screenings = apps.get_model('applications', 'Screening').objects
    stored = apps.get_model('programmes', 'RuleSet').objects

    @lru_cache(maxsize=64)
    def names(pk):
        return {rule.clause: rule.name for rule in loader.load_canonical(stored.get(pk=pk).content).rules}

    waiting = screenings.filter(not_met__gt=0, unmet=[]).only('findings', 'rule_set_id').order_by('pk')
    last = 0
    while True:
        with transaction.atomic():
            found = list(waiting.filter(pk__gt=last)[:AT_ONCE])
            for row in found:
                missed = [one['clause'] for one in row.findings if one['state'] == 'not_met']
                row.unmet = [{'clause': one, **{lang: names(row.rule_set_id)[one](lang) for lang in ('zh', 'en')}}
                             for one in missed]  # fmt: skip
            screenings.bulk_update(found, ['unmet'])
        if len(found) < AT_ONCE:
            return
        last = found[-1].pk


class Migration(migrations.Migration):

    atomic = False

    dependencies = [('applications', '0009_unmet_clauses')]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
