"""Mistake: nobody catches the KeyError of an unknown topic."""

import os
import traceback

from raft_node import Node, Queue, main


class StrictQueue(Queue):
    def apply(self, command):
        try:
            if command["endpoint"] == "message":
                self.topics[command["body"]["topic"]]
        except KeyError:
            traceback.print_exc()
            os._exit(1)
        return super().apply(command)


class FragileNode(Node):
    def __init__(self, addresses, index):
        super().__init__(addresses, index)
        self.queue = StrictQueue()


if __name__ == "__main__":
    main(FragileNode)
