"""How many statements a page sends, and how many rows PostgreSQL reads for it."""

import os
import re
import subprocess
import sys
import time

from bench.site import ROOT, Site

# What holds a transaction together or checks a connection is no question of the page.
NOT_COUNTED = r"^\s*(begin|commit|rollback|savepoint|release|set |show |select \$1$|select 1$)"
FLUSHED_AFTER = 1.1  # seconds between two reports of a backend's counters (PGSTAT_MIN_INTERVAL is 1 s)
PASSES = 5


def has_statistics(site: Site) -> bool:
    """Say whether PostgreSQL counts statements here; the programs of the wheel cannot."""
    return bool(site.sql(site.owner_url, "select 1 from pg_extension where extname = 'pg_stat_statements'"))


def calls(site: Site) -> int:
    """Return how many statements the application role has sent so far."""
    text = f"""
        select coalesce(sum(calls), 0) from pg_stat_statements s join pg_roles r on r.oid = s.userid
        join pg_database d on d.oid = s.dbid
        where r.rolname = 'jiqun_app' and d.datname = current_database() and s.query !~* '{NOT_COUNTED}'
    """
    return int(site.sql(site.owner_url, text)[0][0])


def rows_read(site: Site) -> int:
    """Return how many rows were read from tables of the measured site so far, by scan or by index."""
    text = "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables"
    return int(site.sql(site.owner_url, text)[0][0])


def cost(site: Site, visit) -> dict:
    """Return statements and rows read of one visit, averaged over some, with everything warm."""

    def settled() -> None:
        """A backend reports its counters at most once a second, with its next transaction."""
        time.sleep(FLUSHED_AFTER)
        visit()

    settled()
    statements, rows = calls(site) if has_statistics(site) else None, rows_read(site)
    for _ in range(PASSES):
        visit()
    settled()
    visits = PASSES + 1
    sql = None if statements is None else round((calls(site) - statements) / visits, 1)
    return {"sql": sql, "rows_read": round((rows_read(site) - rows) / visits)}


def counted_by_django(site: Site, who: str, method: str, address: str, content: str = "") -> int:
    """Return the statements of one visit as Django counts them in a process of its own."""
    session = site.people[who] if who else ""
    told = subprocess.run(
        [sys.executable, "-m", "bench.statements", method, address, session, content],
        cwd=ROOT, env=site.env, capture_output=True, text=True,
    )  # fmt: skip
    if told.returncode:
        raise SystemExit(f"{method} {address}: {told.stderr.strip()[-500:]}")
    return int(told.stdout)


def _visit_and_count(method: str, address: str, session: str, content: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session

    def visit():
        if method == "POST":
            answer = client.post(address, content, content_type="application/json")
        else:
            answer = client.get(address)
        assert answer.status_code == 200, answer.status_code

    visit()  # what is made once for a process is not counted
    with CaptureQueriesContext(connection) as queries:
        visit()
    return sum(not re.match(NOT_COUNTED, query["sql"], re.I) for query in queries)


if __name__ == "__main__":
    print(_visit_and_count(*(sys.argv[1:5] + [""] * 4)[:4]))
