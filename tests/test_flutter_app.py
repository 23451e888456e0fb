"""The sources of the phone app: what can be known of them without the Flutter SDK."""

import base64
import json
import re
from pathlib import PurePosixPath

import dart
import pytest
import yaml

from tools import ROOT, phone

APP = ROOT / phone.APP
SOURCES = sorted(path for path in APP.rglob("*.dart") if "build" not in path.parts)
OURS = [path for path in SOURCES if path.name != "vectors.dart"]
PREPARATION = (APP / "lib" / "preparation.dart").read_text("utf-8")
ANSWER = (APP / "lib" / "answer.dart").read_text("utf-8")
RECOGNISER = (APP / "lib" / "recogniser.dart").read_text("utf-8")
DRAWING = (APP / "lib" / "drawing.dart").read_text("utf-8")
LABELS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
MODEL_NAME = phone.MODEL.name
LONGEST_FUNCTION = 20  # lines; a page of widgets nests deeply
PAGE = (ROOT / "book" / "flutter.md").read_text("utf-8")

each_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
each_own = pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)


def pubspec():
    return yaml.safe_load((APP / "pubspec.yaml").read_text("utf-8"))


def imports(path):
    return re.findall(r"^(?:import|export) '([^']+)'", path.read_text("utf-8"), re.M)


def packages(path):
    named = (name.removeprefix("package:") for name in imports(path) if name.startswith("package:"))
    return [name.partition("/")[::2] for name in named]


# --- Grammar -------------------------------------------------------------------------------------


@each_source
def test_the_file_follows_the_grammar(path):
    assert dart.faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("extends State<RecogniserPage> {", "extends State<RecogniserPage {"),
        ("class RecogniserPage extends StatefulWidget {", "class RecogniserPage extends {"),
        ("  void _clear() {", "  void _clear( {"),
        ("    _drawing.clear();", "    _drawing.clear()"),
    ],
)
def test_a_broken_file_would_be_noticed(right, wrong):
    text = (APP / "lib" / "page.dart").read_text("utf-8")
    assert text.count(right) == 1
    assert dart.faults(text.replace(right, wrong))


@each_own
def test_functions_are_short_and_lines_not_long(path):
    text = path.read_text("utf-8")
    assert max(map(len, text.splitlines())) <= 80
    for node in dart.walk(dart.parse(text)):
        lines = node.end_point.row - node.start_point.row + 1
        is_test = "test" in path.parent.name
        assert node.type != "function_body" or is_test or lines <= LONGEST_FUNCTION, node.text


# --- Files ---------------------------------------------------------------------------------------


def test_every_asset_is_there():
    assets = pubspec()["flutter"]["assets"]
    assert {path.name for path in (APP / "assets").iterdir()} == {
        PurePosixPath(asset).name for asset in assets
    }
    assert all((APP / asset).is_file() for asset in assets)


def test_every_asset_that_the_code_names_is_declared():
    assert set(re.findall(r"'(assets/[^']+)'", RECOGNISER)) == set(pubspec()["flutter"]["assets"])


@each_own
def test_every_package_is_in_the_pubspec(path):
    own, given, extra = pubspec()["name"], pubspec()["dependencies"], pubspec()["dev_dependencies"]
    allowed = {own, *given} if path.parent.name == "lib" else {own, *given, *extra}
    for package, file in packages(path):
        assert package in allowed
        assert package != own or (APP / "lib" / file).is_file()


def test_every_package_in_the_pubspec_is_used():
    used = {package for path in OURS for package, _ in packages(path)}
    named = {*pubspec()["dependencies"], *pubspec()["dev_dependencies"]}
    assert named - used == {"flutter_lints"}
    options = yaml.safe_load((APP / "analysis_options.yaml").read_text("utf-8"))
    assert options["include"] == "package:flutter_lints/flutter.yaml"


@each_own
def test_every_file_that_is_imported_is_there(path):
    relative = [name for name in imports(path) if ":" not in name]
    assert all((path.parent / name).is_file() for name in relative)


def names_of(path):
    """Return the names that a Dart file uses, and of these the ones that it declares at its top."""
    text = path.read_text("utf-8")
    used = {
        node.text.decode()
        for node in dart.walk(dart.parse(text))
        if node.type in ("identifier", "type_identifier")
    }
    kinds = r"(?:abstract |final |interface )*class|typedef|const [\w<>]+|[\w<>?]+"
    return used, set(re.findall(rf"^(?:{kinds}) (\w+)(?= [=({{<i]|\(| extends)", text, re.M)) & used


