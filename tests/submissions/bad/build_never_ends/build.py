import time

print("compiling node.py", flush=True)
time.sleep(3600)
