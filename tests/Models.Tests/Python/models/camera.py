"""Images in and out, and arrays of every kind."""
import numpy

input_variables = [{"name": "image", "type": "image"}, {"name": "gain", "type": "scalar", "default_value": 1.0}]
output_variables = [{"name": "y_max", "type": "scalar"}, {"name": "rows", "type": "scalar"}, {"name": "y_img", "type": "image"}, {"name": "profile", "type": "array"}]


class Camera:
    def evaluate(self, inputs):
        image = inputs["image"]
        return {"y_max": image.max(), "rows": image.shape[0], "y_img": image * inputs["gain"], "profile": image.sum(axis=0)}


class CameraFactory:
    def get_model(self):
        return Camera()


class Hoarder(Camera):
    """Keeps what it was given."""

    first = None

    def evaluate(self, inputs):
        if self.first is None:
            self.first = inputs["image"][:]
        result = Camera.evaluate(self, inputs)
        result["y_max"] = float(self.first.max())
        return result


class HoarderFactory:
    def get_model(self):
        return Hoarder()
