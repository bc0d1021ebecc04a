"""The peer as MLflow 3's `mlflow models serve` is built: FastAPI under uvicorn, POST /invocations with {"inputs": ...}. Without MLflow's schema checks and pandas, so the real one is slower."""
import importlib.util
import json
import socket
import sys

import numpy
import uvicorn
from fastapi import FastAPI, Request, Response

spec = importlib.util.spec_from_file_location("model_module", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = getattr(module, sys.argv[2])().get_model()
app = FastAPI()


@app.post("/invocations")
async def invocations(request: Request):
    inputs = json.loads(await request.body())["inputs"]
    outputs = model.evaluate({name: numpy.array(value) if isinstance(value, list) else value for name, value in inputs.items()})
    return Response(json.dumps({"predictions": outputs}), media_type="application/json")


# With the protocol named asyncio switches Nagle off; without it every answer would wait 40 ms for an acknowledgement.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
