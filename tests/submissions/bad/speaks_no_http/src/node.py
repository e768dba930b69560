import json
import socketserver
import sys


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.rfile.readline()
        self.wfile.write(b"220 raft.example ESMTP\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


with open(sys.argv[1]) as file:
    port = json.load(file)["addresses"][int(sys.argv[2])]["port"]
Server(("127.0.0.1", port), Handler).serve_forever()
