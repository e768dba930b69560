"""Mistake: a new leader resets lastApplied, and the queue still holds everything."""

from raft_node import Node, main


class RepeatingNode(Node):
    def become_leader(self):
        self.last_applied = 0
        super().become_leader()


if __name__ == "__main__":
    main(RepeatingNode)
