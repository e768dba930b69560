"""Correct, and leaves a process behind that is in no group, session or family of its node."""

import os
import time

from raft_node import main


def start_daemon():
    if os.fork() > 0:
        os.wait()
        return
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)


if __name__ == "__main__":
    start_daemon()
    main()
