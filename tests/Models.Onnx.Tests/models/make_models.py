"""Makes the small ONNX files of this folder (python3-onnx, python3-numpy). Run it again only to change them; the results are kept with the sources.
Reference values are formulas in the tests: nothing here is computed by ONNX Runtime."""
import os

import numpy
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))


def save(name, nodes, inputs, outputs, initializers=(), opset=13, domain_opsets=(), ir=7):
    graph = h.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset), *domain_opsets], producer_name="model-manager-tests")
    model.ir_version = ir
    onnx.save(model, os.path.join(HERE, name + ".onnx"))
    return model


def value(name, kind, shape):
    return h.make_tensor_value_info(name, kind, shape)


def constant(name, array):
    return numpy_helper.from_array(numpy.asarray(array), name)


# One matrix input, three rows of it needed: y = 2a - b + c/4, z = a*b.
weights = numpy.array([[2.0], [-1.0], [0.25]])
for suffix, kind, dtype in (("f64", T.DOUBLE, numpy.float64), ("f32", T.FLOAT, numpy.float32)):
    save("matrix_" + suffix, [h.make_node("MatMul", ["x", "w"], ["y"])], [value("x", kind, ["n", 3])], [value("y", kind, ["n", 1])], [constant("w", weights.astype(dtype))])
# Several inputs of one column and several outputs.
save("columns", [h.make_node("Mul", ["a", "b"], ["product"]), h.make_node("Sub", ["a", "b"], ["difference"])],
     [value("a", T.DOUBLE, ["n", 1]), value("b", T.DOUBLE, ["n", 1])], [value("product", T.DOUBLE, ["n", 1]), value("difference", T.DOUBLE, ["n", 1])])
# One row only.
save("one_row", [h.make_node("MatMul", ["x", "w"], ["y"])], [value("x", T.DOUBLE, [1, 3])], [value("y", T.DOUBLE, [1, 1])], [constant("w", weights)])
# Scalars without dimensions, of every type.
save("types", [h.make_node("Add", ["i", "i"], ["twice"]), h.make_node("Not", ["flag"], ["inverse"]), h.make_node("Identity", ["label"], ["same"]), h.make_node("Cast", ["f"], ["rounded"], to=T.INT64)],
     [value("i", T.INT64, []), value("flag", T.BOOL, []), value("label", T.STRING, [1]), value("f", T.FLOAT, [])],
     [value("twice", T.INT64, []), value("inverse", T.BOOL, []), value("same", T.STRING, [1]), value("rounded", T.INT64, [])])
# An image of any size and a gain.
save("image", [h.make_node("ReduceMax", ["image"], ["y_max"], keepdims=0), h.make_node("Mul", ["image", "gain"], ["y_img"]), h.make_node("ReduceSum", ["image", "axis"], ["profile"], keepdims=0)],
     [value("image", T.DOUBLE, ["rows", "cols"]), value("gain", T.DOUBLE, [])], [value("y_max", T.DOUBLE, []), value("y_img", T.DOUBLE, ["rows", "cols"]), value("profile", T.DOUBLE, ["cols"])],
     [constant("axis", numpy.array([0], dtype=numpy.int64))])
# A batch of one-channel images of fixed size, as convolutions take them.
save("channels", [h.make_node("ReduceMean", ["camera"], ["mean"], axes=[1, 2, 3], keepdims=0)], [value("camera", T.FLOAT, ["n", 1, 4, 6])], [value("mean", T.FLOAT, ["n"])])
# Short floats, bytes, colours.
save("halves", [h.make_node("Mul", ["a", "b"], ["product"])], [value("a", T.FLOAT16, ["n", 1]), value("b", T.FLOAT16, ["n", 1])], [value("product", T.FLOAT16, ["n", 1])])
save("bytes", [h.make_node("Cast", ["image"], ["f"], to=T.FLOAT), h.make_node("ReduceMax", ["f"], ["y_max"], keepdims=0), h.make_node("Cast", ["n"], ["m"], to=T.FLOAT)],
     [value("image", T.UINT8, ["rows", "cols"]), value("n", T.INT32, [])], [value("y_max", T.FLOAT, []), value("m", T.FLOAT, [])])
save("colours", [h.make_node("ReduceMean", ["image"], ["mean"], axes=[2, 3], keepdims=0)], [value("image", T.FLOAT, [1, 3, 2, 2])], [value("mean", T.FLOAT, [1, 3])])

# To be refused.
save("old_opset", [h.make_node("Relu", ["x"], ["y"])], [value("x", T.FLOAT, ["n", 2])], [value("y", T.FLOAT, ["n", 2])], opset=1)
save("double_elu", [h.make_node("Elu", ["x"], ["y"])], [value("x", T.DOUBLE, ["n", 2])], [value("y", T.DOUBLE, ["n", 2])])
save("unknown_operator", [h.make_node("Quench", ["x"], ["y"])], [value("x", T.FLOAT, ["n", 2])], [value("y", T.FLOAT, ["n", 2])])
save("unknown_domain", [h.make_node("Quench", ["x"], ["y"], domain="magnets")], [value("x", T.FLOAT, ["n", 2])], [value("y", T.FLOAT, ["n", 2])], domain_opsets=[h.make_opsetid("magnets", 1)])
save("future_opset", [h.make_node("Relu", ["x"], ["y"])], [value("x", T.FLOAT, ["n", 2])], [value("y", T.FLOAT, ["n", 2])], opset=99)
save("future_ir", [h.make_node("Relu", ["x"], ["y"])], [value("x", T.FLOAT, ["n", 2])], [value("y", T.FLOAT, ["n", 2])], ir=99)
save("sequence", [h.make_node("SequenceConstruct", ["x"], ["y"])], [value("x", T.FLOAT, ["n", 2])], [h.make_tensor_sequence_value_info("y", T.FLOAT, None)])


def external(name, location):
    tensor = constant("w", weights)
    onnx.external_data_helper.set_external_data(tensor, location, offset=0, length=24)
    tensor.ClearField("raw_data")
    tensor.data_location = T.EXTERNAL
    save(name, [h.make_node("MatMul", ["x", "w"], ["y"])], [value("x", T.DOUBLE, ["n", 3])], [value("y", T.DOUBLE, ["n", 1])], [tensor])


external("external", "external.data")
external("external_parent", "../escape.data")
external("external_absolute", "/etc/hostname")
with open(os.path.join(HERE, "external.data"), "wb") as file:
    file.write(weights.tobytes())
