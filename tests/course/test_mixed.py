"""Clusters of nodes of ours and of a Python node that speaks the origin's format of /rpc."""

import os
import sys

import pytest
import requests

from swarm import HERE, Swarm

if os.environ.get("COURSE_COMMAND"):
    pytest.skip("these clusters are made of nodes of ours", allow_module_level=True)

DONE = {"success": True}


def python(first):
    """The Python node; the first one to run for an election if it shall lead."""
    election = "0.1 0.15" if first else "0.6 0.9"
    return lambda config, index: [
        "env", "ELECTION=" + election, sys.executable, os.path.join(HERE, "mixed_node.py"), config, str(index)]


def ours(first):
    """The node of the program."""
    low, high = ("100ms", "150ms") if first else ("600ms", "900ms")
    return lambda config, index: [
        "emulator", "node", "-election-min", low, "-election-max", high, config, str(index)]


ONE_PYTHON = [python, ours, ours]
TWO_PYTHON = [python, python, ours]


@pytest.fixture(params=[ONE_PYTHON, TWO_PYTHON], ids=["one-python", "two-python"])
def kinds(request):
    return request.param


@pytest.fixture(params=[python, ours], ids=["python-first", "ours-first"])
def cluster(request, kinds, tmp_path):
    first = kinds.index(request.param)
    s = Swarm(tmp_path, 3, [kind(i == first) for i, kind in enumerate(kinds)])
    try:
        for n in s.nodes:
            n.start()
        yield s
    finally:
        s.__exit__()


def leader(s, among=None):
    """Waits for the leader of the newest term."""
    def found():
        leading = [(n, t) for n, t in s.leaders() if among is None or n in among]
        return max(leading, key=lambda l: l[1])[0] if leading else None
    return s.wait_until(found)


def agree(s, topics):
    """Waits until every node has applied the same."""
    def equal():
        views = [n.view() for n in s.nodes]
        return all(v == views[0] for v in views) and views[0]["topics"] == topics
    s.wait_until(equal)


def test_replicates(cluster):
    l = leader(cluster)
    assert l.create_topic("dog") == DONE
    for message in ("one", "two", "three"):
        assert l.put_message("dog", message) == DONE
    assert l.get_message("dog") == {"success": True, "message": "one"}
    agree(cluster, [{"topic": "dog", "messages": ["two", "three"]}])


def test_follower_that_lost_everything_gets_it_again(cluster):
    l = leader(cluster)
    assert l.create_topic("dog") == DONE
    assert l.put_message("dog", "one") == DONE
    agree(cluster, [{"topic": "dog", "messages": ["one"]}])
    follower = next(n for n in cluster.nodes if n is not l)
    follower.kill()
    assert l.put_message("dog", "two") == DONE
    follower.start()
    agree(cluster, [{"topic": "dog", "messages": ["one", "two"]}])


def test_new_leader_has_what_the_old_one_promised(cluster):
    old = leader(cluster)
    assert old.create_topic("dog") == DONE
    agree(cluster, [{"topic": "dog", "messages": []}])
    old.kill()
    new = leader(cluster)
    assert new.put_message("dog", "one") == DONE
    old.start()
    agree(cluster, [{"topic": "dog", "messages": ["one"]}])


def test_entries_that_no_majority_has_are_replaced(cluster):
    """The old leader gets a message while both others stand still, and then stands still
    itself, while they elect another one."""
    old = leader(cluster)
    assert old.create_topic("dog") == DONE
    agree(cluster, [{"topic": "dog", "messages": []}])
    others = [n for n in cluster.nodes if n is not old]
    for n in others:
        n.pause()
    with pytest.raises(requests.exceptions.RequestException):
        old.put_message("dog", "lost")
    old.pause()
    for n in others:
        n.resume()
    new = leader(cluster, others)
    if new.put_message("dog", "kept") != DONE:  # the others may have got the lost message after all
        new = leader(cluster, others)
        assert new.put_message("dog", "kept") == DONE
    old.resume()
    views = lambda: [n.view() for n in cluster.nodes]
    cluster.wait_until(lambda: (v := views())[0] == v[1] == v[2] and v[0]["topics"][0]["messages"][-1:] == ["kept"])
