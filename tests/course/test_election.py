"""Part 2 of the course: nodes elect a leader."""

from swarm import LEADER


def test_status_has_a_role(node):
    assert isinstance(node.status()["role"], str)


def test_status_has_a_term(node):
    term = node.status()["term"]
    assert isinstance(term, int) and not isinstance(term, bool)


def test_single_node_leads(node):
    assert node.status()["role"] == LEADER


def test_single_node_leads_after_a_restart(swarm):
    with swarm(1) as s:
        assert s[0].status()["role"] == LEADER
        s[0].restart()
        s.wait_for_election()
        assert s[0].status()["role"] == LEADER


def test_five_nodes_elect_one_leader_a_term(swarm):
    with swarm(5) as s:
        assert s.leader() is not None
        terms = [term for _, term in s.leaders()]
        assert terms and len(terms) == len(set(terms))


def test_new_leader_follows_the_old_one(swarm):
    with swarm(5) as s:
        old = s.leader()
        assert old is not None
        old.end()
        s.wait_for_election()
        new = s.leader()
        assert new is not None and new is not old
