import ast
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.zoomlink.simulator.process import ROOT, Person, SimulatorProcess, free_port
from tests.zoomlink.simulator.receiver import receiving

pytestmark = pytest.mark.no_database

BODY = {"topic": "Quick call", "type": 2, "start_time": "2035-01-01T10:00:00Z", "duration": 5}


def test_state_survives_a_kill(new_simulator):
    ada, pair = Person(new_simulator, "owner@zoom.example"), new_simulator.connect()
    token = pair["access_token"]
    meeting = new_simulator.api("POST", "/users/me/meetings", token, json=BODY).json()
    new_simulator.fault("delete_meeting", "hold", times=1)

    new_simulator.restart()

    path = f"/meetings/{meeting['id']}"
    again = new_simulator.api("GET", path, token).json()
    assert again["join_url"] == meeting["join_url"]
    assert new_simulator.control("GET", "/faults")["faults"][0]["kind"] == "hold"
    assert new_simulator.refresh(pair["refresh_token"]).status_code == 200
    assert ada.authorize(new_simulator.authorize_query()).status_code == 302
    assert "Remove" in ada.get("/user/installed").text


def test_work_done_before_a_held_answer_survives_a_kill(new_simulator):
    token = new_simulator.connect()["access_token"]
    new_simulator.fault("create_meeting", "hold")
    call = threading.Thread(target=ignore_failure, args=(new_simulator, token))
    call.start()
    while new_simulator.held() == 0:
        pass

    new_simulator.restart()
    call.join()

    assert len(new_simulator.meetings()) == 1


def ignore_failure(simulator, token):
    with pytest.raises(Exception, match="Connection"):
        simulator.api("POST", "/users/me/meetings", token, json=BODY)


def test_a_kept_state_holds_no_token(new_simulator):
    pair = new_simulator.connect()
    new_simulator.kill()

    kept = b"".join(path.read_bytes() for path in new_simulator.state.parent.iterdir())

    assert pair["access_token"].encode() not in kept
    assert pair["refresh_token"].encode() not in kept
    assert stat.S_IMODE(new_simulator.state.stat().st_mode) == 0o600


def test_a_state_file_of_an_earlier_version_is_completed(new_simulator):
    new_simulator.kill()
    with sqlite3.connect(new_simulator.state) as db:
        for table, column in (("users", "status"), ("meetings", "started_at"), ("faults", "share")):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    db.close()

    new_simulator.start()

    token = new_simulator.connect()["access_token"]
    meeting = new_simulator.api("POST", "/users/me/meetings", token, json=BODY).json()
    new_simulator.start_meeting(meeting["id"])
    assert new_simulator.meeting(meeting["id"])["status"] == "started"


def test_another_client_id_cannot_use_old_tokens(new_simulator):
    pair = new_simulator.connect()

    new_simulator.client_id = "another-client"
    new_simulator.restart()

    assert new_simulator.refresh(pair["refresh_token"]).status_code == 400


def test_command_line_names_what_is_missing():
    command = [sys.executable, "-m", "zoomlink.simulator", "--client-id", "x"]

    run = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, timeout=30)

    assert run.returncode == 2
    assert "--client-secret is required" in run.stderr


def test_taken_port_is_told(new_simulator, tmp_path):
    second = SimulatorProcess(tmp_path / "second.sqlite3", port=new_simulator.port)
    second.url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(AssertionError, match="in use"):
        second.start()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told_to(new_simulator, number):
    process = new_simulator._process

    process.send_signal(number)

    assert process.wait(timeout=5) in (0, -number)
    assert "Traceback" not in new_simulator.log.read_text()


def test_site_url_in_the_environment_names_the_redirect(tmp_path):
    port = free_port()
    values = {
        "ZOOM_SIMULATOR_PORT": str(port),
        "VAR_DIR": str(tmp_path),
        "ZOOM_CLIENT_ID": "from-environment",
        "ZOOM_CLIENT_SECRET": "secret",
        "SITE_URL": "http://localhost:8123/",
    }
    simulator = SimulatorProcess(tmp_path / "zoom-simulator.sqlite3", port=port)
    command = [sys.executable, "-m", "zoomlink.simulator"]
    with subprocess.Popen(command, cwd=ROOT, env=values, stdout=subprocess.DEVNULL) as process:
        simulator._process = process
        simulator._wait_until_it_answers()
        simulator.client_id = "from-environment"
        simulator.redirect_uri = "http://localhost:8123/zoom/callback/"
        code = simulator.authorize()
        process.kill()

    assert code.startswith("zsimCODE_")
    assert simulator.state.exists()


def test_management_command_serves_what_the_settings_say(tmp_path):
    port = free_port()
    values = {
        "VAR_DIR": str(tmp_path),
        "ZOOM_SIMULATOR_PORT": str(port),
        "ZOOM_CLIENT_ID": "from-settings",
        "ZOOM_CLIENT_SECRET": "secret",
        "SITE_URL": "http://localhost:8123",
        "SECRET_KEY": "for this test only",
    }
    simulator = SimulatorProcess(tmp_path / "zoom-simulator.sqlite3", port=port)
    simulator.client_id = "from-settings"
    simulator.redirect_uri = "http://localhost:8123/zoom/callback/"
    command = [sys.executable, "manage.py", "zoom_simulator"]
    with subprocess.Popen(command, cwd=ROOT, env=values, stdout=subprocess.DEVNULL) as process:
        simulator._process = process
        simulator._wait_until_it_answers()
        code = simulator.authorize()
        process.kill()

    assert code.startswith("zsimCODE_")


@pytest.mark.parametrize("ending", ["remove", "revoke"])
def test_removal_is_announced_to_the_address_of_the_command_line(tmp_path, ending):
    with receiving("hook-secret") as receiver:
        arguments = [f"--webhook-url={receiver.url}", "--webhook-secret=hook-secret"]
        simulator = SimulatorProcess(tmp_path / "state.sqlite3", arguments=arguments).start()
        pair = simulator.connect()

        if ending == "remove":
            Person(simulator, "owner@zoom.example").post("/user/installed/remove")
        else:
            simulator.revoke(pair["access_token"])
        payload = receiver.payload("app_deauthorized")
        simulator.kill()

    [received] = receiver.received
    assert received.is_signed_with("hook-secret")
    assert payload["client_id"] == simulator.client_id
    assert payload["user_data_retention"] is None
    assert {"account_id", "user_id", "deauthorization_time", "signature"} <= payload.keys()


def imports_of(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_simulator_imports_nothing_of_ours():
    ours = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert {"zoomlink", "booking"} <= ours

    for path in (ROOT / "zoomlink" / "simulator").rglob("*.py"):
        for name in imports_of(path):
            is_own = name.split(".")[0] in ours
            assert not is_own or name.startswith("zoomlink.simulator"), (path, name)


def test_nothing_of_ours_imports_the_simulator():
    package = ROOT / "zoomlink" / "simulator"
    for room in ("booking", "zoomlink", "notifications", "webhooks", "web", "config"):
        for path in (ROOT / room).rglob("*.py"):
            if not path.is_relative_to(package):
                found = [name for name in imports_of(path) if "simulator" in name]
                assert found == [], path
