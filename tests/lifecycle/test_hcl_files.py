"""Terraform: blocks, attributes, nested blocks; what cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_help import of, read_or_refused

from mlops_agent.lifecycle.facts import ConfigObject
from mlops_agent.lifecycle.readers import hcl
from mlops_agent.lifecycle.unreadable import UnreadableError

TERRAFORM = """\
# comment { with a brace
resource "aws_sagemaker_endpoint_configuration" "churn" {
  name = "churn-${var.env}-${lookup(local.m, "a}b")}"
  production_variants {
    variant_name           = "a" // blue
    initial_instance_count = 1
    weight                 = 0.5
  }
  production_variants {
    variant_name = "b"
  }
  tags = {
    Team = "ml", "cost center" = local.cc
    on   = true
  }
  zones  = ["x", "y",
    "z"]
  policy = <<-EOT
    { "not": "a block"
    }
  EOT
  count = var.on ? 1 : 0
  names = [for n in var.names : upper(n)]
  empty = []
  lifecycle {}
}

data "aws_region" "here" {}
module "serving" { source = "./modules/serving" }
"""


def read() -> list[ConfigObject]:
    """The objects of the sample."""
    return of(ConfigObject, hcl.read("main.tf", TERRAFORM))


def test_blocks() -> None:
    assert [(o.kind, o.name, o.api, o.namespace, o.line, o.end_line) for o in read()] == [
        ("aws_sagemaker_endpoint_configuration", "churn", "aws", "resource", 2, 26),
        ("data.aws_region", "here", "aws", "data", 28, 28),
        ("module", "serving", "", "module", 29, 29),
    ]
    assert read()[2].get("source") == "./modules/serving"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("name", 'churn-${var.env}-${lookup(local.m, "a}b")}', 3),
        ("production_variants.variant_name", "a", 5),
        ("production_variants.initial_instance_count", 1, 6),
        ("production_variants.weight", 0.5, 7),
        ("production_variants.1.variant_name", "b", 10),
        ("tags.Team", "ml", 13),
        ("tags.cost center", "local.cc", 13),
        ("tags.on", True, 14),
        ("zones.2", "z", 17),
        ("policy", '    { "not": "a block"\n    }', 18),
        ("count", "var.on ? 1 : 0", 22),
        ("names", "[for n in var.names : upper(n)]", 23),
    ],
)
def test_attributes(key: str, value: object, line: int) -> None:
    entry = read()[0].entry(key)
    assert entry is not None
    assert (entry.value, entry.line) == (value, line)


def test_empty_parts_are_leaves() -> None:
    endpoint = read()[0]
    assert [e.key for e in endpoint.entries if e.empty] == ["empty", "lifecycle"]


def test_variable_files_are_one_object() -> None:
    (item,) = of(ConfigObject, hcl.read("prod.tfvars", 'env = "prod"\nreplicas = 3\n'))
    assert (item.kind, item.get("env"), item.get("replicas")) == ("", "prod", 3)


@pytest.mark.parametrize("text", ['resource "a" "b" {', 'a = "x', "a {" * 100, "a = [1, 2"])
def test_what_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        hcl.read("main.tf", text)


@given(st.text(alphabet='ab= \n{}[]"$%<EO-:,#/*1', max_size=120))
def test_any_text(text: str) -> None:
    read_or_refused(hcl.read, "main.tf", text)
