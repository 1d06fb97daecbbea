"""GitLab CI, Azure Pipelines and Cloud Build."""

from __future__ import annotations

from reader_help import of

from mlops_agent.lifecycle.facts import Command, ImageRef, Job, Step, Workflow
from mlops_agent.lifecycle.readers import yaml

GITLAB = """\
image: python:3.11
stages: [train, deploy]
.base:
  before_script:
    - pip install -r requirements.txt
train:
  extends: .base
  stage: train
  allow_failure: true
  script:
    - python train.py | tee log
    - |
      python evaluate.py
      dvc push
  rules:
    - if: '$CI_PIPELINE_SOURCE == "schedule"'
deploy:
  stage: deploy
  needs:
    - job: train
      artifacts: true
  image:
    name: google/cloud-sdk:latest
  environment: {name: production}
  when: manual
  resource_group: prod
  script: kubectl apply -f k8s/
"""
AZURE = """\
trigger: none
schedules:
- cron: "0 0 * * 0"
  branches: {include: [main]}
stages:
- stage: Deploy
  dependsOn: Train
  jobs:
  - deployment: Roll
    environment: prod
    timeoutInMinutes: 10
    strategy:
      runOnce:
        deploy:
          steps:
          - task: AzureCLI@2
            displayName: Deploy
            continueOnError: true
            inputs:
              scriptType: bash
              inlineScript: |
                az ml online-deployment create -f d.yml
                az ml online-endpoint update --traffic blue=100
          - ${{ if eq(variables.x, 'y') }}:
            - template: ../templates/test.yml
          - pwsh: Write-Host no
- template: stages/other.yml
"""
BUILD = """\
steps:
- name: gcr.io/cloud-builders/docker
  args: [build, -t, gcr.io/p/train, .]
- id: compile
  name: python:3.11
  entrypoint: bash
  dir: pipelines
  allowFailure: true
  args:
  - -c
  - |
    pip install kfp==2.1
    python compile.py
- name: ubuntu
  script: make upload
"""


def test_gitlab() -> None:
    facts = yaml.read(".gitlab-ci.yml", GITLAB)
    (flow,) = of(Workflow, facts)
    assert (flow.system, flow.triggers, flow.concurrency) == ("gitlab", ("schedule",), True)
    jobs = {job.name: job for job in of(Job, facts)}
    assert (jobs["train"].uses, jobs["train"].image) == (".base", "python:3.11")
    deploy = jobs["deploy"]
    assert (deploy.needs, deploy.environment, deploy.condition) == (
        ("train",),
        "production",
        "manual",
    )
    assert [i.image for i in of(ImageRef, facts)] == ["google/cloud-sdk:latest"]
    (step,) = [s for s in of(Step, facts) if s.job == "train"]
    assert (step.key, step.tolerated, step.tolerated_line) == ("script", True, 9)


def test_gitlab_commands_have_pipefail_and_their_lines() -> None:
    commands = of(Command, yaml.read(".gitlab-ci.yml", GITLAB))
    assert [(c.argv[-1], c.line, c.owner, c.after) for c in commands] == [
        ("requirements.txt", 5, ".base", ""),
        ("train.py", 11, "train", ""),
        ("log", 11, "train", ""),
        ("evaluate.py", 13, "train", ""),
        ("push", 14, "train", ""),
        ("k8s/", 27, "deploy", ""),
    ]


def test_azure_pipelines() -> None:
    facts = yaml.read("ci/deploy.yml", AZURE)
    (flow,) = of(Workflow, facts)
    assert (flow.system, flow.triggers, flow.schedules) == (
        "azure-pipelines",
        ("schedule",),
        ("0 0 * * 0",),
    )
    roll, other = of(Job, facts)
    assert (roll.name, roll.environment, roll.needs, roll.timeout) == (
        "Roll",
        "prod",
        ("Train",),
        True,
    )
    assert other.uses == "ci/stages/other.yml"
    steps = of(Step, facts)
    assert (steps[0].uses, steps[0].tolerated_line, steps[0].shell) == ("AzureCLI@2", 18, "bash")
    assert steps[1].uses == "templates/test.yml"
    assert [(c.argv[2], c.line) for c in of(Command, facts)] == [
        ("online-deployment", 22),
        ("online-endpoint", 23),
    ]


def test_cloud_build() -> None:
    facts = yaml.read("cloudbuild.yaml", BUILD)
    assert of(Workflow, facts)[0].system == "cloudbuild"
    assert [(i.image, i.role) for i in of(ImageRef, facts)] == [
        ("gcr.io/cloud-builders/docker", "run"),
        ("gcr.io/p/train", "build"),
        ("python:3.11", "run"),
        ("ubuntu", "run"),
    ]
    commands = [(" ".join(c.argv), c.line, c.working_directory) for c in of(Command, facts)]
    assert commands == [
        ("docker build -t gcr.io/p/train .", 2, ""),
        ("pip install kfp==2.1", 12, "pipelines"),
        ("python compile.py", 13, "pipelines"),
        ("make upload", 15, ""),
    ]
    assert [s.tolerated_line for s in of(Step, facts)] == [0, 8, 0]
