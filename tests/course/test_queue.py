"""Part 1 of the course: one node is a message queue. Bodies are compared whole."""

DONE = {"success": True}
REFUSED = {"success": False}


def listed(*topics):
    return {"success": True, "topics": list(topics)}


def popped(message):
    return {"success": True, "message": message}


def test_new_node_has_no_topics(node):
    assert node.topics() == listed()


def test_topic_is_created(node):
    assert node.create_topic("dog") == DONE


def test_two_topics_are_created(node):
    assert node.create_topic("dog") == DONE
    assert node.create_topic("cat") == DONE


def test_topic_is_created_only_once(node):
    assert node.create_topic("dog") == DONE
    assert node.create_topic("dog") == REFUSED


def test_list_shows_the_topic(node):
    assert node.create_topic("dog") == DONE
    assert node.topics() == listed("dog")


def test_list_shows_a_topic_once(node):
    assert node.create_topic("dog") == DONE
    assert node.create_topic("dog") == REFUSED
    assert node.topics() == listed("dog")


FIVE = ["dog", "cat", "pig", "hen", "cow"]


def test_list_shows_topics_in_their_order(node):
    for topic in FIVE:
        assert node.create_topic(topic) == DONE
    assert node.topics() == listed(*FIVE)


def test_list_keeps_its_order_when_topics_come_again(node):
    for topic in FIVE:
        assert node.create_topic(topic) == DONE
        assert node.create_topic(topic) == REFUSED
    assert node.topics() == listed(*FIVE)


def test_unknown_topic_has_no_message(node):
    assert node.get_message("dog") == REFUSED


def test_new_topic_has_no_message(node):
    assert node.create_topic("dog") == DONE
    assert node.get_message("dog") == REFUSED


def test_message_is_taken(node):
    assert node.create_topic("dog") == DONE
    assert node.put_message("dog", "wuff") == DONE


def test_message_comes_back(node):
    assert node.create_topic("dog") == DONE
    assert node.put_message("dog", "wuff") == DONE
    assert node.get_message("dog") == popped("wuff")


def test_first_message_comes_first(node):
    assert node.create_topic("dog") == DONE
    assert node.put_message("dog", "one") == DONE
    assert node.put_message("dog", "two") == DONE
    assert node.get_message("dog") == popped("one")


def test_messages_come_in_their_order(node):
    assert node.create_topic("dog") == DONE
    for message in ("one", "two"):
        assert node.put_message("dog", message) == DONE
    for message in ("one", "two"):
        assert node.get_message("dog") == popped(message)


def test_empty_topic_has_no_more_messages(node):
    assert node.create_topic("dog") == DONE
    for message in ("one", "two"):
        assert node.put_message("dog", message) == DONE
    for message in ("one", "two"):
        assert node.get_message("dog") == popped(message)
    assert node.get_message("dog") == REFUSED
