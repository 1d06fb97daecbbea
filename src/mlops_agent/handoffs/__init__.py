"""Packets for other owners: made from asks, with what the map knows that the receiver needs."""
