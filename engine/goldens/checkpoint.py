"""Tiny checkpoints of each family: random weights in bf16, a byte-level tokenizer, a chat template, configurations."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoConfig, AutoModelForImageTextToText

import opencua

# How Qwen's tokenizers cut text before merging bytes.
CUT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
MERGES = ["th", "the", "in", "er", "an", "on", "ing", "ck", "cl", "li", "click", "st", "re", "at", "en", "Ġt", "Ġthe"]
SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|box_start|>", "<|box_end|>",
    "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>",
]  # fmt: skip

TEMPLATE = """\
{%- set pictures = namespace(count=0) -%}
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
                {%- set pictures.count = pictures.count + 1 -%}
                {%- if add_vision_id %}Picture {{ pictures.count }}: {% endif -%}
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

CLIP = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}


def text(**changed) -> dict:
    return {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "max_position_embeddings": 32768,
    } | changed


def with_ids(config: dict, tokenizer: Tokenizer, **where) -> dict:
    """The ids that the checkpoint's own tokenizer gives: none of them is Qwen's usual one."""
    id = tokenizer.token_to_id
    return config | {
        "image_token_id": id("<|image_pad|>"),
        "video_token_id": id("<|video_pad|>"),
        "vision_start_token_id": id("<|vision_start|>"),
        "vision_end_token_id": id("<|vision_end|>"),
    }


def qwen2_vl(tokenizer: Tokenizer) -> dict:
    vision = {
        "depth": 3, "embed_dim": 32, "num_heads": 2, "mlp_ratio": 2, "hidden_act": "quick_gelu", "hidden_size": 32,
        "in_chans": 3, "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2,
    }  # fmt: skip
    head = {"model_type": "qwen2_vl", "architectures": ["Qwen2VLForConditionalGeneration"], "tie_word_embeddings": True}
    rope = {"rope_theta": 1000000.0, "rope_scaling": {"type": "mrope", "mrope_section": [2, 1, 1]}}
    sizes = text(vocab_size=tokenizer.get_vocab_size() + 3, use_sliding_window=False)
    return with_ids(head | sizes | rope | {"vision_config": vision}, tokenizer)


def qwen2_5_vision() -> dict:
    return {
        "depth": 4, "hidden_size": 32, "num_heads": 2, "intermediate_size": 44, "hidden_act": "silu",
        "out_hidden_size": 32, "in_chans": 3, "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2,
        "window_size": 112, "fullatt_block_indexes": [1, 3], "tokens_per_second": 2,
    }  # fmt: skip


def qwen2_5_vl(tokenizer: Tokenizer) -> dict:
    head = {"model_type": "qwen2_5_vl", "architectures": ["Qwen2_5_VLForConditionalGeneration"]}
    rope = {"rope_theta": 1000000.0, "rope_scaling": {"type": "mrope", "mrope_section": [2, 1, 1]}}
    sizes = text(vocab_size=tokenizer.get_vocab_size() + 3, tie_word_embeddings=False, use_sliding_window=False)
    return with_ids(head | sizes | rope | {"vision_config": qwen2_5_vision()}, tokenizer)


def qwen3_vision() -> dict:
    return {
        "depth": 4, "hidden_size": 32, "num_heads": 2, "intermediate_size": 44, "hidden_act": "gelu_pytorch_tanh",
        "out_hidden_size": 32, "in_channels": 3, "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2,
        "num_position_embeddings": 144, "deepstack_visual_indexes": [0, 2],
    }  # fmt: skip


def qwen3_rope() -> dict:
    return {"rope_type": "default", "mrope_section": [4, 2, 2], "mrope_interleaved": True}


def qwen3_vl(tokenizer: Tokenizer) -> dict:
    words = text(
        model_type="qwen3_vl_text", vocab_size=tokenizer.get_vocab_size() + 3, head_dim=16, attention_bias=False,
        rope_theta=5000000.0, rope_scaling=qwen3_rope(), tie_word_embeddings=True,
    )  # fmt: skip
    head = {"model_type": "qwen3_vl", "architectures": ["Qwen3VLForConditionalGeneration"], "tie_word_embeddings": True}
    vision = {"model_type": "qwen3_vl"} | qwen3_vision()
    return with_ids(head | {"text_config": words, "vision_config": vision}, tokenizer)


def qwen3_vl_moe(tokenizer: Tokenizer) -> dict:
    words = text(
        model_type="qwen3_vl_moe_text", vocab_size=tokenizer.get_vocab_size() + 3, head_dim=16, num_experts=6,
        num_experts_per_tok=2, moe_intermediate_size=24, decoder_sparse_step=1, mlp_only_layers=[1],
        rope_parameters=qwen3_rope() | {"rope_theta": 5000000.0},
    )  # fmt: skip
    head = {"model_type": "qwen3_vl_moe", "architectures": ["Qwen3VLMoeForConditionalGeneration"]}
    vision = {"model_type": "qwen3_vl_moe"} | qwen3_vision()
    return with_ids(head | {"tie_word_embeddings": False, "text_config": words, "vision_config": vision}, tokenizer)


