"""Dart, read without its SDK: as a syntax tree, and as JavaScript with the types taken out."""

import tree_sitter
import tree_sitter_dart

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_dart.language()))
DROPPED = {
    "import_or_export", "type_alias", "library_name", "documentation_comment", "comment",
    "type_identifier", "type_arguments", "nullable_type", "void_type", "required",
}  # fmt: skip
# What Dart's library offers and JavaScript's calls otherwise.
LIBRARY = """
const math = Math;
const List = { generate: (length, value) => Array.from({ length }, (_, place) => value(place)) };
const Float64List = (length) => new Float64Array(length);
const Uint8List = (length) => new Uint8Array(length);
const methods = (kind, named) => Object.assign(kind.prototype, named);
methods(Number, {
  floor() { return Math.floor(this); },
  ceil() { return Math.ceil(this); },
  toStringAsFixed(digits) { return this.toFixed(digits); },
  abs() { return Math.abs(this); },
});
methods(Array, {
  any(holds) { return this.some(holds); },
  toList() { return this; },
  expand(parts) { return this.flatMap(parts); },
  sublist(start, end) { return this.slice(start, end); },
});
methods(Float64Array, {
  any(holds) { return this.some(holds); },
  sublist(start, end) { return this.slice(start, end); },
  setAll(start, values) { this.set(values, start); },
});
Object.defineProperty(Array.prototype, "isEmpty", { get() { return this.length === 0; } });
Object.defineProperty(Number.prototype, "isNaN", { get() { return Number.isNaN(Number(this)); } });
const listEquals = (one, other) =>
  one.length === other.length && one.every((value, place) => value === other[place]);
"""


def walk(node):
    """Yield a node and everything below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def parse(text):
    """Return the root of the syntax tree of a Dart source."""
    return PARSER.parse(text.encode()).root_node


def excerpt(text, name):
    """Return what stands between the comments `// [name]` and `// [/name]` of a Dart source."""
    return text.split(f"// [{name}]\n")[1].split(f"// [/{name}]\n")[0]


def faults(text):
    """Return the places (line, text) where a Dart source does not follow the grammar."""
    wrong = (node for node in walk(parse(text)) if node.is_error or node.is_missing)
    return [(node.start_point.row + 1, node.text.decode()[:40]) for node in wrong]


def javascript(text):
    """Return a Dart source of plain functions as JavaScript: its types taken out, little else."""
    return LIBRARY + _written(parse(text))


def _written(node):
    if node.type in DROPPED:
        return ""
    if node.type in SPECIAL:
        return SPECIAL[node.type](node)
    return _children(node) or node.text.decode()


def _children(node):
    return " ".join(filter(None, map(_written, node.children)))


def _body(node):
    """Write the body of a function; one that is a single expression returns it."""
    if node.children[0].type == "=>":
        return "{ return " + " ".join(map(_written, node.children[1:])) + " }"
    return _children(node)


def _variable(node):
    is_final = node.children[0].type == "final_builtin"
    return _children(node) if is_final else "let " + _children(node)


def _loop(node):
    """Write what stands between a loop's brackets: `in` walks over values, as JavaScript's `of`."""
    return " ".join("of" if c.type == "in" else _written(c) for c in node.children)


def _arguments(node):
    """Write a call's arguments; the named ones become an object, which stands last."""
    given = [_written(child) for child in node.children if child.type == "argument"]
    named = [_written(child) for child in node.children if child.type == "named_argument"]
    return "(" + ", ".join(given + (["{" + ", ".join(named) + "}"] if named else [])) + ")"


def _string(node):
    """Write a string; `$name` in it becomes `${name}`."""
    text = node.text.decode()
    for part in node.children:
        if part.type == "template_substitution" and not part.text.startswith(b"${"):
            text = text.replace(part.text.decode(), "${" + part.text.decode()[1:] + "}", 1)
    return f"`{text[1:-1]}`"


SPECIAL = {
    "function_signature": lambda node: "function " + _children(node),
    "function_body": _body,
    "initialized_variable_definition": _variable,
    "final_builtin": lambda node: "const",
    "for_loop_parts": _loop,
    "optional_formal_parameters": lambda node: _children(node) + " = {}",
    "arguments": _arguments,
    "string_literal": _string,
}
