"""``workbench serve``: host challenges."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.model_options import ENVIRONMENT, INPUTS
from workbench.cli.output import say
from workbench.cli.store_options import LABELS, STORE
from workbench.cli.verbs import Verb
from workbench.errors import UsageError

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("serve", cls=Verb, examples=("workbench serve --help",))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port; 0 takes a free one.")
@click.option("--data", type=_FOLDER, help="Folder of public files: one in it for each challenge.")
@click.option("--reports", type=_FOLDER, help="Folder that closed challenges are published into.")
@click.option(
    "--workers-scoring",
    "scorers",
    type=click.IntRange(0, 64),
    default=1,
    show_default=True,
    help="Processes that score; more may run elsewhere: workbench challenge work.",
)
@click.option(
    "--max-upload-mb",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="Largest file that is taken, in MB.",
)
@click.option(
    "--requests-per-minute",
    type=click.IntRange(1, 1_000_000),
    default=240,
    show_default=True,
    help="With one token; five times as many from one address.",
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="A proxy on this machine ends TLS and says who asks; it must replace X-Forwarded-For.",
)
@LABELS
@INPUTS
@ENVIRONMENT
@STORE
def command(
    host: str,
    port: int,
    data: Path | None,
    reports: Path | None,
    scorers: int,
    max_upload_mb: int,
    requests_per_minute: int,
    behind_proxy: bool,
    labels: Path | None,
    inputs: Path | None,
    environment: Path | None,
    place: str | None,
) -> None:
    """Host the challenges of a store, for programs and browsers.

    Hidden labels stay in the folder of --labels. Submissions are scored by processes that start and
    end with the server. Ctrl-C or SIGTERM stops it once requests in progress are answered; killed,
    it loses nothing. Put a proxy that ends TLS before it: see docs/server.md.
    """
    from workbench.challenge.store import open_store
    from workbench.challenge.store.places import find_place

    try:
        from workbench.server import logs
        from workbench.server.app import make_app
        from workbench.server.running import listen, run
        from workbench.server.settings import Rates, Settings
        from workbench.site.router import site
    except ModuleNotFoundError as error:
        remedy = "pip install 'clinical-ai-workbench[serve]'"
        raise UsageError(f"the server needs {error.name}", remedy=remedy) from error
    found = find_place(place)
    if found.is_file and not found.name.exists():
        say(f"There is no store yet: an empty one is made, {found}")
    with open_store(place):  # named before a port is taken
        pass
    rates = Rates(per_token=requests_per_minute, per_address=5 * requests_per_minute)
    settings = Settings(
        place=place,
        labels=labels,
        inputs=inputs,
        environment=environment,
        data=data,
        reports=reports,
        most_bytes=max_upload_mb * 10**6,
        rates=rates,
        scorers=scorers,
    )
    listening = listen(host, port)
    logs.log_to_stderr()
    app = make_app(settings, routers=[site()])
    if labels is None and scorers:
        say("No --labels: only public splits are scored here.")
    name = f"[{host}]" if ":" in host else host
    print(f"http://{name}:{listening.getsockname()[1]}", flush=True)
    run(app, listening, proxied=behind_proxy)
