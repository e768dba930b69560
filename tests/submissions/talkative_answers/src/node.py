"""Mistake: bodies have further keys, and suites compare whole bodies."""

from raft_node import Handler, Node, main


class TalkativeHandler(Handler):
    def answer(self, status, body):
        if body == {"success": False}:
            body = {"success": False, "error": "something is wrong"}
        super().answer(status, body)


if __name__ == "__main__":
    main(Node, TalkativeHandler)
