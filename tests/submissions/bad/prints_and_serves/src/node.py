"""Correct, and prints a few hundred kilobytes a second: nobody may wait for the output."""

import threading
import time

from raft_node import main


def chatter():
    while True:
        print("heartbeat, heartbeat, heartbeat " * 100)
        time.sleep(0.02)


if __name__ == "__main__":
    threading.Thread(target=chatter, daemon=True).start()
    main()