@each_own
def test_every_name_of_ours_that_is_used_is_imported(path):
    used, own = names_of(path)
    reached = {PurePosixPath(name).name for name in imports(path)}
    for library in (APP / "lib").iterdir():
        lacking = set() if library.name in reached else names_of(library)[1] & used - own
        assert not {name for name in lacking if name[0] != "_"}, library.name


def test_a_missing_import_would_be_noticed():
    used, own = names_of(APP / "lib" / "pad.dart")
    declared = names_of(APP / "lib" / "preparation.dart")[1]
    assert {"Point", "Stroke"} <= declared & used - own
    assert {"Pad", "StrokesPainter"} <= own


def test_the_preparation_and_the_answer_need_no_flutter():
    assert imports(APP / "lib" / "answer.dart") == []
    assert imports(APP / "lib" / "preparation.dart") == ["dart:math", "dart:typed_data"]


def test_the_code_is_sound_null_safe_and_not_published():
    assert re.fullmatch(r"\^3\.\d+\.0", pubspec()["environment"]["sdk"])
    assert pubspec()["publish_to"] == "none"


# --- Copies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [phone.MODEL, phone.VECTORS], ids=lambda path: path.name)
def test_a_copy_is_its_source(path):
    copies = phone.copies()
    for copy, content in copies.items():
        assert (ROOT / copy).read_bytes() == content, "run `python -m tools phone`"
    assert any((ROOT / path).read_bytes().rstrip() in content for content in copies.values())


def test_the_dart_tests_read_the_drawings_as_they_are():
    text = (APP / "test" / "drawings.dart").read_text("utf-8")
    types = {"String": str, "int?": int | None, "List<dynamic>": list, "Map<String, dynamic>": dict}
    read = dict(re.findall(r"json\['(\w+)'\] as (\w+(?:<[^>]+>)?\??)", text))
    for drawing in drawings():
        assert drawing.keys() == read.keys()
        assert all(isinstance(drawing[key], types[kind]) for key, kind in read.items())
        assert MODEL_NAME in drawing["probabilities"]


def test_a_missing_source_is_told_of(tmp_path):
    with pytest.raises(SystemExit, match="augmented.tflite is missing"):
        phone.copies(tmp_path)


def test_drawings_that_would_end_the_string_are_refused(tmp_path):
    for path, text in ((phone.MODEL, "model"), (phone.VECTORS, '{"name": "\'\'\'"}')):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    with pytest.raises(SystemExit, match="three quotes"):
        phone.copies(tmp_path)


def test_the_labels_are_those_of_the_web_app():
    assert (APP / "assets" / "labels.txt").read_text("utf-8").split("\n") == [*LABELS, ""]
    web = (ROOT / "apps" / "recogniser" / "answer.js").read_text("utf-8")
    assert re.search(r"WORDS = \[(.+)\]", web)[1].replace('"', "").split(", ") == LABELS


def test_a_tap_is_as_small_in_both_apps():
    web = (ROOT / "firstnet" / "widgets" / "_drawing.js").read_text("utf-8")
    here = re.search(r"dotSide = ([\d.]+);", DRAWING)[1]
    assert re.search(r"SMALLEST = ([\d.]+);", web)[1] == here


def test_both_apps_are_sure_from_the_same_probability_on():
    web = (ROOT / "apps" / "recogniser" / "answer.js").read_text("utf-8")
    here = re.search(r"sureFrom = ([\d.]+);", ANSWER)[1]
    assert re.search(r"SURE = ([\d.]+);", web)[1] == here


@pytest.mark.parametrize(
    ("file", "name", "web_file", "web_name"),
    [
        ("history.dart", "remembered", "history.js", "MOST"),
        ("recogniser.dart", "largest", "models.js", "LARGEST"),
    ],
)
def test_both_apps_have_the_same_bounds(file, name, web_file, web_name):
    here = re.search(rf"{name} = (\d+);", (APP / "lib" / file).read_text("utf-8"))[1]
    web = (ROOT / "apps" / "recogniser" / web_file).read_text("utf-8")
    assert re.search(rf"{web_name} = ([\d_]+);", web)[1].replace("_", "") == here


def test_both_apps_refuse_a_network_without_softmax_in_the_same_words():
    web = (ROOT / "firstnet" / "widgets" / "_tflite.js").read_text("utf-8")
    here = re.search(r"noSoftmax =\n(.+?);", ANSWER, re.S)[1]
    assert re.search(r'NO_SOFTMAX = "(.+)";', web)[1] == "".join(re.findall(r"'(.*)'", here))


# --- Arithmetic: the plain functions, as JavaScript ----------------------------------------------


