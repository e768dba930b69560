"""Mistake: counting the votes raises a TypeError, which nobody sees."""

from raft_node import Node, main


class SwallowingNode(Node):
    def start_election(self):
        super().start_election()
        try:
            granted = sum(vote["voteGranted"] for vote in self.votes)
            if granted < self.majority:
                return
        except Exception:
            pass
        self.become_leader()


if __name__ == "__main__":
    main(SwallowingNode)
