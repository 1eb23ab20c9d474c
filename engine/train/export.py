"""Writes a trained model as a Qwen2.5-VL checkpoint: python export.py STATE FOLDER."""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from model import CHANNELS, MEAN, MERGE, PATCH, STD, WINDOW, Seer, Sizes
from tokenizer import build

FRAMES = 2
TEMPLATE = """\
{%- for message in messages -%}
    {%- if loop.first and message['role'] != 'system' -%}
        {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' -}}
    {%- endif -%}
    {{- '<|im_start|>' + message.role + '\\n' -}}
    {%- if message['content'] is string -%}
        {{- message.content -}}
    {%- else -%}
        {%- for part in message['content'] -%}
            {%- if part['type'] == 'image' or 'image' in part -%}
                {{- '<|vision_start|><|image_pad|><|vision_end|>' -}}
            {%- elif 'text' in part -%}
                {{- part['text'] -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""


def sizes_of(tokenizer) -> Sizes:
    return Sizes(tokenizer.get_vocab_size(), tokenizer.token_to_id("<|image_pad|>"))


def config(sizes: Sizes, tokenizer) -> dict:
    vision = {
        "depth": sizes.tower_depth, "hidden_size": sizes.tower, "num_heads": sizes.tower_heads,
        "intermediate_size": sizes.tower_mlp, "hidden_act": "silu", "out_hidden_size": sizes.text,
        "in_chans": CHANNELS, "patch_size": PATCH, "spatial_merge_size": MERGE, "temporal_patch_size": FRAMES,
        "window_size": WINDOW, "fullatt_block_indexes": list(sizes.full), "tokens_per_second": 2,
    }  # fmt: skip
    token = tokenizer.token_to_id
    return {
        "model_type": "qwen2_5_vl", "architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "hidden_size": sizes.text, "intermediate_size": sizes.text_mlp, "num_hidden_layers": sizes.text_depth,
        "num_attention_heads": sizes.text_heads, "num_key_value_heads": sizes.text_heads, "hidden_act": "silu",
        "rms_norm_eps": 1e-6, "max_position_embeddings": 4096, "vocab_size": sizes.vocabulary,
        "tie_word_embeddings": False, "use_sliding_window": False, "rope_theta": sizes.theta,
        "rope_scaling": {"type": "mrope", "mrope_section": list(sizes.sections)}, "vision_config": vision,
        "image_token_id": token("<|image_pad|>"), "video_token_id": token("<|video_pad|>"),
        "vision_start_token_id": token("<|vision_start|>"), "vision_end_token_id": token("<|vision_end|>"),
        "bos_token_id": token("<|endoftext|>"), "eos_token_id": token("<|im_end|>"), "dtype": "bfloat16",
    }  # fmt: skip


def weights(seer: Seer) -> dict[str, torch.Tensor]:
    """The weights under the hub's names, in bf16."""
    found = {}
    for name, weight in seer.state_dict().items():
        if name == "visual.patch_embed.weight":
            # Both frames show the same picture: each has half of the weight.
            name = "visual.patch_embed.proj.weight"
            half = weight.view(-1, CHANNELS, 1, PATCH, PATCH) / FRAMES
            weight = half.expand(-1, -1, FRAMES, -1, -1)
        found[name] = weight.to(torch.bfloat16).contiguous()
    return found


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")


def export(seer: Seer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = build()
    write_json(folder / "config.json", config(seer.sizes, tokenizer))
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"} | special)
    write_json(folder / "chat_template.json", {"chat_template": TEMPLATE})
    ends = [tokenizer.token_to_id("<|im_end|>"), tokenizer.token_to_id("<|endoftext|>")]
    write_json(folder / "generation_config.json", {"do_sample": False, "eos_token_id": ends, "pad_token_id": ends[1]})
    sizes = {"patch_size": PATCH, "temporal_patch_size": FRAMES, "merge_size": MERGE}
    limits = {"min_pixels": 3136, "max_pixels": 1003520}
    means = {"image_mean": [MEAN] * CHANNELS, "image_std": [STD] * CHANNELS}
    kind = {"image_processor_type": "Qwen2VLImageProcessor"}
    write_json(folder / "preprocessor_config.json", sizes | limits | means | kind)
    save_file(weights(seer), folder / "model.safetensors", metadata={"format": "pt"})


def load(state: Path) -> Seer:
    """The model of a state that training saved."""
    seer = Seer(sizes_of(build()))
    saved = torch.load(state, map_location="cpu")["weights"]
    seer.load_state_dict({name.removeprefix("seer."): w for name, w in saved.items() if name.startswith("seer.")})
    return seer.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    export(load(options.state), options.folder)


if __name__ == "__main__":
    main()
