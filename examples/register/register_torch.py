"""A TorchModule of lume-model: what register_to_mlflow logs beside the pickle (YAML, weights, transformers) is what Model Manager loads, without Python.

    pip install 'lume-model>=2' mlflow torch ;  MLFLOW_TRACKING_URI=http://host:5000 python register_torch.py
"""
import mlflow
from lume_model.models import TorchModel, TorchModule

NAME = "simple"

model = TorchModule(model=TorchModel("../simple/simple.yml"))
with mlflow.start_run():
    # Into the folder of the model's name, where Model Manager looks for it; first, so that it is there when the version is.
    mlflow.log_artifact("../simple/pv_mapping.yaml", artifact_path=NAME)
    model.register_to_mlflow(NAME, registered_model_name=NAME, alias="champion")
