"""Mistake: any node answers GET /topic and GET /message from its own queue."""

from raft_node import LEADER, Node, main


class HelpfulNode(Node):
    def execute(self, command):
        with self.changed:
            if self.role != LEADER and command["method"] == "GET":
                return self.queue.apply(command)
        return super().execute(command)


if __name__ == "__main__":
    main(HelpfulNode)
