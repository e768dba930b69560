"""Mistake: half of the nodes count as a majority when an entry is committed."""

from raft_node import Node, main


class HastyNode(Node):
    def advance_commit(self):
        ends = sorted([len(self.log), *self.match_index.values()], reverse=True)
        index = ends[len(self.addresses) // 2 - 1]
        if self.term_at(index) == self.term:
            self.commit(index)


if __name__ == "__main__":
    main(HastyNode)
