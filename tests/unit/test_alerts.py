"""Alerts: what is worth one, and that a command and a webhook receive it; a failed delivery is reported."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets import environment
from assets.errors import CakupanError
from pipelines.alerts import Alert, send
from pipelines.definitions import build_definitions
from pipelines.defs.alert_sensors import due_alerts, expected_month
from tests.nation import locations_at
from tests.unit.landing import land

ALERT = Alert("release_held", "2024-12", "the release is held by 2 findings")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configured command that appends what it receives to a file; the file."""
    script, received = tmp_path / "alert.py", tmp_path / "received"
    script.write_text("import sys\nopen(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')\n")
    monkeypatch.setenv(environment.ALERT_COMMAND, f"{sys.executable} '{script}' '{received}'")
    return received


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """A configured webhook on loopback; what it received."""
    received: list[dict[str, str]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(environment.ALERT_WEBHOOK, f"http://127.0.0.1:{server.server_port}/hook")
    yield received
    server.shutdown()
    server.server_close()


def received_by(command: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in command.read_text().splitlines()] if command.exists() else []


def test_command_and_webhook_receive_the_same_alert(command: Path, webhook: list[dict[str, str]]) -> None:
    send(ALERT)
    assert received_by(command) == webhook
    assert webhook[0]["kind"] == "release_held"
    assert webhook[0]["text"] == "Cakupan, 2024-12: the release is held by 2 findings"


def test_an_alert_that_is_not_delivered_is_an_error_that_quotes_no_address(
    command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(environment.ALERT_WEBHOOK, "http://127.0.0.1:9/secret")
    with pytest.raises(CakupanError, match="CAKUPAN_ALERT_WEBHOOK did not accept it") as failed:
        send(ALERT)
    assert "secret" not in str(failed.value)
    assert len(received_by(command)) == 1  # the command is tried all the same
    monkeypatch.setenv(environment.ALERT_COMMAND, "false")
    with pytest.raises(CakupanError, match="CAKUPAN_ALERT_COMMAND ended with exit code 1"):
        send(ALERT)


def test_a_late_delivery_and_a_late_release_are_due_after_their_deadline(tmp_path: Path) -> None:
    locations = locations_at(tmp_path)
    folder = land(locations.landing, "2024-12")

    def due(day: int) -> list[tuple[str, str, str]]:
        alerts = due_alerts(locations, datetime(2025, 1, day, tzinfo=ZoneInfo("Asia/Jakarta")))
        return [(alert.kind, alert.subject, alert.message) for alert in alerts if alert.subject == "2024-12"]

    assert due(21) == []
    assert due(26) == [("release_late", "2024-12", "the current public release does not have this month")]
    (folder / "workforce" / "a.csv").unlink()
    assert due(19) == []
    assert due(21) == [("delivery_late", "2024-12", "waits for workforce/a.csv")]
    folder.rename(folder.with_name("elsewhere"))
    assert due(21) == [("delivery_late", "2024-12", "nothing has landed")]


@pytest.mark.parametrize(("day", "expected"), [((2025, 1, 19), "2024-11"), ((2025, 1, 20), "2024-12")])
def test_a_month_is_due_on_its_day_of_the_next_month(day: tuple[int, int, int], expected: str) -> None:
    assert expected_month(datetime(*day, tzinfo=ZoneInfo("Asia/Jakarta")), 20) == expected


def test_the_sensor_sends_each_alert_once(tmp_path: Path, command: Path) -> None:
    locations = locations_at(tmp_path)
    locations.landing.mkdir()
    sensor = build_definitions(locations).resolve_sensor_def("month_needs_attention")
    cursor = None
    for _ in range(2):
        with dg.build_sensor_context(cursor=cursor, resources={"locations": locations}) as context:
            tick = sensor.evaluate_tick(context)
        cursor = tick.cursor
        assert "nothing has landed" in (tick.skip_message or "")
    assert [alert["kind"] for alert in received_by(command)] == ["delivery_late"]


def test_a_failed_run_is_an_alert_that_names_its_cause(tmp_path: Path, command: Path) -> None:
    locations = locations_at(tmp_path)
    definitions = build_definitions(locations)
    job = definitions.resolve_job_def("month")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            partition_key="2024-12", instance=instance, raise_on_error=False, tags={"month": "2024-12"}
        )
        context = dg.build_run_status_sensor_context(
            sensor_name="run_has_failed",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        definitions.resolve_sensor_def("run_has_failed")(context)
    [alert] = received_by(command)
    assert (alert["kind"], alert["subject"]) == ("run_failed", "2024-12")
    assert "no folder 2024-12 in the landing zone" in alert["message"]
