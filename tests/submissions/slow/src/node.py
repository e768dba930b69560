"""Correct and slow: patient elections, and every answer to a client takes its time."""

import time

from raft_node import Handler, Node, main


class SlowNode(Node):
    election_timeout = (1.0, 1.8)
    heartbeat = 0.25


class SlowHandler(Handler):
    def answer(self, status, body):
        if not self.path.startswith("/rpc/"):
            time.sleep(0.3)
        super().answer(status, body)


if __name__ == "__main__":
    main(SlowNode, SlowHandler)
