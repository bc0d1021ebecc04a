"""What a model says of its inputs and outputs: lume's variables, dicts like them, or bare names; on the module that made it, or on the object."""
import math

_TYPES = {"image": "image", "waveform": "array", "array": "array", "bool": "bool", "boolean": "bool", "int": "int", "integer": "int", "long": "int", "str": "string", "string": "string", "any": "any"}


def describe(model, module):
    """{inputs: [...] or None, outputs: [...] or None}: JSON, infinities as text."""
    outputs = _of(model, module, "output_variables")
    return {"inputs": _of(model, module, "input_variables"), "outputs": outputs and [entry for variable in outputs for entry in _both(variable, outputs)]}


def _of(model, module, attribute):
    for holder in (module, model, getattr(model, "model", None)):
        listed = getattr(holder, attribute, None) if holder is not None else None
        if listed and not callable(listed):
            return [_variable(name, body) for name, body in _pairs(listed)]
    return None


def _both(variable, outputs):
    """A distribution is two numbers, as ensembles have them."""
    deviation = {"name": variable["name"] + "_std"}
    if not variable.pop("distribution", False) or any(other["name"] == deviation["name"] for other in outputs):
        return [variable]
    if "unit" in variable:
        deviation["unit"] = variable["unit"]
    return [variable, deviation]


def _pairs(listed):
    if isinstance(listed, dict):
        return [(str(name), body) for name, body in listed.items()]
    return [(_get(item, "name") if not isinstance(item, str) else item, item) for item in listed]


def _variable(name, body):
    if not isinstance(name, str):
        raise TypeError("a variable without a name among the model's variables: %r" % (body,))
    result = {"name": name}
    kind = _get(body, "type") or _get(body, "variable_class") or _get(body, "variable_type") or ("scalar" if isinstance(body, (str, dict)) else type(body).__name__)
    default = _first(body, "default_value", "default")
    shape = _get(body, "shape") or _shape(_get(body, "image_size")) or (list(default.shape) if getattr(default, "ndim", 0) else None)
    if str(kind).lower().startswith("distribution"):
        result["distribution"] = True
    canonical = _TYPES.get(str(kind).lower().replace("variable", ""))
    if canonical is not None:
        result["type"] = canonical
    if shape:
        result["shape"] = [int(length) for length in shape]
        result.setdefault("type", "array")
    if isinstance(default, (str, bool, int)):
        result["default"] = default
    elif default is not None and not getattr(default, "ndim", 0):
        result["default"] = _number(default)
    limits = _get(body, "value_range")
    if limits is not None:
        result["range"] = [_number(limits[0]), _number(limits[1])]
    tolerance = _get(body, "value_range_tolerance")
    if tolerance is not None:
        result["tolerance"] = float(tolerance)
    unit = _first(body, "unit", "units")
    if unit is not None:
        result["unit"] = str(unit)
    if _get(body, "is_constant"):
        result["constant"] = True
    return result


def features(model):
    """scikit-learn knows how many columns it was fitted with, and their names when they had some."""
    inner = getattr(model, "model", model)
    names = getattr(inner, "feature_names_in_", None)
    if names is not None:
        return [{"name": str(name)} for name in names]
    count = getattr(inner, "n_features_in_", None)
    return [{"name": "input_%d" % i} for i in range(int(count))] if count else None


def _get(body, key):
    value = body.get(key) if isinstance(body, dict) else None if isinstance(body, str) else getattr(body, key, None)
    return None if callable(value) else value


def _first(body, *keys):
    return next((value for value in (_get(body, key) for key in keys) if value is not None), None)


def _shape(size):
    return [size["y"], size["x"]] if isinstance(size, dict) else size


def _number(value):
    value = float(value)
    return value if math.isfinite(value) else str(value)
