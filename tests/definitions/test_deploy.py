"""Dagster loads the instances of deploy/, and they launch as their page describes."""

import os
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBECONFIG = """
apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
users: [{name: none, user: {}}]
current-context: none
"""


def shipped(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / name / "dagster.yaml").read_text(encoding="utf-8")))


def loaded(settings: dict[str, Any], folder: Path) -> dg.DagsterInstance:
    """The instance, its tables in a file: none is asked for here."""
    settings.pop("storage")
    (folder / "dagster.yaml").write_text(yaml.safe_dump(settings))
    return dg.DagsterInstance.from_config(str(folder))


@pytest.mark.parametrize("name", ["celery", "kubernetes"])
def test_dagster_accepts_every_setting_of_an_instance(name: str) -> None:
    settings, _ = dagster_instance_config(str(DEPLOY / name))
    assert settings["storage"] == {"postgres": {"postgres_url": {"env": "DAGSTER_POSTGRES_URL"}}}
    assert settings["concurrency"]["pools"] == {"default_limit": 1, "granularity": "run"}


def test_the_instance_of_celery_launches_by_the_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_BROKER", "redis://127.0.0.1:1/0")
    with loaded(shipped("celery"), tmp_path) as instance:
        launcher: Any = instance.run_launcher
        assert type(launcher).__name__ == "CeleryRunLauncher"
        assert (launcher.broker, launcher.backend) == (os.environ["CAKUPAN_BROKER"],) * 2


def test_the_instance_of_kubernetes_makes_jobs_that_see_share_and_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_IMAGE", "registry.example/cakupan:1")
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    settings = shipped("kubernetes")
    outside = {"load_incluster_config": False, "kubeconfig_file": str(tmp_path / "kubeconfig")}
    settings["run_launcher"]["config"] |= outside  # this test runs in no cluster
    with loaded(settings, tmp_path) as instance:
        launcher: Any = instance.run_launcher
        assert type(launcher).__name__ == "K8sRunLauncher"
        assert launcher.job_image == "registry.example/cakupan:1"
        mounted = {mount["name"]: mount["mountPath"] for mount in launcher.volume_mounts}
        assert mounted == {"data": "/srv/cakupan", "key": "/etc/cakupan"}
        assert {volume["name"] for volume in launcher.volumes} == mounted.keys()
        assert launcher.run_k8s_config["pod_spec_config"]["security_context"]["runAsNonRoot"]
