"""Correct: term, vote and log are kept in files, which were handed in by mistake."""

import json
import os

from raft_node import Entry, Node, main


class KeepingNode(Node):
    folder = "node"

    def __init__(self, addresses, index):
        super().__init__(addresses, index)
        self.file = os.path.join(self.folder, f"{index}.json")
        if os.path.exists(self.file):
            with open(self.file, encoding="utf-8") as file:
                kept = json.load(file)
            self.term, self.voted_for = kept["term"], kept["voted_for"]
            self.log = [Entry(e["term"], e["command"]) for e in kept["log"]]

    def save(self):
        """Writes the state as a whole: a node that is killed leaves the old file or the new."""
        os.makedirs(self.folder, exist_ok=True)
        state = {
            "term": self.term,
            "voted_for": self.voted_for,
            "log": [{"term": e.term, "command": e.command} for e in self.log],
        }
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.replace(self.file + ".new", self.file)

    def start_election(self):
        super().start_election()
        self.save()

    def on_message(self, message):
        with self.changed:
            before = (self.term, self.voted_for, len(self.log))
            answer = super().on_message(message)
            if message["dict"].get("entries") or before != (self.term, self.voted_for, len(self.log)):
                self.save()
            return answer

    def append(self, command):
        entry = super().append(command)
        self.save()
        return entry


if __name__ == "__main__":
    main(KeepingNode)
