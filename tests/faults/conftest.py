from collections.abc import Iterator

import pytest

from tests.faults.installation import Installation, passable_folder


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """One installation for all the faults: making its tables takes longer than any of them."""
    with passable_folder() as folder:
        made = Installation(folder / "data")
        try:
            yield made
        finally:
            made.remove()


@pytest.fixture
def running(installation: Installation) -> Installation:
    """The installation, running and well; what one test leaves running the next one uses."""
    installation.be_well()
    return installation
