#!/usr/bin/env python3
"""Registers a folder as a model version over MLflow's REST API alone: no mlflow package, no Python environment.

    python3 register_rest.py SERVER NAME FOLDER [--alias champion] [--tag deployment_type=prod] [--version-tag artifact.sha256=...]

FOLDER holds what is to be served: a lume YAML with its .pt files, model.onnx, ... and the configuration pv_mapping.yaml.
Needs a server with --serve-artifacts (the default). MLFLOW_TRACKING_USERNAME/_PASSWORD or MLFLOW_TRACKING_TOKEN are used where set.
"""
import argparse
import base64
import json
import os
import pathlib
import urllib.error
import urllib.parse
import urllib.request


class Server:
    def __init__(self, address):
        self.address = address.rstrip("/")
        self.headers = {}
        user, password = os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD")
        if user and password:
            self.headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        elif os.environ.get("MLFLOW_TRACKING_TOKEN"):
            self.headers["Authorization"] = "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]

    def send(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(self.address + path, data=body, method=method, headers={**self.headers, "Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.read()
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{method} {path}: {refused.code} {refused.read().decode(errors='replace')[:500]}")

    def call(self, route, **fields):
        return json.loads(self.send("POST", "/api/2.0/mlflow/" + route, json.dumps(fields).encode()) or b"{}")

    def has_model(self, name):
        # A filter rather than a get, which answers an unknown name with an error.
        query = urllib.parse.urlencode({"filter": "name = '" + name + "'"})
        return "registered_models" in json.loads(self.send("GET", "/api/2.0/mlflow/registered-models/search?" + query))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("server")
    parser.add_argument("name")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--experiment", help="id of the experiment; default: a new one named after the model")
    parser.add_argument("--alias", action="append", default=[])
    parser.add_argument("--tag", action="append", default=[], help="of the registered model, KEY=VALUE")
    parser.add_argument("--version-tag", action="append", default=[], help="of the version, KEY=VALUE")
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.folder.rglob("*") if path.is_file())
    if not files:
        raise SystemExit(f"{arguments.folder} holds no files")

    server = Server(arguments.server)
    experiment = arguments.experiment or server.call("experiments/create", name=f"{arguments.name} {os.getpid()}")["experiment_id"]
    run = server.call("runs/create", experiment_id=experiment, run_name="register", start_time=0)["run"]["info"]
    root = run["artifact_uri"]
    if not root.startswith("mlflow-artifacts:/"):
        raise SystemExit(f"the server keeps artifacts at {root}: upload the folder there with that store's own tool, or start the server with --serve-artifacts")
    below = root[len("mlflow-artifacts:/"):].lstrip("/") + "/" + arguments.name
    for path in files:
        target = urllib.parse.quote(f"{below}/{path.relative_to(arguments.folder).as_posix()}")
        server.send("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + target, path.read_bytes(), "application/octet-stream")
    server.call("runs/update", run_id=run["run_id"], status="FINISHED", end_time=1)

    if not server.has_model(arguments.name):
        server.call("registered-models/create", name=arguments.name)
    version = server.call("model-versions/create", name=arguments.name, source=f"{root}/{arguments.name}", run_id=run["run_id"])["model_version"]["version"]
    for pair in arguments.version_tag:
        key, value = pair.split("=", 1)
        server.call("model-versions/set-tag", name=arguments.name, version=version, key=key, value=value)
    for alias in arguments.alias:
        server.call("registered-models/alias", name=arguments.name, alias=alias, version=version)
    for pair in arguments.tag:
        key, value = pair.split("=", 1)
        server.call("registered-models/set-tag", name=arguments.name, key=key, value=value)
    print(f"{arguments.name}/{version}")


if __name__ == "__main__":
    main()
