"""What a job imports: each family's library without the parts that only training, compiling or other models need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch._dynamo", "sympy", "scipy", "sklearn", "pandas", "matplotlib")
UNUSED = {
    "efficientnet-lite0": ("transformers", "open_clip"),
    "clip-demo-t": ("transformers", "timm"),
    "minilm": ("transformers", "sentence_transformers", "timm", "torchvision"),
}
CODE = """
import json, sys, yaml
import numpy as np
from humancentric.embedding import embedding_writer, encoders
name = sys.argv[1]
row = yaml.safe_load(open("config/encoders.yaml"))["encoders"][name]
encoder = encoders.load(row, name)
if encoder.modality == "text":
    encoder.embed_texts(["a poster", "two words"])
else:
    encoder.embed_images([np.zeros((60, 50, 3), np.uint8)])
print(json.dumps(sorted(sys.modules)))
"""


def printed(code: str, *arguments: str) -> list[str]:
    """Return the lines that `code` prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONPATH": ":".join(sys.path), "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", UNUSED)
def test_a_job_imports_what_it_uses(name):
    (modules,) = printed(CODE, name)
    assert set(json.loads(modules)) & {*HEAVY, *UNUSED[name]} == set()


def test_what_is_left_out_can_be_imported_afterwards():
    code = (
        "from humancentric.embedding import light_imports\n"
        "with light_imports.without('json.tool', 'wave'):\n"
        "    try:\n        import wave\n"
        "    except ImportError:\n        print('hidden')\n"
        "import wave\nprint(wave.Wave_read.__name__)\n"
        "import sys\nwith light_imports.without_compiler():\n    print('torch._dynamo' in sys.modules)\n"
        "print('torch._dynamo' in sys.modules)\n"
    )
    assert printed(code) == ["hidden", "Wave_read", "True", "False"]


def test_a_model_that_needs_more_gets_it_in_the_same_process():
    code = (
        "import sys\nfrom humancentric.embedding.encoders.open_clip_import import known_config, library\n"
        "library(known_config('RN50')); print('timm' in sys.modules)\n"
        "clip = library(known_config('MobileCLIP2-S0')); print(clip.timm_model.timm is not None)\n"
        "print(clip is library(known_config('RN50')))\n"
    )
    assert printed(code) == ["False", "True", "True"]
