"""A provincial reviewer proves a decision: takes its packet, checks it away from the site, computes it again."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from config.installation import ROOT
from tests.journeys.cast import PROVINCE
from tests.journeys.staging import bid

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture(scope="module")
def case(site) -> int:
    """A submitted case of the province."""
    with site.data():
        return bid("历下区卷宗核验产业集群").pk


def verified(file) -> str:
    """Return what `manage.py verify` says last, where there is no database."""
    environment = os.environ | {"DATABASE_URL": NOWHERE, "DATABASE_APP_URL": NOWHERE}
    command = [sys.executable, "manage.py", "verify", str(file)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()[-1]


def test_a_packet_is_taken_verified_and_its_screenings_computed_again(site, visit, case, tmp_path):
    zhao = visit(site, PROVINCE)
    zhao.go(f"/applications/{case}/")
    for form in ("PDF", "JSON"):
        with zhao.page.expect_download() as started:
            zhao.page.get_by_role("button", name=f"下载决定卷宗（{form}）").click()
        file = tmp_path / started.value.suggested_filename
        started.value.save_as(file)
        assert file.name.startswith("决定卷宗 历下区卷宗核验产业集群")
        assert verified(file) == "卷宗核验通过。"
    expect(zhao.page.get_by_role("button", name="下载决定卷宗（JSON）")).to_be_enabled()
    with zhao.page.expect_navigation():
        zhao.page.get_by_role("button", name="复算预审").click()
    expect(zhao.page.get_by_text("已按当时的规则复算 1 次预审：与保存的结果完全一致。")).to_be_visible()
    zhao.look()
