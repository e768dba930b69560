"""Mistake: "if entry not in log", meant against requests that are sent twice."""

from raft_node import Node, main


class ThriftyNode(Node):
    def append(self, command):
        if command["endpoint"] == "message" and command["method"] == "PUT":
            for entry in self.log:
                if entry.command == command:
                    return entry
        return super().append(command)


if __name__ == "__main__":
    main(ThriftyNode)
