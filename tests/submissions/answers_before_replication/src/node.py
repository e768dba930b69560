"""Mistake: the leader applies and answers at once; the followers get the entry later."""

from raft_node import Node, main


class EagerNode(Node):
    def append(self, command):
        entry = super().append(command)
        self.commit(len(self.log))
        return entry


if __name__ == "__main__":
    main(EagerNode)
