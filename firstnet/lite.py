"""A trained network as a file for phones: write it, see what is in it, run it.

The format is TensorFlow Lite's, today called LiteRT: one file with the weights and the list of
operators, which a small interpreter runs without Keras.
"""

import contextlib
import io
import logging
import os
from pathlib import Path

import numpy as np

KINDS = ("float32", "float16", "dynamic", "int8")


def export(model, path, *, kind="float32", images=None) -> int:
    """Write a Keras model as a .tflite file that reads one image at a time; return its bytes.

    `kind`: how the weights are stored. "float32" as they are; "float16" half as many bytes;
    "dynamic": whole numbers of one byte, with sums in float; "int8": sums in whole numbers too, for
    which `images` must be given, a hundred or more that the model may read, of its input's shape,
    float32: they show how large the numbers between the layers become. Input and output are float32
    always. Raises ValueError for another kind, or for "int8" without images.
    Source: `tf.lite.TFLiteConverter`.
    """
    converter = _converter(model)
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, and it is {kind!r}.")
    if kind != "float32":
        import tensorflow as tf

        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if kind == "int8":
        _calibrate(converter, images)
    with silence():
        return Path(path).write_bytes(converter.convert())


def _converter(model):
    """Return a converter of the model with a batch of exactly 1, which browsers need."""
    import keras
    import tensorflow as tf

    image = keras.Input(batch_shape=(1, *model.input_shape[1:]), name="image")
    return tf.lite.TFLiteConverter.from_keras_model(keras.Model(image, model(image)))


def _calibrate(converter, images):
    import tensorflow as tf

    if images is None or len(images) == 0:
        raise ValueError('kind="int8" needs images: some that the model may read, float32.')
    rows = np.asarray(images, np.float32)
    converter.representative_dataset = lambda: ([row[None]] for row in rows)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]


@contextlib.contextmanager
def silence():
    """Keep what is written meanwhile from the page, by C++ libraries too; errors come through.

    Converter and interpreter report on the descriptors 1 and 2, past Python's `sys.stdout`, and
    TensorFlow's log writes to the stream that it found when it was imported.
    """
    kept, level = {number: os.dup(number) for number in (1, 2)}, logging.root.manager.disable
    logging.disable(max(level, logging.INFO))
    try:
        with Path(os.devnull).open("wb") as nowhere, contextlib.ExitStack() as python:
            for number in kept:
                os.dup2(nowhere.fileno(), number)
            python.enter_context(contextlib.redirect_stdout(io.StringIO()))
            python.enter_context(contextlib.redirect_stderr(io.StringIO()))
            yield
    finally:
        logging.disable(level)
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)


def interpreter(path):
    """Return LiteRT's interpreter of a .tflite file, with memory for its tensors, on one thread.

    Raises ValueError when the file is no network in this format, ModuleNotFoundError with the
    command to type where LiteRT is not installed. Source: `ai_edge_litert.interpreter.Interpreter`.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ModuleNotFoundError as error:
        words = "LiteRT is not installed here. Run `%pip install ai-edge-litert`, then this again."
        raise ModuleNotFoundError(words, name=error.name) from error
    with silence():
        reader = Interpreter(model_path=str(path), num_threads=1)
        reader.allocate_tensors()
    return reader


def answers(path, images):
    """Return what the network in a .tflite file answers, float32, shape (n, outputs).

    `images`: n images of the shape that it takes, or n rows with as many numbers, values from 0
    to 1; handed over one at a time. Raises ValueError when the file takes more than one at a time.
    """
    reader = interpreter(path)
    (given,), (answer,) = reader.get_input_details(), reader.get_output_details()
    images = np.asarray(images, np.float32)
    found = []
    for image in images.reshape(len(images), *given["shape"][1:]):
        reader.set_tensor(given["index"], image[None])
        reader.invoke()
        found.append(reader.get_tensor(answer["index"])[0])
    return np.array(found)


def contents(path) -> tuple[list[dict], list[dict]]:
    """Return the tensors and the operators of a .tflite file, as two lists of dicts.

    A tensor has a `name`, `shape`, `type`, the `bytes` that the file holds of it (0 when it is
    computed), and `scale` and `zero_point`, arrays, or None where its numbers stand for themselves.
    An operator has a `name` and the places of its `inputs` and `outputs` in the list of tensors.
    Raises ValueError when the file is no network in this format.
    Source: TensorFlow Lite's schema, a description of the format.
    """
    from ai_edge_litert import schema_py_generated as schema

    written = Path(path).read_bytes()
    if written[4:8] != b"TFL3":
        raise ValueError(f"{path} is no network in the format of TensorFlow Lite.")
    model = schema.ModelT.InitFromPackedBuf(written, 0)
    types, operators = (_words(names) for names in (schema.TensorType, schema.BuiltinOperator))
    (graph,) = model.subgraphs
    return (
        [_tensor(tensor, model.buffers, types) for tensor in graph.tensors],
        [_operator(operator, model.operatorCodes, operators) for operator in graph.operators],
    )


def _words(names):
    """Return the names of an enumeration of the schema, by their number."""
    return {number: word for word, number in vars(names).items() if isinstance(number, int)}


def _tensor(tensor, buffers, types):
    kept, rule = buffers[tensor.buffer].data, tensor.quantization
    scaled = rule is not None and rule.scale is not None
    return {
        "name": tensor.name.decode(),
        "shape": tuple(tensor.shape.tolist()),
        "type": types[tensor.type].lower(),
        "bytes": 0 if kept is None else len(kept),
        "scale": rule.scale if scaled else None,
        "zero_point": rule.zeroPoint if scaled else None,
    }


def _operator(operator, codes, words):
    code = codes[operator.opcodeIndex]
    return {
        "name": words[max(code.builtinCode, code.deprecatedBuiltinCode)],
        "inputs": operator.inputs.tolist(),
        "outputs": operator.outputs.tolist(),
    }