FAMILIES = {
    "qwen2_vl": qwen2_vl,
    "qwen2_5_vl": qwen2_5_vl,
    "opencua": lambda _: opencua.config(text(), qwen2_5_vision()),
    "qwen3_vl": qwen3_vl,
    "qwen3_vl_moe": qwen3_vl_moe,
}
# The families whose hub checkpoints have the older names of weights.
OLD_NAMES = {"qwen2_vl", "qwen2_5_vl"}
PENALTIES = {"qwen2_vl": 1.05, "qwen2_5_vl": 1.05, "qwen3_vl": 1.3}
SHARDED = {"qwen2_5_vl"}


def tiny_tokenizer() -> Tokenizer:
    vocab = {letter: id for id, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges = []
    for word in MERGES:
        # Every way to build the word's prefixes is made, so that each merge's parts exist.
        for end in range(2, len(word) + 1):
            if word[:end] not in vocab and word[: end - 1] in vocab:
                merges.append((word[: end - 1], word[end - 1]))
                vocab[word[:end]] = len(vocab)
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    cut = pre_tokenizers.Split(Regex(CUT), behavior="isolated")
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([cut, bytes_])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in SPECIAL])
    return tokenizer


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")


def write_preprocessor(folder: Path, family: str) -> None:
    new = family.startswith("qwen3")
    sizes = {"patch_size": 16 if new else 14, "temporal_patch_size": 2, "merge_size": 2}
    if new:
        sizes |= {"size": {"shortest_edge": 4096, "longest_edge": 16777216}} | HALF
    else:
        sizes |= {"min_pixels": 3136, "max_pixels": 12845056} | CLIP
    write_json(folder / "preprocessor_config.json", sizes | {"image_processor_type": "Qwen2VLImageProcessor"})


def write_texts(folder: Path, family: str, tokenizer: Tokenizer) -> None:
    if family == "opencua":
        return opencua.write_texts(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    if family == "qwen2_vl":
        config["chat_template"] = TEMPLATE
    elif family == "qwen2_5_vl":
        write_json(folder / "chat_template.json", {"chat_template": TEMPLATE})
    else:
        (folder / "chat_template.jinja").write_text(TEMPLATE)
    write_json(folder / "tokenizer_config.json", config)
    ends = [tokenizer.token_to_id("<|im_end|>"), tokenizer.token_to_id("<|endoftext|>")]
    generation = {"do_sample": False, "eos_token_id": ends, "pad_token_id": ends[1]}
    # Without a penalty, random weights with tied embeddings mostly say one thing again and again.
    if family in PENALTIES:
        generation["repetition_penalty"] = PENALTIES[family]
    write_json(folder / "generation_config.json", generation)


def randomise(model: torch.nn.Module, seed: int) -> None:
    """Weights large enough that every stage matters to the answer."""
    source = torch.Generator().manual_seed(seed)
    for name, weight in sorted(model.named_parameters()):
        draw = torch.randn(weight.shape, generator=source)
        if "norm" in name or "ln_q" in name:
            value = draw * 0.2 + (1.0 if name.endswith("weight") else 0.0)
        elif weight.dim() == 1:
            value = draw * 0.2
        elif "embed" in name and "patch" not in name:
            value = draw
        else:
            inputs = weight[0].numel() if weight.dim() != 3 else weight.shape[-1]
            value = draw * 1.5 / inputs**0.5
        weight.data.copy_(value.to(torch.bfloat16).float())


def hub_name(name: str, family: str) -> str:
    if family == "opencua":
        return opencua.hub_name(name)
    if family not in OLD_NAMES:
        return name
    return name.replace("model.visual.", "visual.").replace("model.language_model.", "model.")


def hub_weight(name: str, weight: torch.Tensor) -> torch.Tensor:
    if ".experts." in name:
        weight = weight.transpose(1, 2)
    return weight.to(torch.bfloat16).contiguous()


def write_weights(folder: Path, family: str, model: torch.nn.Module) -> None:
    weights = {hub_name(n, family): hub_weight(n, w.detach()) for n, w in model.named_parameters()}
    if model.config.tie_word_embeddings:
        weights.pop("lm_head.weight", None)
    if family not in SHARDED:
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(weights)
    halves = [names[: len(names) // 2], names[len(names) // 2 :]]
    index = {}
    for number, half in enumerate(halves, 1):
        file = f"model-{number:05}-of-{len(halves):05}.safetensors"
        save_file({name: weights[name] for name in half}, folder / file, metadata={"format": "pt"})
        index |= {name: file for name in half}
    size = sum(weight.numel() * 2 for weight in weights.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": size}, "weight_map": index})


def make(folder: Path, family: str, seed: int):
    """Writes the checkpoint and gives the model that the reference loads from it, in f32."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tiny_tokenizer()
    write_json(folder / "config.json", FAMILIES[family](tokenizer))
    write_texts(folder, family, tokenizer)
    write_preprocessor(folder, family)
    if family == "opencua":
        model = opencua.blank(folder)
    else:
        model = AutoModelForImageTextToText.from_config(AutoConfig.from_pretrained(folder))
    randomise(model, seed)
    write_weights(folder, family, model)
    if family == "opencua":
        return opencua.load(folder)
    load = AutoModelForImageTextToText.from_pretrained
    model, info = load(folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    problems = {kind: names for kind, names in info.items() if names}
    assert not problems, problems
    return model.eval()
