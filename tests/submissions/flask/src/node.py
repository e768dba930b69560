"""python3 src/node.py config.json INDEX"""

import json
import logging
import sys

from flask import Flask, jsonify, request

from raft import LostLeadership, NotLeader, RaftNode

app = Flask(__name__)
logging.getLogger("werkzeug").setLevel(logging.ERROR)


def url_of(address):
    ip = address["ip"]
    if not ip.startswith("http"):
        ip = "http://" + ip
    return f"{ip}:{address['port']}"


def answer(op, *args):
    if not all(isinstance(a, str) for a in args):
        return jsonify(success=False), 400
    try:
        result = node.submit(op, *args)
    except NotLeader:
        return jsonify(success=False), 403
    except LostLeadership:
        # It may be committed by the next leader, so "false" would be a lie.
        return jsonify(None), 503
    return jsonify(result), 200 if result["success"] else 404


def field(name):
    """A field of the body, or None if there is no such thing."""
    body = request.get_json(silent=True)
    return body.get(name) if isinstance(body, dict) else None


@app.put("/topic")
def put_topic():
    return answer("create_topic", field("topic"))


@app.get("/topic")
def get_topics():
    return answer("list_topics")


@app.put("/message")
def put_message():
    return answer("put_message", field("topic"), field("message"))


@app.get("/message/<path:topic>")
def get_message(topic):
    return answer("get_message", topic)


@app.get("/status")
def status():
    return jsonify(node.status())


@app.post("/raft/request_vote")
def request_vote():
    return jsonify(node.request_vote(request.get_json()))


@app.post("/raft/append_entries")
def append_entries():
    return jsonify(node.append_entries(request.get_json()))


if __name__ == "__main__":
    with open(sys.argv[1]) as config:
        urls = [url_of(a) for a in json.load(config)["addresses"]]
    index = int(sys.argv[2])
    host, port = urls[index].removeprefix("http://").split(":")
    node = RaftNode(urls, index)
    node.start()
    app.run(host=host, port=int(port), threaded=True)
