"""Make the floor's tables, fill them, and print the session of somebody who signed in.

FLOOR_DATABASE_URL=... python -m bench.floor.fill NUMBER_OF_PROPOSALS
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor.settings")

PROPOSALS = """
insert into floor_proposal (title, status, submitted_at, round_id, lead_id, body)
select 'Proposal ' || i || ' lattice genome ' || i %% 97,
       (array['draft', 'submitted', 'review', 'accepted', 'rejected'])[1 + i %% 5],
       timestamptz '2026-01-01' + i * interval '12 seconds', 1 + i %% 20, 2 + i %% 200,
       repeat('exascale climate plasma solver ', 12) || 'quantum' || i %% 1000
from generate_series(1, %s) i
"""
REVIEWS = """
insert into floor_review (proposal_id, reviewer_id, score, text)
select 1 + i / 3, 2 + i %% 200, i %% 5, 'good work on the solver' from generate_series(0, %s) i
"""


def fill(number: int) -> None:
    """Make the tables and so many proposals with three reviews each."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    from bench.floor.models import Round

    call_command("migrate", verbosity=0)  # people first: the tables below name them
    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.bulk_create([User(username=f"u{i}", password="!") for i in range(202)])
    Round.objects.bulk_create([Round(title=f"Round {i}") for i in range(1, 21)])
    with connection.cursor() as cursor:
        cursor.execute(PROPOSALS, [number])
        cursor.execute(REVIEWS, [number * 3 - 1])
        cursor.execute("vacuum analyze")


def sign_in() -> str:
    """Return the session key of a person who has signed in."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username="u1"))
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    import django

    django.setup()
    fill(int(sys.argv[1]))
    print(json.dumps({"session": sign_in()}))
