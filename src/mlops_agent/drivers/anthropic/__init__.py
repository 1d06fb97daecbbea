"""The driver that asks a language model: any endpoint that speaks the Messages API.

Only `endpoint` imports the SDK, and only when a request is sent: what builds requests also serves
strict replay, which has no model.
"""
