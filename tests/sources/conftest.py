from collections.abc import Iterator

import pytest

from evenhand.sources import fetching
from tests.sources.publisher import Publisher


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher on this machine; waits between attempts are cut short."""
    monkeypatch.setattr(fetching, "FIRST_WAIT_S", 0.001)
    monkeypatch.setattr(fetching, "LONGEST_WAIT_S", 0.01)
    with Publisher().open() as one:
        yield one
