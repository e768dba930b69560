"""Mistake: a node votes for any candidate, also for one with a shorter log."""

from raft_node import Node, main


class GenerousNode(Node):
    def is_up_to_date(self, term, index):
        return True


if __name__ == "__main__":
    main(GenerousNode)
