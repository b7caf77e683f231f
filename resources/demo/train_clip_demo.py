"""Train the demo's CLIP from random weights on generated posters, covers and tweets with their captions.

    PYTHONPATH=workflow/scripts python resources/demo/train_clip_demo.py --out resources/demo/clip-demo

The data are generated with a seed that no study uses, half of the posters without writing. Each picture is paired with
a caption or its own text, and open_clip's CLIP class is trained with the usual contrastive loss on one thread. The
number of steps is fixed, not the time, so that the same machine and versions give the same weights.
"""

import argparse
import copy
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from demo_data.covers import CATEGORIES, books, draw_cover
from demo_data.film_posters import caption, draw_poster
from demo_data.films import films
from demo_data.tweets import draw_picture, tweets
from humancentric.core import logs
from humancentric.embedding.torch_runtime import tune_malloc

WEIGHTS = "open_clip_model.safetensors"
SIZE, MARGIN = 112, 12  # pixels of the model's input, and of a margin for random crops
WORDS = 1700  # entries of the vocabulary
END = "[END]"  # must be the last entry: the text tower reads the vector at the highest number
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
MODEL = {
    "embed_dim": 128,
    "vision_cfg": {"image_size": SIZE, "layers": [1, 1, 2, 1], "width": 16, "patch_size": None},
    "text_cfg": {
        "context_length": 77,
        "width": 96,
        "heads": 4,
        "layers": 2,
        "hf_tokenizer_name": "clip-demo",  # makes open_clip read the tokenizer in the folder
        "tokenizer_kwargs": {"clean": "whitespace"},
    },
}
CAPTIONS = 4  # variants of a film's caption
# Weights of the losses: picture with caption, picture with text, caption with text.
SHARES = {"caption": 1.0, "text": 0.5, "both": 0.5}


@dataclass(frozen=True)
class Pair:
    """A function that draws a picture, and the texts that belong to it, by kind."""

    draw: Callable[[], Image.Image]
    texts: dict[str, list[str]]


def film_pairs(count: int, seed: int) -> Iterator[Pair]:
    """Yield films; every second poster has no writing, so that the model does not only learn to read."""
    for film in films(count, seed):
        if film.defect:
            continue
        captions = [caption(film, variant) for variant in range(CAPTIONS)]
        texts = {"caption": captions, "text": [film.overview, film.overview, film.title]}
        yield Pair(partial(draw_poster, film, writing=bool(film.index % 2)), texts)


def book_pairs(count: int, seed: int) -> Iterator[Pair]:
    """Yield book covers with their category and title."""
    for book in books(count, seed):
        category = CATEGORIES[book.category].lower()
        captions = [f"the cover of a book: {category}", f"{category}, a book called {book.title}"]
        yield Pair(partial(draw_cover, book), {"caption": captions, "text": [book.title]})


def tweet_pairs(count: int, seed: int) -> Iterator[Pair]:
    """Yield pictures of tweets with their mood, and the tweets."""
    for tweet in tweets(count, seed):
        captions = [f"a {tweet.picture_mood} picture", f"a picture of a {tweet.picture_mood} mood"]
        yield Pair(partial(draw_picture, tweet), {"caption": captions, "text": [tweet.text]})


def reduced(picture: Image.Image) -> np.ndarray:
    """Return the picture as uint8 with a shorter side of SIZE + MARGIN pixels."""
    scale = (SIZE + MARGIN) / min(picture.size)
    size = [round(side * scale) for side in picture.size]
    return np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BICUBIC))


def make_tokenizer(texts: list[str], folder: Path) -> None:
    """Train a small lower-case WordPiece vocabulary on `texts` and write it in the format that open_clip reads."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=WORDS, special_tokens=["[PAD]", "[UNK]", "[START]"], show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([END])
    ends = [(name, tokenizer.token_to_id(name)) for name in ("[START]", END)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"[START] $A {END}", special_tokens=ends)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        bos_token="[START]",
        eos_token=END,
        model_max_length=MODEL["text_cfg"]["context_length"],
    )
    fast.save_pretrained(folder)
    MODEL["text_cfg"]["vocab_size"] = len(fast)


def batches(
    rng: np.random.Generator,
    pictures: list[np.ndarray],
    tokens: list[dict[str, torch.Tensor]],
    size: int,
    steps: int,
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Yield `steps` batches of pictures (cropped, mirrored, partly masked), a caption and a text of each."""
    order = np.empty(0, np.int64)
    for _ in range(steps):
        while len(order) < size:
            order = np.concatenate([order, rng.permutation(len(pictures))])
        chosen, order = order[:size], order[size:]
        images = np.stack([augmented(rng, pictures[number]) for number in chosen])
        captions, texts = (
            torch.stack([tokens[number][kind][rng.integers(len(tokens[number][kind]))] for number in chosen])
            for kind in ("caption", "text")
        )
        yield torch.from_numpy(images), captions, texts


