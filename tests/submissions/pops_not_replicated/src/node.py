"""Mistake: a pop counts as a read, and reads do not go through the log."""

from raft_node import LEADER, Node, main


class ForgetfulNode(Node):
    def execute(self, command):
        with self.changed:
            if self.role == LEADER and command["method"] == "GET":
                return self.queue.apply(command)
        return super().execute(command)


if __name__ == "__main__":
    main(ForgetfulNode)
