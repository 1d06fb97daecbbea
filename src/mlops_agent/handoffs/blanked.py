"""A packet without what a run knows to be secret, and how many places of it were blanked."""

from __future__ import annotations

from mlops_agent.contracts.handoff import Packet
from mlops_agent.sandbox.secrets.marks import count_marks
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.sandbox.secrets.redactor import Redactor


def blanked(packet: Packet, redactor: Redactor) -> Packet:
    """The packet with the redactor's secrets blanked and its marks counted."""
    veiled = redacted(packet, redactor)
    return veiled.model_copy(update={"redactions": count_marks(veiled.model_dump_json())})
