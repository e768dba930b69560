"""Mistake: a candidate waits for the votes of all nodes except the dead leader."""

from raft_node import Node, main


class UnanimousNode(Node):
    def wins(self):
        return len(self.votes) >= max(self.majority, len(self.addresses) - 1)


if __name__ == "__main__":
    main(UnanimousNode)
