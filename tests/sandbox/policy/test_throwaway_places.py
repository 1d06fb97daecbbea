"""What reaches nothing but the sandbox's own loopback, and how near to it a live system lies."""

from __future__ import annotations

import pytest

from mlops_agent.sandbox.policy.judging import judge
from mlops_agent.sandbox.policy.refusing import REFUSED, why_refused

STARTED = "uvicorn app:app & sleep 1; "
HERE = [
    "curl -X POST http://localhost:8000/predict -d '{\"x\":1}'",
    "curl -sSf localhost:3000/api -d '{}'",
    "curl --json @m.json http://[::1]:9/api",
    "wget --post-data=x http://127.0.0.1:8/",
    "http POST localhost:8000/x a=1",
    "aws --endpoint-url http://localhost:4566 s3 mb s3://x",
    "aws --endpoint-url=http://localhost:9000 s3 cp a s3://x/",
    "awslocal s3 mb s3://x",
    "docker push localhost:5000/x",
    "redis-cli -h localhost set a 1",
    "psql -h localhost -c 'drop table x'",
    "psql postgresql://localhost/db -c 'drop table x'",
    "python -c \"import httpx; print(httpx.post('http://127.0.0.1:8000/predict', json={}))\"",
    "python -c \"import requests; p=8; requests.post(f'http://localhost:{p}/predict')\"",
    "python -c \"import urllib.request as u; u.urlopen('http://localhost:8/x', data=b'x')\"",
]
ELSEWHERE = [
    "curl -X POST http://localhost@example.org/",
    "curl -X POST http://localhost.example.org/",
    "curl -X POST http://localhost:80@example.org/",
    "curl -X POST http://localhost:$PORT@example.org/",
    "curl -X POST localhost example.org",
    "curl -x http://example.org -X POST localhost",
    "curl --prox http://example.org -X POST http://localhost/",
    "curl -X POST --resolve localhost:80:1.2.3.4 http://localhost/",
    "curl -X POST $URL",
    "aws --endpoint-url http://prod s3 mb s3://x",
    "docker -H tcp://prod push localhost:5000/x",
    "docker push prod/localhost",
    "psql -h localhost -d 'host=prod' -c 'drop table x'",
    "psql -h localhost postgresql://prod/db -c 'drop table x'",
    "psql -h localhost -c '\\! git push'",
    "redis-cli -h localhost -h prod set a 1",
    "http POST prod/x a=localhost",
    "python -c \"import requests; requests.post('http://localhost@prod/x')\"",
    "git push http://localhost/x",
]


@pytest.mark.parametrize("command", HERE)
def test_a_post_to_what_the_same_line_starts_is_no_live_mutation(command: str) -> None:
    started = STARTED + command
    assert why_refused(started, (), own_loopback=True)[1] == ""
    assert "repo_write" in {part.effect for part in judge(started, own_loopback=True).parts}


@pytest.mark.parametrize("command", HERE)
def test_alone_it_reaches_nobody_and_is_told_so(command: str) -> None:
    told = why_refused(command, (), own_loopback=True)[1]
    assert told.startswith(REFUSED)
    assert "start it with `&` in the same command" in told


@pytest.mark.parametrize("command", HERE)
def test_where_the_loopback_is_the_hosts_it_stays_one(command: str) -> None:
    assert judge(STARTED + command).effect == "live_mutation"


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_only_looks_like_this_machine_stays_one(command: str) -> None:
    assert judge(STARTED + command, own_loopback=True).effect == "live_mutation"


def test_code_that_starts_its_own_service_may_post_to_it() -> None:
    code = "import requests, subprocess; subprocess.Popen(['ls']); requests.post('http://localhost:8/')"
    assert judge(f'python -c "{code}"', own_loopback=True).effect != "live_mutation"
    assert judge(f'python -c "{code}"').effect == "live_mutation"


def test_a_store_counts_from_where_it_is_exported() -> None:
    store, change = "export MLFLOW_TRACKING_URI=sqlite:///m.db", "mlflow runs delete --run-id x"
    assert judge(f"{store}; {change}").effect == "repo_write"
    assert judge(f"{change}; {store}").effect == "live_mutation"
    assert judge(f"MLFLOW_TRACKING_URI=sqlite:///m.db; {change}").effect == "live_mutation"
