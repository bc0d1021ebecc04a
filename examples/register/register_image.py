"""A class of one's own on images, packed as pyfunc with its configuration inside the model: artifacts/pv_mapping.yaml. Runs in a Python worker.

    pip install mlflow numpy ;  MLFLOW_TRACKING_URI=http://host:5000 python register_image.py ../image/pv_mapping.yaml
"""
import sys

import mlflow
import numpy

NAME = "image_statistics"
CONFIGURATION = sys.argv[1]  # must be called pv_mapping.yaml


class ImageStatistics:
    input_variables = [{"name": "image", "type": "image"}]
    output_variables = [{"name": name, "type": "image" if name == "y_img" else "scalar"} for name in ("y_max", "y_min", "y_mean", "y_std", "y_img")]

    def evaluate(self, inputs):
        image = numpy.asarray(inputs["image"], dtype=float)
        return {"y_max": float(image.max()), "y_min": float(image.min()), "y_mean": float(image.mean()), "y_std": float(image.std()), "y_img": image}


class Wrapper(mlflow.pyfunc.PythonModel):
    def get_model(self):
        return ImageStatistics()

    def predict(self, context, model_input, params=None):
        return self.get_model().evaluate(model_input)


with mlflow.start_run():
    mlflow.pyfunc.log_model(NAME, python_model=Wrapper(), registered_model_name=NAME, pip_requirements=["numpy"], artifacts={"pv_mapping": CONFIGURATION})
