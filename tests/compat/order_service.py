"""An order service as the originals had them, in Python's own library: it asks a user service over HTTP.

usage: order_service.py USERS_URL    prints the port that it listens on
"""
import json
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

users = sys.argv[1]


def ask(path):
    try:
        with urllib.request.urlopen(users + path, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


class OrderService(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/api/order":  # express-pair
            status, user = ask("/api/user")
            order = {"orderId": 101, "user": user, "status": "created"}
            self.say(200 if status == 200 else 500, order)
        else:  # flask-pair
            status, user = ask("/users/" + self.path.rsplit("/", 1)[1])
            self.say(200, {"product": "Laptop", "user": user if status == 200 else None})

    def do_POST(self):  # two-vm
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, _ = ask("/users/token/" + order["token"])
        if status == 200:
            self.say(201, {"message": "Order placed successfully!"})
        else:
            self.say(401, {"error": "Invalid token"})

    def say(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), OrderService)
print(server.server_address[1], flush=True)
server.serve_forever()
