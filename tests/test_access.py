"""Who may ask the explorer: its own page on this machine, with its token, in few words; everybody else is refused."""

import gc
import json
import os
import socket
import time

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from support.explorers import ask, assert_refused_in_words, make_explorer, make_page, serve_in_thread

from sim.serve.access import MAX_BODY_BYTES, POLICY, Access, make_token
from sim.serve.application import Service, make_application
from sim.serve.server import Address, choose_address, open_socket, read_address, serve

TOKEN = make_token()


@pytest.fixture(scope="module")
def service():
    explorer = make_explorer()
    return Service(explorer, make_page(explorer))


@pytest.fixture(scope="module")
def port(service):
    """A server on a free port, in a thread."""
    with serve_in_thread(service, TOKEN) as number:
        yield number


def send(port, path, body=None, **headers):
    return ask(port, "POST", path, {} if body is None else body, **({"X_Sim_Token": TOKEN} | headers))


def test_the_page_itself_has_nothing_in_it_and_allows_nothing_else(port):
    answer = ask(port, "GET", "/")
    assert answer.status == 200
    assert "teaching" not in answer.text.lower()
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe-eval" not in POLICY
    assert "script-src 'self';" in POLICY
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["explorer.js", "odds.js", "explorer.css", "page.css", "playback.js", "theme.js"])
def test_scripts_and_styles_are_ours(port, name):
    assert ask(port, "GET", f"/assets/{name}").status == 200


