import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"succ'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST = do_GET

    def log_message(self, *args):
        pass


with open(sys.argv[1]) as file:
    port = json.load(file)["addresses"][int(sys.argv[2])]["port"]
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
