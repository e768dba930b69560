while True:
    print("waiting for the election " * 20)
