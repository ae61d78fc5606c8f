import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from klas import postgres
from tests.faults.installation import Installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all the faults: making its tables takes longer than any of them."""
    folder = tmp_path_factory.mktemp("installation")
    for passed in (folder, folder.parent, folder.parent.parent):
        if passed != Path("/tmp"):
            passed.chmod(0o711)  # its database runs as an ordinary user, who must pass through
    made = Installation(folder / "data")
    yield made
    made.remove()
    shutil.rmtree(postgres.socket_dir(made.data_dir), ignore_errors=True)


@pytest.fixture
def running(installation: Installation) -> Iterator[Installation]:
    """The installation, running and well; stopped after the test."""
    installation.start()
    assert installation.is_well()
    yield installation
    if installation.process is not None:
        installation.stop()