def augmented(rng: np.random.Generator, picture: np.ndarray) -> np.ndarray:
    """Return a (SIZE, SIZE, 3) crop near the centre, sometimes mirrored or with bars like those of masked text."""
    height, width = picture.shape[:2]
    side = int(rng.integers(SIZE - 2 * MARGIN, SIZE + MARGIN + 1))
    top, left = (
        int(np.clip((whole - side) // 2 + rng.integers(-MARGIN, MARGIN + 1), 0, whole - side))
        for whole in (height, width)
    )
    crop = Image.fromarray(picture[top : top + side, left : left + side]).resize((SIZE, SIZE))
    crop = np.clip(np.asarray(crop) * rng.uniform(0.85, 1.15), 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        for _ in range(rng.integers(1, 4)):
            tall, wide = rng.integers(4, 18), rng.integers(SIZE // 4, SIZE)
            top, left = rng.integers(0, SIZE - tall), rng.integers(0, SIZE - wide + 1)
            crop[top : top + tall, left : left + wide] = 0
    return crop[:, ::-1] if rng.random() < 0.5 else crop


def contrast(one: torch.Tensor, other: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Return CLIP's loss between two sets of normalised vectors whose rows belong together."""
    logits, target = scale * one @ other.T, torch.arange(len(one))
    return (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2


def train(model: open_clip.CLIP, stream: Iterator[tuple[torch.Tensor, ...]], steps: int, rate: float) -> None:
    """Train with AdamW, a short warm-up and a cosine to zero."""
    mean, std = (255 * torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    decayed = [value for value in model.parameters() if value.ndim > 1]
    others = [value for value in model.parameters() if value.ndim < 2]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.08)
    log = logs.logging.getLogger("humancentric")
    model.train()
    for step, (images, *texts) in enumerate(stream):
        pixels = (images.permute(0, 3, 1, 2).float() - mean) / std
        with torch.autocast("cpu", torch.bfloat16):  # faster for the image tower only
            image = model.encode_image(pixels, normalize=True)
        image = image.float()
        caption, text = model.encode_text(torch.cat(texts), normalize=True).chunk(2)
        scale = model.logit_scale.exp()
        pairs = {"caption": (image, caption), "text": (image, text), "both": (caption, text)}
        losses = {name: contrast(*pair, scale) for name, pair in pairs.items()}
        optimiser.zero_grad()
        sum(SHARES[name] * loss for name, loss in losses.items()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, np.log(100))
        if step % 20 == 0:
            log.info("step %d: %s", step, {name: round(loss.item(), 3) for name, loss in losses.items()})


def main() -> None:
    """Generate the data, train the model and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--films", type=int, default=3500)
    parser.add_argument("--books", type=int, default=500)
    parser.add_argument("--tweets", type=int, default=500)
    parser.add_argument("--seed", type=int, default=411, help="of data and training; no study may use it")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=650)
    parser.add_argument("--rate", type=float, default=2e-3, help="of learning, at its highest")
    parser.add_argument(
        "--start", type=Path, help="folder of a model to start from, instead of random weights"
    )
    options = parser.parse_args()
    logs.start(options.out.with_suffix(".log"))
    tune_malloc()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    begin = time.process_time()
    options.out.mkdir(parents=True, exist_ok=True)

    with logs.stage("texts"):
        pairs = [
            *film_pairs(options.films, options.seed),
            *book_pairs(options.books, options.seed),
            *tweet_pairs(options.tweets, options.seed),
        ]
        sentences = [text for pair in pairs for texts in pair.texts.values() for text in texts]
        if options.start:
            for file in options.start.glob("tokenizer*"):
                shutil.copy(file, options.out)
            earlier = open_clip.get_model_config(f"local-dir:{options.start}")
            MODEL["text_cfg"]["vocab_size"] = earlier["text_cfg"]["vocab_size"]
        else:
            make_tokenizer(sentences, options.out)
    config = {"model_cfg": MODEL, "preprocess_cfg": {"mean": MEAN, "std": STD}}
    (options.out / "open_clip_config.json").write_text(json.dumps(config, indent=1) + "\n")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{options.out}")
    tokens = [{kind: tokenizer(texts) for kind, texts in pair.texts.items()} for pair in pairs]
    with logs.stage("pictures"):
        pictures = [reduced(pair.draw()) for pair in logs.progress(pairs, "draw")]
    model = open_clip.CLIP(**copy.deepcopy(MODEL))
    if options.start:
        open_clip.load_checkpoint(model, str(options.start / WEIGHTS))
    model = model.to(memory_format=torch.channels_last)
    with logs.stage("training"):
        rng = np.random.default_rng(options.seed)
        train(
            model, batches(rng, pictures, tokens, options.batch, options.steps), options.steps, options.rate
        )
    weights = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in model.eval().state_dict().items()
    }
    save_file(weights, options.out / WEIGHTS, {"format": "pt"})
    logs.logging.getLogger("humancentric").info(
        "%s in %.0f CPU seconds", options, time.process_time() - begin
    )


if __name__ == "__main__":
    main()
