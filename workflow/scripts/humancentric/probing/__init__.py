"""Probes on frozen features: transfer, control, few-shot, zero-shot and chance."""
