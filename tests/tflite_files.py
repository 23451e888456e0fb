"""Small .tflite files, written with the schema's own classes, for tests of the reader."""

from dataclasses import dataclass

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

TYPES = {
    "float32": schema.TensorType.FLOAT32,
    "float16": schema.TensorType.FLOAT16,
    "int32": schema.TensorType.INT32,
    "int8": schema.TensorType.INT8,
    "uint8": schema.TensorType.UINT8,
}
CODES = schema.BuiltinOperator


@dataclass
class Tensor:
    """One tensor: with `data` a constant, with `scale` and `zero` whole numbers worth others."""

    shape: tuple
    type: str = "float32"
    data: np.ndarray | None = None
    scale: tuple = ()
    zero: tuple = ()


def constant(array, *, scale=(), zero=()):
    array = np.asarray(array)
    return Tensor(array.shape, str(array.dtype), array, scale, zero)


def whole(shape, scale, zero):
    """A tensor of computed int8 numbers."""
    return Tensor(tuple(shape), "int8", None, (scale,), (zero,))


def options(name, **fields):
    """An options table ("Conv2DOptions") with these fields."""
    table = getattr(schema, f"{name}T")()
    for field, value in fields.items():
        assert hasattr(table, field), f"{name} has no field {field}"
        setattr(table, field, value)
    return table


def file_of(tensors, operators, *, inputs=(0,), outputs=None, change=None):
    """Return the bytes of a file. An operator is (code, inputs, outputs, options or None).

    `change`: a function that may change the whole model, a `schema.ModelT`, before it is written.
    """
    model = schema.ModelT()
    model.version, model.description = 3, "a test"
    model.buffers = [schema.BufferT(), *(_buffer(one) for one in tensors)]
    model.operatorCodes = [_code(code) for code, *_ in operators]
    graph = schema.SubGraphT()
    graph.tensors = [_tensor(one, n) for n, one in enumerate(tensors)]
    graph.operators = [_operator(n, *rest) for n, (_, *rest) in enumerate(operators)]
    graph.inputs = list(inputs)
    graph.outputs = list(outputs or operators[-1][2])
    model.subgraphs = [graph]
    if change:
        change(model)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _buffer(tensor):
    buffer = schema.BufferT()
    if tensor.data is not None:
        buffer.data = np.frombuffer(np.ascontiguousarray(tensor.data).tobytes(), np.uint8)
    return buffer


def _code(number):
    code = schema.OperatorCodeT()
    code.builtinCode, code.deprecatedBuiltinCode, code.version = number, min(number, 127), 1
    if number == CODES.CUSTOM:
        code.customCode = "Mine"
    return code


def _tensor(tensor, n):
    result = schema.TensorT()
    result.name, result.buffer = f"tensor_{n}", n + 1
    result.shape, result.type = list(tensor.shape), TYPES[tensor.type]
    if tensor.scale:
        result.quantization = schema.QuantizationParametersT()
        result.quantization.scale = list(tensor.scale)
        result.quantization.zeroPoint = list(tensor.zero or [0] * len(tensor.scale))
    return result


def _operator(index, inputs, outputs, given=None):
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = index, list(inputs), list(outputs)
    if given is not None:
        name = type(given).__name__.removesuffix("T")
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
        operator.builtinOptions = given
    return operator


def in_whole_numbers(tensors, operator):
    """Return the file of one int8 operator between QUANTIZE and DEQUANTIZE.

    `tensors`: its input, its output, then its constants; `operator`: (code, options or None).
    """
    code, given = operator
    ends = [Tensor(tensors[0].shape), Tensor(tensors[1].shape)]
    constants = range(4, 2 + len(tensors))
    return file_of(
        [*ends, *tensors],
        [
            (CODES.QUANTIZE, [0], [2]),
            (code, [2, *constants], [3], given),
            (CODES.DEQUANTIZE, [3], [1]),
        ],
    )


def in_litert(file, rows):
    """Return what LiteRT's interpreter gives for each row, float32, one row for each."""
    reader = Interpreter(model_content=file, num_threads=1)
    reader.allocate_tensors()
    (given,), (answer,) = reader.get_input_details(), reader.get_output_details()
    found = []
    for row in np.asarray(rows, np.float32):
        reader.set_tensor(given["index"], row.reshape(given["shape"]))
        reader.invoke()
        found.append(reader.get_tensor(answer["index"]).ravel())
    return np.array(found)
