"""The suite with pytest. emulator.py stands beside it: emulator python > emulator.py"""

import pytest

from emulator import NoAnswer, cluster  # the fixture: a new cluster of five for each test


def test_election(cluster):
    cluster.wait("leader=unique", timeout=1)
    cluster.advance(3)
    assert cluster.events("Timeout") == [], "heartbeats keep the followers from standing for election"


def test_failover(cluster):
    old = cluster.wait("leader=unique")
    assert old.put_topic("dog").status == 201
    with old.crash():  # at the end of the block it is restarted
        new = cluster.wait("event=BecomeLeader")
        assert new.put_topic("cat").status == 201
    cluster.wait(f"role={old.id}:Follower", "topics=all:dog, cat", timeout=1)


def test_old_leader(cluster):
    old = cluster.wait("leader=unique")
    with old.isolate():
        with pytest.raises(NoAnswer):  # without a majority nothing is committed
            old.put_topic("lost", timeout=0.2)
        new = cluster.wait("event=BecomeLeader")
        assert new.put_topic("cat").status == 201
    cluster.wait(f"role={old.id}:Follower", "topics=all:cat", "logs_equal=all", timeout=1)
