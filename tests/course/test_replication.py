"""Part 3 of the course: what a leader has promised outlives it."""


def test_topic_outlives_the_leader(swarm):
    with swarm(5) as s:
        leader = s.leader()
        assert leader.create_topic("dog") == {"success": True}
        s.settle()
        leader.end()
        s.wait_for_election()
        assert s.leader().topics() == {"success": True, "topics": ["dog"]}


def test_message_outlives_the_leader(swarm):
    with swarm(5) as s:
        leader = s.leader()
        assert leader.create_topic("dog") == {"success": True}
        assert leader.put_message("dog", "wuff") == {"success": True}
        s.settle()
        leader.end()
        s.wait_for_election()
        assert s.leader().get_message("dog") == {"success": True, "message": "wuff"}
