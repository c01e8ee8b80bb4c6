"""Let what was kept before be found by the initials of a part of its product and of its places, in any order.

What rows were found by before stays. It can be stopped and run again.
"""

from importlib import import_module

from django.db import migrations

fill = import_module('applications.migrations.0012_words_are_found_by_a_part').fill


class Migration(migrations.Migration):

    atomic = False

    dependencies = [('applications', '0013_what_an_uncertain_last_day_counts')]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
