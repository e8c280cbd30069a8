"""Handing runs to the launcher that the Dagster instance names: processes here, Celery workers, Kubernetes jobs.

Belongs here: the one place that knows how Dagster makes and launches a run from outside its own services. There is no
public call for it that needs neither webserver nor daemon; these are the ones of `dagster job launch`, whose version is
pinned. Not: which runs (`taking`).
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.remote_representation.external import RemoteJob
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget

LOCATION = "cakupan"
_ROOT = Path(__file__).resolve().parent.parent
_TARGET = ModuleTarget("pipelines.definitions", attribute=None, working_directory=str(_ROOT), location_name=LOCATION)
Launch = Callable[[Mapping[str, object], Mapping[str, str]], str]


@contextmanager
def launching(instance: dg.DagsterInstance, job_name: str) -> Iterator[Launch]:
    """A function that launches a run of the job, given run config and tags, and gives its id.

    It does not queue. Runs that are processes of this machine end with the context.
    """
    with WorkspaceProcessContext(instance, _TARGET, code_server_log_level="ERROR") as process:
        workspace = process.create_request_context()
        location = workspace.get_code_location(LOCATION)
        [repository] = location.get_repositories().values()
        job: RemoteJob = repository.get_full_job(job_name)

        def launch(run_config: Mapping[str, object], tags: Mapping[str, str]) -> str:
            plan = location.get_execution_plan(job, run_config, None, None, instance).execution_plan_snapshot
            run = instance.create_run(
                job_name=job_name,
                run_id=None,
                run_config=run_config,
                status=None,
                tags={**job.tags, **tags},
                root_run_id=None,
                parent_run_id=None,
                step_keys_to_execute=plan.step_keys_to_execute,
                execution_plan_snapshot=plan,
                job_snapshot=job.job_snapshot,
                parent_job_snapshot=job.parent_job_snapshot,
                asset_selection=None,
                asset_check_selection=None,
                resolved_op_selection=None,
                op_selection=None,
                remote_job_origin=job.get_remote_origin(),
                job_code_origin=job.get_python_origin(),
                asset_graph=repository.asset_graph,
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Celery tells each time that Dagster registers the same task again
                instance.launch_run(run.run_id, workspace)
            return run.run_id

        yield launch
