"""Writes a Qwen2.5-VL checkpoint as llama.cpp wants it: text weights in Q8_0, pictures' weights in f16.

convert.py FOLDER MODEL.gguf MMPROJ.gguf
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors import safe_open

LAYER = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
BLOCK = {
    "norm1": "ln1",
    "norm2": "ln2",
    "attn.proj": "attn_out",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
OUTER = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def weights(folder):
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            for name in file.keys():
                yield name, file.get_tensor(name).to(torch.float32).numpy()


def text(folder, config, path):
    writer = gguf.GGUFWriter(path, "qwen2vl")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_sections(config["rope_scaling"]["mrope_section"] + [0])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    vocabulary(folder, config, writer)
    for name, values in weights(folder):
        name, kind = name.rsplit(".", 1)
        if name in OUTER:
            own = OUTER[name]
        elif name.startswith("model.layers."):
            _, _, number, part = name.split(".", 3)
            own = f"blk.{number}.{LAYER[part]}"
        else:
            continue
        if values.ndim == 2:
            quantised = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0)
            writer.add_tensor(f"{own}.{kind}", quantised, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        else:
            writer.add_tensor(f"{own}.{kind}", values)
    finish(writer)


def vocabulary(folder, config, writer):
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    names = {id: name for name, id in tokenizer["model"]["vocab"].items()}
    added = {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    ids = range(config["vocab_size"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([added.get(id, names.get(id, f"[PAD{id}]")) for id in ids])
    kinds = gguf.TokenType
    kind = lambda id: kinds.CONTROL if id in added else kinds.NORMAL if id in names else kinds.UNUSED
    writer.add_token_types([kind(id) for id in ids])
    writer.add_token_merges([" ".join(pair) for pair in tokenizer["model"]["merges"]])
    writer.add_eos_token_id(next(id for id, name in added.items() if name == "<|im_end|>"))


def pictures(folder, config, path):
    vision, rule = config["vision_config"], json.loads((folder / "preprocessor_config.json").read_text())
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "qwen2.5vl_merger")
    writer.add_bool("clip.use_silu", True)
    for name, value in {
        "image_size": 560,
        "patch_size": vision["patch_size"],
        "embedding_length": vision["hidden_size"],
        "feed_forward_length": vision["intermediate_size"],
        "projection_dim": vision["out_hidden_size"],
        "block_count": vision["depth"],
        "attention.head_count": vision["num_heads"],
        "n_wa_pattern": vision["fullatt_block_indexes"][0] + 1,
        "window_size": vision["window_size"],
    }.items():
        writer.add_uint32(f"clip.vision.{name}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", rule["image_mean"])
    writer.add_array("clip.vision.image_std", rule["image_std"])
    for name, values in weights(folder):
        for own, part in picture_weight(name.removeprefix("visual."), values) if name.startswith("visual.") else []:
            matrix = part.ndim > 1 and "patch_embd" not in own
            writer.add_tensor(own, np.ascontiguousarray(part, np.float16 if matrix else np.float32))
    finish(writer)


def picture_weight(name, values):
    if name == "patch_embed.proj.weight":
        return [("v.patch_embd.weight", values[:, :, 0]), ("v.patch_embd.weight.1", values[:, :, 1])]
    name, kind = name.rsplit(".", 1)
    if name == "merger.ln_q":
        return [(f"v.post_ln.{kind}", values)]
    if name.startswith("merger.mlp."):
        return [(f"mm.{name.rsplit('.', 1)[1]}.{kind}", values)]
    _, number, part = name.split(".", 2)
    if part == "attn.qkv":
        return [(f"v.blk.{number}.attn_{one}.{kind}", third) for one, third in zip("qkv", np.split(values, 3))]
    return [(f"v.blk.{number}.{BLOCK[part]}.{kind}", values)]


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    folder, model, mmproj = sys.argv[1:]
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    text(folder, config, model)
    pictures(folder, config, mmproj)


main()