@pytest.fixture
def run(new_page):
    """A function that runs an expression after a Dart source, in a browser."""
    page = new_page()
    return lambda source, expression, given=None: page.evaluate(
        f"(given) => {{ {dart.javascript(source)}; return {expression}; }}", given
    )


def drawings():
    return json.loads((ROOT / phone.VECTORS).read_text("utf-8"))["drawings"]


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["prepared", "shrunk"])
def test_every_drawing_becomes_the_bytes_that_python_makes(run, kind):
    given = drawings()
    strokes = [drawing["strokes"] for drawing in given]
    found = run(PREPARATION, f"given.map((strokes) => [...{kind}(strokes)])", strokes)
    assert len(found) == len(given) >= 10
    for drawing, values in zip(given, found, strict=True):
        assert bytes(values) == base64.b64decode(drawing[kind]), drawing["name"]


@pytest.mark.browser
def test_an_empty_drawing_becomes_nothing(run):
    calls = "[prepared([]), prepared([[]]), shrunk([]), shrunk([[]])]"
    assert run(PREPARATION, calls) == [None] * 4


@pytest.mark.browser
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("filledPart = 0.8", "filledPart = 0.9"),
        ("column + 0.5", "column"),
        ("moment += value * row", "moment += row"),
        ("middlePixel = 14", "middlePixel = 15"),
        ("(value + 0.5 + tiny)", "(value)"),
    ],
)
def test_a_wrong_formula_would_be_noticed(run, right, wrong):
    assert PREPARATION.count(right) == 1
    drawing = drawings()[0]
    found = run(PREPARATION.replace(right, wrong), "[...prepared(given)]", drawing["strokes"])
    assert bytes(found) != base64.b64decode(drawing["prepared"])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("probabilities", "words"),
    [
        ({7: 0.9375, 1: 0.0625}, "Seven, 93.8%. Runner-up: One, 6.3%."),
        ({0: 0.75, 9: 0.25}, "Zero, 75.0%. Runner-up: Nine, 25.0%."),
        ({9: 0.75, 0: 0.25}, "Nine, 75.0%. Runner-up: Zero, 25.0%."),
        ({4: 0.5, 9: 0.25}, "Not sure. Perhaps Four, 50.0%; or Nine, 25.0%."),
        ({5: 1}, "Five, > 99.9%. Runner-up: Zero, < 0.1%."),
    ],
)
def test_the_answer_is_put_into_words(run, probabilities, words):
    row = [probabilities.get(digit, 0) for digit in range(10)]
    assert run(ANSWER, "inWords(given.row, given.labels)", {"row": row, "labels": LABELS}) == words


@pytest.mark.browser
@pytest.mark.parametrize(
    ("probabilities", "words"),
    [
        ({7: 0.9375, 1: 0.0625}, "Seven"),
        ({4: 0.5, 9: 0.25}, "Not sure. Perhaps Four, or Nine."),
    ],
)
def test_the_answer_is_spoken_as_in_the_web_app(run, probabilities, words):
    given = {"row": [probabilities.get(digit, 0) for digit in range(10)], "labels": LABELS}
    web = (ROOT / "apps" / "recogniser" / "answer.js").read_text("utf-8").replace("export ", "")
    theirs = f"(() => {{ {web}; return aloud(answerOf(given.row)); }})()"
    assert run(ANSWER, f"[aloud(given.row, given.labels), {theirs}]", given) == [words, words]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        ({7: 0.75, 1: 0.25}, None),
        ({7: 1}, None),
        ({7: 255 / 256}, None),
        ({7: 0.51, 1: 0.505}, None),
        (dict.fromkeys(range(10), 25 / 256), "noSoftmax"),
        ({7: 1.2579}, "noSoftmax"),
        ({7: 1.2579, 1: -0.2579}, "noSoftmax"),
        ({7: 0.5, 1: 0.25}, "noSoftmax"),
        ({7: 0.9, 1: 0.9}, "noSoftmax"),
        ({}, "noSoftmax"),
        ({7: float("inf")}, "noSoftmax"),
        ({7: float("nan")}, "noNumber"),
    ],
)
def test_numbers_that_are_no_probabilities_are_found_out(run, numbers, fault):
    row = [numbers.get(digit, 0) for digit in range(10)]
    assert run(ANSWER, f"faultOf(given) === {fault or 'null'}", row)


@pytest.mark.browser
def test_no_answer_of_a_network_of_the_book_is_found_faulty(run):
    rows = [row for drawing in drawings() for row in drawing["probabilities"].values()]
    assert run(ANSWER, "given.map(faultOf)", rows) == [None] * len(rows)


