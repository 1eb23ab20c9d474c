"""Makes the goldens that vision's tests compare with: see README.md."""

import hashlib
import struct
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torchvision.transforms.v2 import functional as F
from transformers import AutoTokenizer, Qwen2VLImageProcessor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

import cases
import checkpoint
import opencua

HERE = Path(__file__).parent
STEPS = 64
# How near the two best logits of a step may be: nearer ones could be swapped by rounding alone.
MARGIN = 2e-3
# Whole tensors are kept up to this many numbers, else rows of them.
KEPT = 2048


class Golden:
    """The tensors of one case, each with the rows that were kept and the whole's sum and sum of squares."""

    def __init__(self):
        self.tensors = {}

    def add(self, name: str, value: torch.Tensor) -> None:
        value = value.detach().float().reshape(-1, value.shape[-1])
        count = min(len(value), max(4, KEPT // value.shape[1]))
        rows = torch.linspace(0, len(value) - 1, count).round().long()
        self.tensors[name] = value[rows].contiguous().clone()
        self.tensors[f"{name}.rows"] = rows.to(torch.int32)
        self.tensors[f"{name}.sums"] = torch.stack([value.double().sum(), value.double().pow(2).sum()])

    def add_exactly(self, name: str, value: torch.Tensor) -> None:
        self.tensors[name] = value.detach().contiguous().clone()


def watch(model, golden: Golden) -> list:
    def keep(name):
        def hook(_module, _inputs, output):
            golden.add(name, output[0] if isinstance(output, tuple) else output)

        return hook

    vision, text = model.model.visual, model.model.language_model
    watched = [("vision.patch_embed", vision.patch_embed), ("vision.merger", vision.merger)]
    watched += [(f"vision.block.{n}", block) for n, block in enumerate(vision.blocks)]
    watched += [(f"vision.deepstack.{n}", m) for n, m in enumerate(getattr(vision, "deepstack_merger_list", []))]
    watched += [(f"text.layer.{n}", layer) for n, layer in enumerate(text.layers)]
    return [module.register_forward_hook(keep(name)) for name, module in watched]


def prompt(folder: Path, messages, grids, merge: int):
    if folder.name == "opencua":
        return opencua.prompt(messages, [grid.prod().item() // merge**2 for grid in grids])
    tokenizer = AutoTokenizer.from_pretrained(folder)
    template = checkpoint.TEMPLATE
    text = tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False, add_generation_prompt=True)
    for grid in grids:
        text = text.replace("<|image_pad|>", "<|placeholder|>" * (grid.prod().item() // merge**2), 1)
    text = text.replace("<|placeholder|>", "<|image_pad|>")
    return tokenizer(text, return_tensors="pt").input_ids


def forward(model, folder: Path, case, golden: Golden) -> dict:
    _, sizes, messages = case
    pictures = [cases.picture(w, h, seed) for seed, (w, h) in enumerate(sizes, 1)]
    seen = Qwen2VLImageProcessor.from_pretrained(folder)(pictures, return_tensors="pt")
    ids = prompt(folder, messages, seen["image_grid_thw"], 2)
    types = (ids == model.config.image_token_id).to(torch.int32)
    inputs = dict(seen) | {"input_ids": ids, "mm_token_type_ids": types, "attention_mask": torch.ones_like(ids)}
    positions, _ = model.model.get_rope_index(ids, types, image_grid_thw=seen["image_grid_thw"])
    hooks = watch(model, golden)
    with torch.no_grad():
        logits = model(**inputs).logits[0, -1]
    for hook in hooks:
        hook.remove()
    golden.add("pixels", seen["pixel_values"])
    golden.add("logits", logits[None])
    golden.add_exactly("ids", ids[0].to(torch.int32))
    golden.add_exactly("positions", positions[:, 0].to(torch.int32))
    golden.add_exactly("grids", seen["image_grid_thw"].to(torch.int32))
    return inputs


def greedy(model, inputs: dict, golden: Golden) -> str | None:
    """What is wrong with the answer as a golden, if anything is."""
    with torch.no_grad():
        out = model.generate(
            **inputs, max_new_tokens=STEPS, do_sample=False, output_scores=True, return_dict_in_generate=True
        )
    tokens = out.sequences[0, inputs["input_ids"].shape[1] :]
    best = torch.stack([score[0].topk(2).values for score in out.scores])
    margin = (best[:, 0] - best[:, 1]).min().item()
    golden.add_exactly("greedy", tokens.to(torch.int32))
    if len(tokens) < STEPS:
        return f"ends after {len(tokens)} tokens"
    if len(tokens.unique()) < 5:
        return f"only {len(tokens.unique())} different tokens"
    return f"the best two differ by {margin:.1e}" if margin < MARGIN else None


def family(name: str) -> None:
    folder = HERE / name
    for seed in range(1, 200):
        model = checkpoint.make(folder, name, seed)
        wrong = None
        for case in cases.CASES:
            golden = Golden()
            inputs = forward(model, folder, case, golden)
            wrong = greedy(model, inputs, golden)
            if wrong:
                print(f"{name}, seed {seed}, {case[0]}: {wrong}", file=sys.stderr)
                break
            save_file(golden.tensors, folder / f"golden-{case[0]}.safetensors")
        if not wrong:
            print(f"{name}: seed {seed}", file=sys.stderr)
            return
    raise SystemExit(f"{name}: no seed gives an answer that can be compared")


# Picture and target sizes: down, up, one side each way, hardly at all.
RESIZES = [((330, 250), (336, 252)), ((1280, 720), (364, 196)), ((113, 97), (280, 224)), ((640, 90), (224, 168))]


def resizes() -> None:
    """Some rows of pictures as torchvision resizes them."""
    tensors = {}
    for number, ((w, h), (to_w, to_h)) in enumerate(RESIZES):
        source = F.pil_to_tensor(cases.picture(w, h, number))
        resized = F.resize(source, [to_h, to_w], interpolation=F.InterpolationMode.BICUBIC, antialias=True)
        rows = torch.linspace(0, to_h - 1, 24).round().long()
        tensors[f"{number}"] = resized[:, rows].permute(1, 2, 0).contiguous()
        tensors[f"{number}.rows"] = rows.to(torch.int32)
        tensors[f"{number}.sizes"] = torch.tensor([w, h, to_w, to_h], dtype=torch.int32)
    save_file(tensors, HERE / "resizes.safetensors")


# Factor, least and most pixels: as checkpoints have them, and limits that most screens are beyond.
RULES = [(28, 3136, 12845056), (28, 78400, 1003520), (32, 65536, 16777216), (32, 200704, 786432)]


def grids() -> None:
    """One digest a rule over every size from 56 to 2200: height and width in factors, as two little-endian u16."""
    lines = []
    for factor, least, most in RULES:
        digest = hashlib.sha256()
        for height in range(56, 2201):
            row = bytearray()
            for width in range(56, 2201):
                h, w = smart_resize(height, width, factor, least, most)
                row += struct.pack("<HH", h // factor, w // factor)
            digest.update(row)
        lines.append(f"{factor} {least} {most} {digest.hexdigest()}\n")
    (HERE / "grids.txt").write_text("".join(lines))


if __name__ == "__main__":
    torch.set_num_threads(2)
    wanted = sys.argv[1:] or [*checkpoint.FAMILIES, "resizes", "grids"]
    for name in wanted:
        {"resizes": resizes, "grids": grids}.get(name, lambda: family(name))()
