"""Mistake: an election that nobody won is never repeated."""

from raft_node import CANDIDATE, Node, main


class PatientNode(Node):
    def start_election(self):
        if self.role == CANDIDATE:
            self.reset_timer()
            return
        super().start_election()


if __name__ == "__main__":
    main(PatientNode)
