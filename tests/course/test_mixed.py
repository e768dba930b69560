"""Clusters of nodes of ours and of a Python node that speaks the origin's format of /rpc."""

import os
import sys
import time

import pytest
import requests

from swarm import HERE, Swarm

if os.environ.get("COURSE_COMMAND"):
    pytest.skip("these clusters are made of nodes of ours", allow_module_level=True)

DONE = {"success": True}


def python(first):
    """The Python node; the first one to run for an election if it shall lead."""
    election = "0.4 0.5" if first else "1.2 1.6"
    return lambda config, index: [
        "env", "ELECTION=" + election, sys.executable, os.path.join(HERE, "mixed_node.py"), config, str(index)]


def ours(first):
    """The node of the program."""
    low, high = ("400ms", "500ms") if first else ("1200ms", "1600ms")
    return lambda config, index: [
        "emulator", "node", "-election-min", low, "-election-max", high, config, str(index)]


ONE_PYTHON = [python, ours, ours]
TWO_PYTHON = [python, python, ours]


@pytest.fixture(params=[ONE_PYTHON, TWO_PYTHON], ids=["one-python", "two-python"])
def kinds(request):
    return request.param


@pytest.fixture(params=[python, ours], ids=["python-first", "ours-first"])
def make(request, kinds, tmp_path):
    """Starts clusters of three; states has what config.json says of the first node to run for
    an election, and of the two others."""
    first = kinds.index(request.param)
    made = []

    def start(states=None):
        if states:
            best, *states = states
            states.insert(first, best)
        s = Swarm(tmp_path, 3, [kind(i == first) for i, kind in enumerate(kinds)], states)
        made.append(s)
        for n in s.nodes:
            n.start()
        return s

    yield start
    for s in made:
        s.__exit__()


def leader(s, among=None):
    """Waits for the leader of the newest term."""
    def found():
        leading = [(n, t) for n, t in s.leaders() if among is None or n in among]
        return max(leading, key=lambda l: l[1])[0] if leading else None
    return s.wait_until(found)


def answered(request, *arguments):
    """Returns the answer to a request, or None if there is none in time."""
    try:
        return request(*arguments)
    except requests.exceptions.RequestException:
        return None


def agree(s, holds):
    """Waits until every node has applied the same, and a condition holds for its topics. A
    leader commits the entries of earlier terms with one of its own: a list of the topics is
    one."""
    asked = time.monotonic()

    def equal():
        nonlocal asked
        views = [n.view() for n in s.nodes]
        if all(v == views[0] for v in views) and holds(views[0]["topics"]):
            return True
        if time.monotonic() > asked + 0.5:
            for n, _ in s.leaders():
                answered(n.topics)
            asked = time.monotonic()
        return False

    s.wait_until(equal, 20)


def dog(*messages):
    """The topic dog with these messages, and no other."""
    return lambda topics: topics == [{"topic": "dog", "messages": list(messages)}]


def test_replicates(make):
    s = make()
    l = leader(s)
    assert l.create_topic("dog") == DONE
    for message in ("one", "two", "three"):
        assert l.put_message("dog", message) == DONE
    assert l.get_message("dog") == {"success": True, "message": "one"}
    agree(s, dog("two", "three"))


def test_follower_that_lost_everything_gets_it_again(make):
    s = make()
    l = leader(s)
    assert l.create_topic("dog") == DONE
    assert l.put_message("dog", "one") == DONE
    agree(s, dog("one"))
    follower = next(n for n in s.nodes if n is not l)
    follower.kill()
    assert l.put_message("dog", "two") == DONE
    follower.start()
    agree(s, dog("one", "two"))


def test_new_leader_has_what_the_old_one_promised(make):
    s = make()
    old = leader(s)
    assert old.create_topic("dog") == DONE
    agree(s, dog())
    old.kill()
    new = leader(s)
    assert new.put_message("dog", "one") == DONE
    old.start()
    agree(s, dog("one"))


def entry(term, index, topic):
    command = {"endpoint": "topic", "method": "PUT", "body": {"topic": topic}}
    return {"term": term, "index": index, "command": command, "result": None}


def log(*entries):
    """A log of entries written as term and topic: "1a"."""
    return [entry(int(e[0]), i, e[1:]) for i, e in enumerate(entries, 1)]


# Figure 7 of the paper: the first lacks nothing, the second has entries that never committed,
# and the third lacks some.
start_states = [
    {"term": 6, "log": log("1a", "1b", "1c", "4d", "4e", "6f")},
    {"term": 3, "log": log("1a", "1b", "1c", "2x", "2y", "3z", "3w")},
    {"term": 4, "log": log("1a", "1b", "1c", "4d")},
]


def test_logs_that_differ_are_repaired(make):
    s = make(start_states)
    l = leader(s)
    agree(s, lambda topics: [t["topic"] for t in topics] == ["a", "b", "c", "d", "e", "f"])
    assert l.create_topic("dog") == DONE
    agree(s, lambda topics: topics[-1]["topic"] == "dog")


def test_leader_that_stood_still_follows(make):
    """It has a message that it did not promise, because both others stood still before."""
    s = make()
    old = leader(s)
    assert old.create_topic("dog") == DONE
    agree(s, dog())
    others = [n for n in s.nodes if n is not old]
    for n in others:
        n.pause()
    with pytest.raises(requests.exceptions.RequestException):
        old.put_message("dog", "unknown")
    old.pause()
    for n in others:
        n.resume()
    s.wait_until(lambda: answered(leader(s, others).put_message, "dog", "kept") == DONE)
    old.resume()
    agree(s, lambda topics: topics[0]["messages"][-1:] == ["kept"])
