"""Mistake: a candidate waits for ever for the vote of a node that hangs."""

import time

from raft_node import CANDIDATE, LEADER, Node, main


class WaitingNode(Node):
    call_timeout = None

    def run_timer(self):
        while True:
            time.sleep(0.05)
            with self.changed:
                if self.role == LEADER or time.monotonic() < self.deadline:
                    continue
                self.start_election()
                if self.role != CANDIDATE:
                    continue
                request = self.message_for(None)
            answers = [(peer, self.call(peer, request)) for peer in self.peers]
            with self.changed:
                for peer, answer in answers:
                    if answer is not None:
                        self.on_answer(peer, request, answer)

    def time_until_message(self, peer):
        return None if self.role == CANDIDATE else super().time_until_message(peer)


if __name__ == "__main__":
    main(WaitingNode)
