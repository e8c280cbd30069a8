"""Alerts: one line for a person, handed to a command or sent to a webhook.

Belongs here: delivering an alert. Not: what is worth one (`defs/sensors`). The text names files, months and rules only.
"""

import json
import shlex
import subprocess
import urllib.request
from dataclasses import asdict, dataclass

from assets import environment
from assets.errors import CakupanError

_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Alert:
    """`kind`: run_failed, release_held or delivery_late. `subject`: the month or the run."""

    kind: str
    subject: str
    message: str


def is_configured() -> bool:
    """Whether a command or a webhook is set."""
    return bool(environment.read(environment.ALERT_COMMAND) or environment.read(environment.ALERT_WEBHOOK))


def send(alert: Alert) -> None:
    """Run the command with the alert as JSON on its standard input, and post the same JSON to the webhook.

    Raises CakupanError if either fails, after both were tried.
    """
    body = json.dumps(asdict(alert) | {"text": f"Cakupan, {alert.subject}: {alert.message}"}).encode()
    command, webhook = environment.read(environment.ALERT_COMMAND), environment.read(environment.ALERT_WEBHOOK)
    problems = [*(_run(command, body) if command else ()), *(_post(webhook, body) if webhook else ())]
    if problems:
        raise CakupanError(f"the alert {alert.kind} of {alert.subject} was not delivered: {'; '.join(problems)}")


def _run(command: str, body: bytes) -> list[str]:
    try:
        done = subprocess.run(
            shlex.split(command), input=body, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return [f"{environment.ALERT_COMMAND} could not run ({type(error).__name__})"]
    return [f"{environment.ALERT_COMMAND} ended with exit code {done.returncode}"] if done.returncode else []


def _post(url: str, body: bytes) -> list[str]:
    if not url.startswith(("http://", "https://")):
        return [f"{environment.ALERT_WEBHOOK} is not an http or https address"]
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  checked above
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310  checked above
            return []
    except OSError as error:  # HTTPError and URLError are both; the address may hold a secret and is not repeated
        return [f"{environment.ALERT_WEBHOOK} did not accept it ({type(error).__name__})"]
