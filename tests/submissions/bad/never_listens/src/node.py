import time

print("starting", flush=True)
time.sleep(3600)
