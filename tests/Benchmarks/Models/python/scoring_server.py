"""The peer: the same classes behind HTTP and JSON, as scoring servers have them, with the standard library's server, connections kept open, Nagle off."""
import importlib.util
import json
import socket
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy

spec = importlib.util.spec_from_file_location("model_module", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = getattr(module, sys.argv[2])().get_model()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_POST(self):
        inputs = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["inputs"]
        outputs = model.evaluate({name: numpy.array(value) if isinstance(value, list) else value for name, value in inputs.items()})
        body = json.dumps({"predictions": outputs}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args):
        pass

    def setup(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()


server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
