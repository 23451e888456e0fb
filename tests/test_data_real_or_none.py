"""A dataset that cannot be had is left out in one line, and one that can be had is itself."""

from firstnet import data


def test_what_cannot_be_had_is_none(monkeypatch, capsys):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    assert data.real_or_none("fashion_mnist") is None
    said = capsys.readouterr().out
    assert said == "Fashion-MNIST cannot be had here, so this part is left out.\n"


def test_what_can_be_had_is_returned_with_its_line(monkeypatch, capsys):
    def load(name):
        data._sources[name] = data.CACHE
        print("a line")
        return "arrays"

    monkeypatch.setattr(data, "_load", load)
    assert data.real_or_none("fashion_mnist") == "arrays"
    assert capsys.readouterr().out == "a line\n"
