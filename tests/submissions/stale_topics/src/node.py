"""Mistake: a leader answers GET /topic from its own queue, without asking anybody."""

from raft_node import LEADER, Node, main


class LocalReadsNode(Node):
    def execute(self, command):
        with self.changed:
            if self.role == LEADER and (command["endpoint"], command["method"]) == ("topic", "GET"):
                return self.queue.apply(command)
        return super().execute(command)


if __name__ == "__main__":
    main(LocalReadsNode)
