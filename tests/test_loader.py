"""The loader draws saved anywidgets in a page without a kernel, and says so where it cannot."""

import base64
import json
import re

import pytest

from tools import ROOT

pytestmark = pytest.mark.browser

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
COUNTER = """
export default {
  initialize({ model }) { window.starts = (window.starts ?? 0) + 1; window.model = model; },
  render({ model, el }) {
    const button = document.createElement("button");
    const draw = () => { button.textContent = `count ${model.get("count")}`; };
    button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
    model.on("change:count", draw);
    draw();
    el.append(button);
  },
};
"""
FACTORY = """
export default async () => ({
  render({ model, el }) { el.textContent = `made ${model.get("count")}`; },
});
"""
THROWS = """
export default { render({ el }) { el.append("half"); throw new Error("on purpose"); } };
"""


def saved(source=COUNTER, *, buffers=(), **state):
    """Return one model as a notebook stores it."""
    return {"state": {"_esm": source, "count": 1, **state}, "buffers": list(buffers)}


@pytest.fixture
def write(tmp_path):
    """A function that writes a page with saved models and views of them; returns its address."""

    def write_page(models, views):
        state = json.dumps({"version_major": 2, "state": models}).replace("</", "<\\/")
        scripts = [f'<script type="{STATE}">{state}</script>']
        scripts += [f'<script type="{VIEW}">{{"model_id": "{view}"}}</script>' for view in views]
        loader = (ROOT / "book/_static/widgets.js").read_text("utf-8")
        html = (
            f"<!doctype html><meta charset=utf-8><body>{''.join(scripts)}<script>{loader}</script>"
        )
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        return (tmp_path / "page.html").as_uri()

    return write_page


@pytest.fixture
def show(new_page, write):
    """A function that opens such a page and waits until every view has been dealt with."""

    def open_page(models, views):
        page = new_page()
        page.goto(write(models, views))
        page.wait_for_function(
            "count => document.querySelectorAll('.widget-host[data-state]').length === count",
            arg=len(views),
        )
        return page

    return open_page


def test_two_views_of_a_model_share_its_state_and_its_start(show):
    page = show({"a": saved()}, ["a", "a"])
    page.get_by_role("button").first.click()
    assert page.get_by_role("button").all_inner_texts() == ["count 2", "count 2"]
    assert page.evaluate("window.starts") == 1


def test_two_models_with_one_module_keep_their_own_state(show):
    page = show({"a": saved(), "b": saved(count=7)}, ["a", "b"])
    page.get_by_role("button").first.click()
    assert page.get_by_role("button").all_inner_texts() == ["count 2", "count 7"]


def test_a_factory_is_called(show):
    assert show({"a": saved(FACTORY)}, ["a"]).locator(".widget-host").inner_text() == "made 1"


def test_a_style_sheet_is_added_once(show):
    css = "button { color: red }"
    page = show({"a": saved(_css=css), "b": saved(_css=css)}, ["a", "b"])
    assert page.locator("style").all_text_contents() == [css]


def test_the_host_has_a_role_and_a_name(show):
    page = show({"a": saved(_label="A counter"), "b": saved()}, ["a", "b"])
    names = page.get_by_role("group").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert names == ["A counter", "explorable"]


def test_bytes_arrive_as_a_view_of_them(show):
    buffer = {"path": ["nested", 0], "data": base64.b64encode(b"\x01\xff").decode()}
    page = show({"a": saved(nested=[None], buffers=[buffer])}, ["a"])
    view = "window.model.get('nested')[0]"
    assert page.evaluate(f"[{view} instanceof DataView, {view}.getUint8(1)]") == [True, 255]


@pytest.mark.parametrize(
    ("act", "heard"),
    [
        ("set('count', 2)", ["change:count 2", "change"]),
        ("set('count', 1)", []),
        ("set('pair', [1, 2])", []),
        ("set('pair', [1, 3])", ["change"]),
        ("set({count: 5, pair: [0, 0]})", ["change:count 5", "change"]),
        ("off('change'), model.set('count', 2)", ["change:count 2"]),
        ("off('change:count', first), model.set('count', 2)", ["change"]),
        ("off(), model.set('count', 2)", []),
    ],
)
def test_events_are_heard_when_a_value_changed(show, act, heard):
    page = show({"a": saved(pair=[1, 2])}, ["a"])
    script = f"""() => {{
      const heard = [];
      const first = (model, value) => heard.push(`change:count ${{value}}`);
      model.on("change:count", first);
      model.on("change", () => heard.push("change"));
      model.{act};
      return heard;
    }}"""
    assert page.evaluate(script) == heard


@pytest.mark.parametrize("models", [{"a": {"state": {"value": 0}}}, {}], ids=["slider", "unsaved"])
def test_what_needs_python_says_so(show, models):
    host = show(models, ["a"]).locator(".widget-host")
    assert host.get_attribute("data-state") == "needs-kernel"
    assert re.search("needs Python.*JupyterLab, Binder or Colab", host.inner_text())


def test_a_module_that_throws_leaves_a_sentence_and_the_others_work(browser, write):
    page = browser.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(write({"a": saved(THROWS), "b": saved()}, ["a", "b"]))
    failed = page.locator(".widget-host[data-state=failed]")
    assert failed.inner_text().startswith("This explorable could not be shown")
    assert page.get_by_role("button").inner_text() == "count 1"
    assert any("on purpose" in error for error in errors)
    page.close()
