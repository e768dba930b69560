import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302)
        self.send_header("Location", self.path)
        self.end_headers()

    do_PUT = do_POST = do_GET

    def log_message(self, *args):
        pass


with open(sys.argv[1]) as file:
    port = json.load(file)["addresses"][int(sys.argv[2])]["port"]
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
