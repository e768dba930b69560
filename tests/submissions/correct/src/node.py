"""A correct node: the shared one, unchanged."""

from raft_node import main

if __name__ == "__main__":
    main()
