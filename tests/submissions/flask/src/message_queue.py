"""The state machine: named queues of messages."""

from collections import deque


class MessageQueue:
    def __init__(self):
        self.queues = {}

    def execute(self, command):
        return getattr(self, command["op"])(*command["args"])

    def create_topic(self, topic):
        if topic in self.queues:
            return {"success": False}
        self.queues[topic] = deque()
        return {"success": True}

    def list_topics(self):
        return {"success": True, "topics": list(self.queues)}

    def put_message(self, topic, message):
        if topic not in self.queues:
            return {"success": False}
        self.queues[topic].append(message)
        return {"success": True}

    def get_message(self, topic):
        if not self.queues.get(topic):
            return {"success": False}
        return {"success": True, "message": self.queues[topic].popleft()}
