"""One forecast for each day of sales, made in the night after it."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG(
    dag_id="demand_daily",
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
) as dag:
    extract = BashOperator(
        task_id="extract",
        bash_command="python -m demand.extract --day {{ ds }}",
        cwd="/opt/airflow",
    )
    score = BashOperator(
        task_id="score",
        bash_command="python -m demand.score",
        cwd="/opt/airflow",
    )
    publish = BashOperator(
        task_id="publish",
        bash_command="python -m demand.publish",
        cwd="/opt/airflow",
    )
    extract >> score >> publish
