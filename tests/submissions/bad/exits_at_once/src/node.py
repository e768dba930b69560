import sys

sys.exit("ModuleNotFoundError: No module named 'apscheduler'")
