"""Data, model and metrics files that a repository tracks: known by their names, never read."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import DataFile, Fact

FAMILIES = {
    "data": (".csv", ".tsv", ".parquet", ".feather", ".arrow", ".avro", ".orc", ".xlsx", ".npy"),
    "model": (
        ".pkl",
        ".pickle",
        ".joblib",
        ".pt",
        ".pth",
        ".ckpt",
        ".onnx",
        ".h5",
        ".keras",
        ".safetensors",
        ".tflite",
        ".pb",
        ".cbm",
        ".ubj",
    ),
}
"""Family by suffix; `.gz`, `.zip` and the like after it are looked through."""
_PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst")


def data_file(path: str) -> dict[str, list[Fact]]:
    """The DataFile fact of a path, keyed by it; empty for any other file."""
    name = path.lower()
    for suffix in _PACKED:
        name = name.removesuffix(suffix)
    for family, suffixes in FAMILIES.items():
        if name.endswith(suffixes):
            return {path: [DataFile(path=path, line=1, end_line=1, family=family)]}
    return {}
