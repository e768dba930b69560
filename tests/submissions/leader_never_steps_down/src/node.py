"""Mistake: a leader takes no notice of a higher term."""

from raft_node import LEADER, Node, main


class StubbornNode(Node):
    def on_message(self, message):
        with self.changed:
            if self.role == LEADER:
                return {}
            return super().on_message(message)

    def on_answer(self, peer, message, answer):
        if self.role == LEADER and answer["term"] > self.term:
            return
        super().on_answer(peer, message, answer)


if __name__ == "__main__":
    main(StubbornNode)
