"""A command that is given an output of a kind that it is not for says so in one message, and leaves nothing behind."""

import pytest

MADE = ("run", "score", "whatif", "sweep", "sensitivity", "tipping-point", "validate", "diff")
# How each command that reads outputs is called, and the kinds that it is for.
READERS = {
    "score": (("score", "{folder}", "outputs=out"), ("run",)),
    "diff": (("diff", "{folder}", "{folder}", "outputs=out"), ("run", "whatif", "sweep")),
    "report": (("report", "{folder}", "page=page.md"), ("score",)),  # which it takes beside a calibration
    "export as GED": (("export", "{folder}", "format=ged", "to=out"), ("run",)),
    "export as GeoJSON": (("export", "{folder}", "format=geojson", "to=out"), ("run",)),
    "export as VIEWS": (("export", "{folder}", "format=views", "to=out"), ("run",)),
    "scenario-discovery": (("scenario-discovery", "{folder}"), ("run", "sweep", "sensitivity")),
    "plot of a run": (("plot", "{folder}", "figure=losses", "to=out"), ("run",)),
    "plot of a sweep": (("plot", "{folder}", "figure=response", "to=out"), ("sweep",)),
    "playback": (("plot", "{folder}", "figure=playback", "to=out"), ("run",)),
    "parameters": (("run", "scenario=teaching", "parameters=posterior:{folder}", "runs=2", "outputs=out"), ()),
    "diary of a posterior": (("diary", "scenario=teaching", "parameters=posterior:{folder}"), ()),
    "diary of a folder": (("diary", "{folder}"), ()),
    "analyse": (("analyse", "scenario=teaching", "posterior={folder}", "outputs=out"), ()),
}


@pytest.mark.parametrize("reader", READERS)
def test_an_output_of_another_kind_is_refused_in_one_message(reader, outputs, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, kinds = READERS[reader]
    for made in set(MADE) - set(kinds):
        code, out, err = call(*(word.format(folder=outputs[made]) for word in words))
        assert (code, out) == (2, ""), (made, err)
        assert err.startswith("sim: "), (made, err)
        assert len(err.splitlines()) == 1, (made, err)
        assert len(err) < 600, (made, err)
        assert list(tmp_path.iterdir()) == [], made


@pytest.mark.parametrize("made", MADE)
def test_a_finished_output_of_any_kind_is_not_resumed(made, outputs, call):
    code, out, err = call("resume", str(outputs[made]))
    assert (code, err) == (0, "")
    assert out == f"{outputs[made]} is finished: there is nothing to resume.\n"
