"""The engines that tests run on; Spark is skipped, visibly, where Java or pyspark is absent."""

import importlib.util
import shutil

import pytest

from workbench.tabular.engine import Engine, open_engine


@pytest.fixture(scope="session")
def duck() -> Engine:
    """DuckDB with one thread."""
    pytest.importorskip("ibis", reason="Ibis is not installed (extra: claims)")
    return open_engine("duckdb", threads=1)


@pytest.fixture(scope="session")
def spark() -> Engine:
    """Spark in this process."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (extra: spark)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")
    small = {"spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1"}
    return open_engine("pyspark", threads=1, memory_gb=1, settings=small)


@pytest.fixture(scope="session", params=["duckdb", pytest.param("pyspark", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    name = "duck" if request.param == "duckdb" else "spark"
    found: Engine = request.getfixturevalue(name)
    return found
