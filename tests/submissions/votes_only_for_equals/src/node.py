"""Mistake: a candidate whose log is longer gets no vote."""

from raft_node import Node, main


class PickyNode(Node):
    def is_up_to_date(self, term, index):
        return (term, index) == (self.term_at(len(self.log)), len(self.log))


if __name__ == "__main__":
    main(PickyNode)
