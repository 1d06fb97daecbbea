"""A new model every Sunday."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG(
    dag_id="demand_train",
    schedule="0 5 * * 0",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
) as dag:
    BashOperator(
        task_id="train",
        bash_command="python -m demand.train --until {{ ds }}",
        cwd="/opt/airflow",
    )