@pytest.mark.browser
def test_the_networks_of_the_book_are_taken_and_others_are_not(run):
    shapes = [
        [1, 784],
        [1, 28, 28],
        [1, 28, 28, 1],
        [784],
        [1, 28, 28, 3],
        [1, 32, 32, 1],
        [2, 784],
    ]
    found = run(dart.excerpt(RECOGNISER, "shapes"), "given.map(takesPicture)", shapes)
    assert found == [True] * 3 + [False] * 4


@pytest.mark.browser
def test_the_files_of_the_book_may_be_networks_and_others_may_not(run):
    books = [path.read_bytes() for path in (ROOT / phone.MODEL).parent.glob("*.tflite")]
    wrong = [b"", b"TFL3", bytes(784), b"PK" + bytes(98), books[0][1:]]
    given = [list(file[:1000]) for file in [*books, *wrong]]
    mark = re.search(r"const List<int> mark = .+;", RECOGNISER)[0]
    constants = "const int largest = 1000; const String tooLarge = 'large', noNetwork = 'none';"
    source = constants + mark + dart.excerpt(RECOGNISER, "file")
    assert run(source, "given.map(faultOfFile)", given) == [None] * 6 + ["none"] * len(wrong)


@pytest.mark.browser
def test_a_file_that_is_too_large_is_refused(run):
    constants = "const int largest = 1000; const String tooLarge = 'large';"
    given = [[0] * 1001, [28, 0, 0, 0, 84, 70, 76, 51] * 200]
    source = constants + dart.excerpt(RECOGNISER, "file")
    assert run(source, "given.map(faultOfFile)", given) == ["large"] * 2


@pytest.mark.browser
@pytest.mark.parametrize(
    ("strokes", "dot"),
    [
        ([], True),
        ([[]], True),
        ([[[0.5, 0.5]]], True),
        ([[[0.5, 0.5], [0.515, 0.485]]], True),
        ([[[0.5, 0.5]], [[0.515, 0.485]]], True),
        ([[[0.5, 0.5]], [[0.53, 0.5]]], False),
        ([[[0.5, 0.5], [0.5, 0.53]]], False),
    ],
)
def test_a_tap_is_no_drawing(run, strokes, dot):
    assert run(PREPARATION + dart.excerpt(DRAWING, "dot"), "isDot(given)", strokes) is dot


# --- Where Flutter can be had --------------------------------------------------------------------


def test_the_workflow_analyses_tests_and_builds():
    text = (ROOT / ".github" / "workflows" / "flutter.yml").read_text("utf-8")
    steps = [s for job in yaml.safe_load(text)["jobs"].values() for s in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    needed = {"flutter analyze", "flutter test", "flutter build apk"}
    assert needed | {"flutter build ios --no-codesign"} <= set(commands)
    assert all(re.search(r"@v\d", step["uses"]) for step in steps if "uses" in step)


def test_the_android_app_is_let_to_the_voices_of_the_phone():
    text = (ROOT / ".github" / "workflows" / "flutter.yml").read_text("utf-8")
    guide = (APP / "README.md").read_text("utf-8")
    for words in (text, guide):
        assert "android.intent.action.TTS_SERVICE" in words
        assert "android/app/src/main/AndroidManifest.xml" in words


def test_tests_run_before_a_sample_test_of_another_app_is_made():
    text = (ROOT / ".github" / "workflows" / "flutter.yml").read_text("utf-8")
    android = [step.get("run", "") for step in yaml.safe_load(text)["jobs"]["android"]["steps"]]
    created = next(n for n, command in enumerate(android) if "flutter create" in command)
    assert android.index("flutter analyze") < android.index("flutter test") < created


# --- The page about it ---------------------------------------------------------------------------


def test_every_excerpt_of_the_page_is_marked_in_its_source():
    found = re.findall(
        r"\{literalinclude\} \.\./(\S+)\n:language: dart\n:start-after: (.+)\n:end-before: (.+)",
        PAGE,
    )
    assert len(found) == PAGE.count("{literalinclude}") > 0
    for path, start, end in found:
        text = (ROOT / path).read_text("utf-8")
        assert text.count(start) == text.count(end) == 1
        assert len(text.split(start)[1].split(end)[0].strip().splitlines()) > 1


def test_the_page_names_every_file_of_the_app():
    assert {f"lib/{path.name}" for path in (APP / "lib").iterdir()} == set(
        re.findall(r"^- `(lib/\w+\.dart)`", PAGE, re.M)
    )
