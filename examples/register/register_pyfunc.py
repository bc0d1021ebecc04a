"""A BaseModel of lume-model as pyfunc: the wrapper's get_lume_model() gives the model, its evaluate(dict) the results. Runs in a Python worker.

    pip install 'lume-model>=2' mlflow ;  MLFLOW_TRACKING_URI=http://host:5000 python register_pyfunc.py
"""
import mlflow
from lume_model.base import LUMEBaseModel
from lume_model.variables import ScalarVariable

NAME = "sum_of_two"


class SumOfTwo(LUMEBaseModel):
    input_variables: list[ScalarVariable] = [ScalarVariable(name="x1", default_value=1.0), ScalarVariable(name="x2", default_value=0.5)]
    output_variables: list[ScalarVariable] = [ScalarVariable(name="y")]

    def _evaluate(self, input_dict):
        return {"y": input_dict["x1"] + input_dict["x2"]}


# The PVs of the simple example fit: x1 and x2 in, y out. A silo runs Python only for a deployment that says so.
with open("../simple/pv_mapping.yaml") as file:
    configuration = file.read().replace("deployment:\n  name: simple\n", f"deployment:\n  name: {NAME}\n  python: allow\n")

with mlflow.start_run():
    mlflow.log_text(configuration, f"{NAME}/pv_mapping.yaml")
    SumOfTwo().register_to_mlflow(NAME, registered_model_name=NAME, alias="champion")
