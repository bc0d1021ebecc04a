"""The image model as a Python class with its factory: numbers and a picture from a camera's picture."""
import numpy

input_variables = [{"name": "image", "type": "image"}]
output_variables = [
    {"name": "y_max", "type": "scalar"},
    {"name": "y_min", "type": "scalar"},
    {"name": "y_mean", "type": "scalar"},
    {"name": "y_std", "type": "scalar"},
    {"name": "y_img", "type": "image"},
]


class ImageModel:
    """Brightest, darkest and mean pixel, their standard deviation, and the picture scaled to a maximum of one."""

    def evaluate(self, inputs):
        image = numpy.asarray(inputs["image"], dtype=numpy.float64)
        brightest = image.max()
        return {
            "y_max": brightest,
            "y_min": image.min(),
            "y_mean": image.mean(),
            "y_std": image.std(),
            "y_img": image / max(brightest, 1.0),
        }


class ImageModelFactory:
    def get_model(self):
        return ImageModel()
