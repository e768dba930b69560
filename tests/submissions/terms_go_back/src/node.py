"""Mistake: the term of an AppendEntries is taken without a look at one's own."""

import time

from raft_node import LEADER, Node, main


class TrustingNode(Node):
    heard = 0.0

    def on_append_entries(self, m):
        self.heard = time.monotonic()
        self.term = m["term"]
        return super().on_append_entries(m)

    def on_vote_request(self, m):
        # While there is a leader nobody needs an election.
        recently = time.monotonic() - self.heard < self.election_timeout[0]
        if self.role == LEADER or recently:
            return {"term": self.term, "voteGranted": False}
        return super().on_vote_request(m)

    def on_answer(self, peer, message, answer):
        if self.role != LEADER or answer["term"] <= self.term:
            super().on_answer(peer, message, answer)


if __name__ == "__main__":
    main(TrustingNode)
