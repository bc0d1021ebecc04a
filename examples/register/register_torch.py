"""A TorchModule of lume-model: what register_to_mlflow logs beside the pickle (YAML, weights, transformers) is what Model Manager loads, without Python.

    pip install lume-model mlflow torch ;  MLFLOW_TRACKING_URI=http://host:5000 python register_torch.py
"""
import mlflow
from lume_model.models import TorchModel, TorchModule

NAME = "simple"

model = TorchModule(model=TorchModel("../simple/simple.yml"))
with mlflow.start_run() as run:
    model.register_to_mlflow(NAME, registered_model_name=NAME)
    # Into the folder of the same name, where Model Manager looks for it.
    mlflow.log_artifact("../simple/pv_mapping.yaml", artifact_path=NAME)
mlflow.MlflowClient().set_registered_model_alias(NAME, "champion", mlflow.MlflowClient().get_latest_versions(NAME)[0].version)
