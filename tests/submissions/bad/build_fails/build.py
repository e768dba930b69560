import sys

print("compiling node.py")
sys.exit("node.py:17: error: undefined: raft")