@pytest.mark.parametrize("name", ["..%2Fserver.py", "server.py", "%2Fetc%2Fpasswd", "explorer.css%00", ""])
def test_nothing_else_is_served(port, name):
    assert ask(port, "GET", f"/assets/{name}").status in (403, 404)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X_Sim_Token": ""}, 403),
        ({"X_Sim_Token": TOKEN[:-1]}, 403),
        ({"X_Sim_Token": TOKEN + "x"}, 403),
        ({"Host": "example.org"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
        ({"Origin": "http://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/parts", "/odds", "/nowhere"])
def test_other_tokens_hosts_and_origins_are_refused(port, path, headers, status):
    assert send(port, path, **headers).status == status


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_without_the_token_no_method_tells_anything(port, method):
    assert ask(port, method, "/parts").status == 403


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_no_other_token_is_ours(text):
    assert Access(1, TOKEN).is_token(text) == (text == TOKEN)


@settings(max_examples=40, deadline=None)
@given(host=st.text(max_size=30), origin=st.text(max_size=30))
def test_no_other_host_and_no_other_origin_is_ours(host, origin):
    access = Access(8000, TOKEN)
    headers = {"host": host, "x-sim-token": TOKEN}
    assert (access.find_refusal("POST", "/odds", headers) is None) == (host in access.hosts)
    headers = {"host": "localhost:8000", "origin": origin, "x-sim-token": TOKEN}
    assert (access.find_refusal("POST", "/odds", headers) is None) == (origin == "http://localhost:8000")


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/odds", b"not JSON", "not JSON"),
        ("/odds", b"[" * 50_000, "not JSON"),
        ("/odds", [], "not JSON"),
        ("/odds", {"pairs": 20, "levers": {"strength.teal": 1}}, "50 to 200"),
        ("/odds", {"pairs": 20, "levers": []}, "not positions by name"),
        ("/odds", {"pairs": "many"}, "not a number"),
        ("/odds", {"pairs": True}, "not a number"),
        ("/odds", {"pairs": 20, "settings": {"law": "elsewhere"}}, "unknown law"),
        ("/odds", {"pairs": 20, "settings": {"calibrated": True}}, "no calibration"),
        ("/odds", {"pairs": 20, "settings": {"readings": {"hill_distance": "elsewhere"}}}, "no such reading"),
        ("/parts", {"settings": []}, "not settings by name"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(port, path, body, told):
    assert_refused_in_words(send(port, path, body), told)


def test_a_body_that_is_too_long_or_has_no_length_is_refused(port):
    assert send(port, "/odds", b" " * (MAX_BODY_BYTES + 1)).status == 413
    with socket.create_connection(("127.0.0.1", port)) as raw:
        head = f"POST /odds HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Sim-Token: {TOKEN}\r\n"
        raw.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        assert b"411" in raw.recv(200)


def test_odds_come_as_lines_and_end(port):
    answer = send(port, "/odds", {"pairs": 30, "levers": {"strength.amber": 150}})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line.get("pairs") for line in lines] == [20, 30, None]
    assert lines[-1] == {"is_last": True}


def wait_for_streams(service, count):
    """Until so many answers are under way: the server reads of a closed tab when a step under way has ended."""
    end = time.monotonic() + 60
    while service.streams != count:
        assert time.monotonic() < end, f"{service.streams} answers are under way"
        time.sleep(0.02)


def test_a_closed_tab_ends_the_fighting(port, service):
    body = json.dumps({"pairs": 4_000, "levers": {"strength.amber": 155}})
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(
            f"POST /odds HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Sim-Token: {TOKEN}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        raw.recv(1_000)
        wait_for_streams(service, 1)
    wait_for_streams(service, 0)
    base = service.explorer.find_base(service.explorer.settings)
    assert base.find_case({"strength.amber": 155}).count < 4_000


def test_the_address_is_kept_for_a_server_that_is_begun_again(tmp_path):
    path = tmp_path / "serve" / "teaching.json"
    first, address = choose_address(path, 0)
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    other, second = choose_address(tmp_path / "other.json", 0)
    assert second.port != address.port
    assert second.token != address.token
    first.close()
    again, kept = choose_address(path, 0)
    assert kept == address
    taken, elsewhere = choose_address(path, 0)
    assert elsewhere.port != address.port
    for each in (other, again, taken):
        each.close()


def test_a_port_that_is_taken_is_told(tmp_path):
    with open_socket(0) as listener, pytest.raises(OSError, match="in use"):
        choose_address(tmp_path / "a.json", listener.getsockname()[1])


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"port": "1", "token": "x"}', '{"port": 0, "token": 1}', "[" * 9_000]
)
def test_a_spoilt_address_is_none(tmp_path, text):
    path = tmp_path / "address.json"
    path.write_text(text)
    assert read_address(path) is None


def test_the_token_stays_in_the_browser_and_is_not_shown_by_mistake():
    assert Address(8000, "secret").link.partition("#")[2] == "token=secret"
    assert "secret" not in repr(Access(8000, "secret"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("port=99999",), "port: not a port (got '99999'; allowed: 1 to 65535, or 0 for a free one)"),
        (("port=-1",), "port: not a port"),
        (("open=perhaps",), "open: not true or false (got 'perhaps')"),
        (("runs=10",), "runs: has no effect on sim serve"),
        (("perturb=[no_reserves]",), "perturb: has no effect on sim serve"),
        (("scenario=nowhere",), "scenario: unknown scenario"),
        (("+reading.hill_distance=nowhere",), "reading.hill_distance: unknown option"),
    ],
)
def test_what_the_command_is_told_wrongly_is_one_message(call, tmp_path, words, told):
    first = () if words[0].startswith("scenario") else ("scenario=teaching",)
    code, out, err = call("serve", *first, f"outputs={tmp_path}", *words)
    assert (code, out) == (2, "")
    assert told in err
    assert not list(tmp_path.iterdir())


def test_what_is_loaded_is_never_looked_through_while_a_slider_waits(service, monkeypatch):
    frozen = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: frozen.append(gc.get_freeze_count()))
    before = gc.get_freeze_count()
    try:
        serve(make_application(service, Access(1, TOKEN)), None, None)
    finally:
        gc.unfreeze()
    assert frozen[0] > before + 10_000
