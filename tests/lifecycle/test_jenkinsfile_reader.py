"""Jenkinsfiles: stages, shell steps, manual approval, triggers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from reader_help import of, read_or_refused

from mlops_agent.lifecycle.facts import Command, ImageRef, Job, Step, Workflow
from mlops_agent.lifecycle.readers import jenkinsfile

JENKINSFILE = """\
// sh 'not this'
pipeline {
  agent { docker { image 'python:3.11' } }
  triggers { cron('H 2 * * *') }
  options { disableConcurrentBuilds() }
  stages {
    stage('Train') {
      when { branch 'main' }
      steps {
        dir('ml') {
          sh '''
            python train.py
            python evaluate.py || true
          '''
        }
        catchError(buildResult: 'SUCCESS') {
          sh "python check.py ${env.NAME}"
        }
      }
    }
    stage("Promote") {
      steps {
        timeout(time: 1, unit: 'DAYS') {
          input message: 'Promote the model?', ok: 'yes'
        }
        build job: 'deploy-model', wait: true
        sh(script: 'gto assign churn --stage prod', returnStatus: true)
      }
    }
  }
}
"""


def test_the_pipeline() -> None:
    facts = jenkinsfile.read("Jenkinsfile", JENKINSFILE)
    (flow,) = of(Workflow, facts)
    assert (flow.triggers, flow.schedules, flow.concurrency) == (
        ("schedule",),
        ("H 2 * * *",),
        True,
    )
    train, promote = of(Job, facts)
    assert (train.name, train.line, train.end_line) == ("Train", 7, 20)
    assert train.condition == "when { branch 'main' }"
    assert (promote.name, promote.needs, promote.timeout) == ("Promote", ("Train",), True)
    assert [i.image for i in of(ImageRef, facts)] == ["python:3.11"]


def test_steps() -> None:
    steps = of(Step, jenkinsfile.read("Jenkinsfile", JENKINSFILE))
    assert [(s.job, s.key, s.uses, s.line, s.tolerated) for s in steps] == [
        ("Train", "#0", "", 11, False),
        ("Train", "#1", "", 17, True),
        ("Promote", "Promote the model?", "input", 24, False),
        ("Promote", "build", "build:deploy-model", 26, False),
        ("Promote", "#2", "", 27, True),
    ]
    assert steps[1].tolerated_line == 16


def test_commands() -> None:
    commands = of(Command, jenkinsfile.read("Jenkinsfile", JENKINSFILE))
    assert [(" ".join(c.argv), c.line, c.after, c.working_directory) for c in commands] == [
        ("python train.py", 12, "", "ml"),
        ("python evaluate.py", 13, "or", "ml"),
        ("true", 13, "", "ml"),
        ("python check.py ${env.NAME}", 17, "", ""),
        ("gto assign churn --stage prod", 27, "", ""),
    ]


@given(
    st.one_of(
        st.text(max_size=150),
        st.lists(
            st.sampled_from(
                ["stage('a') {", "sh '''", "'''", "}", "input", "sh(", "when {", "\n", "//"]
            ),
            max_size=15,
        ).map("\n".join),
    )
)
def test_any_text(text: str) -> None:
    read_or_refused(jenkinsfile.read, "Jenkinsfile", text)
