from collections.abc import Iterator

import pytest

from tests.faults.installation import Installation, passable_folder


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """One installation for all the faults: making its tables takes longer than any of them."""
    with passable_folder() as folder:
        made = Installation(folder / "data")
        yield made
        made.remove()


@pytest.fixture
def running(installation: Installation) -> Iterator[Installation]:
    """The installation, running and well; stopped after the test."""
    installation.start()
    assert installation.is_well()
    yield installation
    if installation.process is not None:
        installation.stop()
