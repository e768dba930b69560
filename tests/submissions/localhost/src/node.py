"""Correct, and takes only the ports from config.json: peers are at localhost."""

from raft_node import Node, main


class LocalNode(Node):
    def host(self, peer):
        return "localhost"

    def bind_address(self):
        return "0.0.0.0", self.addresses[self.id]["port"]


if __name__ == "__main__":
    main(LocalNode)
