import os, sys

os.execvp("emulator", ["emulator", "node", *sys.argv[1:]])
