"""Mistake: entries that a follower missed are never sent again; then 502 for good."""

from raft_node import LEADER, UNKNOWN, Handler, Node, main


class OptimisticNode(Node):
    answer_timeout = 1.0

    def message_for(self, peer):
        message = super().message_for(peer)
        if self.role == LEADER:
            self.next_index[peer] += len(message["dict"]["entries"])
        return message

    def on_append_answer(self, peer, answer):
        if answer["success"]:
            self.match_index[peer] = max(self.match_index[peer], answer["matchIndex"])
            self.advance_commit()


class GatewayHandler(Handler):
    def answer(self, status, body):
        super().answer(502 if body is UNKNOWN else status, body)


if __name__ == "__main__":
    main(OptimisticNode, GatewayHandler)
