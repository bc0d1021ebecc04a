"""Writes ../image.onnx: what model.py computes, as an ONNX graph (needs python3-onnx). The result is kept with the sources."""
import os

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

scalar, picture = [], ["rows", "columns"]
nodes = [
    helper.make_node("ReduceMax", ["image"], ["y_max"], keepdims=0),
    helper.make_node("ReduceMin", ["image"], ["y_min"], keepdims=0),
    helper.make_node("ReduceMean", ["image"], ["y_mean"], keepdims=0),
    helper.make_node("Sub", ["image", "y_mean"], ["difference"]),
    helper.make_node("Mul", ["difference", "difference"], ["square"]),
    helper.make_node("ReduceMean", ["square"], ["variance"], keepdims=0),
    helper.make_node("Sqrt", ["variance"], ["y_std"]),
    helper.make_node("Max", ["y_max", "one"], ["scale"]),
    helper.make_node("Div", ["image", "scale"], ["y_img"]),
]
value = helper.make_tensor_value_info
graph = helper.make_graph(
    nodes, "image", [value("image", TensorProto.DOUBLE, picture)],
    [value(name, TensorProto.DOUBLE, scalar) for name in ("y_max", "y_min", "y_mean", "y_std")] + [value("y_img", TensorProto.DOUBLE, picture)],
    [numpy_helper.from_array(numpy.array(1.0), "one")])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="model-manager-examples")
model.ir_version = 7
onnx.checker.check_model(model)
onnx.save(model, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "image.onnx"))
