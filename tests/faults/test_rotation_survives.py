"""A rotation of keys that is killed loses nothing, and goes on where it was."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from klas import clock
from klas.keys import KeySource
from klas.models import KeptForm
from klas.resealing import key_use
from tests import factories
from tests.faults.installation import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]
ROWS = 1_500


def test_a_rotation_that_is_killed_is_taken_up_again(settings: Any, tmp_path: Path) -> None:
    settings.SEAL_KEYS = KeySource("", tmp_path / "keys")
    settings.SEAL_KEYS.make()
    settings.MEDIA_ROOT = tmp_path / "files"
    by = factories.AssignmentFactory()
    KeptForm.objects.bulk_create(
        KeptForm(
            token_hash=f"{n:064d}",
            path="/",
            user=by.user,
            assignment=by,
            fields={"n": [str(n)]},
            kept_at=clock.now(),
        )
        for n in range(ROWS)
    )
    with _command(tmp_path, "--new-key") as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if "klas_keptform:fields" in line:
                break
        killed.kill()
        killed.wait()
    assert set(key_use()) == {1, 2}, "it was in the middle"
    _demand_all_open()
    with _command(tmp_path) as again:
        said, _ = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert "Nyckel 1: 0 värden, används inte längre" in said
    assert key_use() == {2: ROWS}
    _demand_all_open()


def _demand_all_open() -> None:
    said = sorted(int(row.fields["n"][0]) for row in KeptForm.objects.all())
    assert said == list(range(ROWS))


def _command(folder: Path, *options: str) -> subprocess.Popen[str]:
    address = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    own = {"DATABASE_URL": address, "KLAS_DATA": str(folder)}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "rotate_keys", *options],
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
