import pytest

from swarm import Swarm


@pytest.fixture
def swarm(tmp_path):
    """Makes swarms: swarm(5) is one of five nodes, for a with statement."""
    made = 0

    def make(nodes):
        nonlocal made
        made += 1
        folder = tmp_path / f"swarm-{made}"
        folder.mkdir()
        return Swarm(folder, nodes)

    return make


@pytest.fixture
def node(swarm):
    """The only node of a cluster of one."""
    with swarm(1) as s:
        yield s[0]
