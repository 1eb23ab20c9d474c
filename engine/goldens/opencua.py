"""OpenCUA's checkpoint: Qwen2.5-VL's tower before Qwen2 with positions that count tokens alone, and a tokenizer of tiktoken's.

The reference is Qwen2.5-VL of transformers, told these positions, and tiktoken: OpenCUA's own code comes with its weights only.
"""

import base64
import json
from pathlib import Path

import tiktoken
import torch
from safetensors.torch import load_file
from transformers import AutoConfig, Qwen2_5_VLForConditionalGeneration
from transformers.utils.chat_template_utils import render_jinja_template

# How Kimi's tokenizers cut text.
CUT = "|".join(
    [
        r"[\p{Han}]+",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
# Words that become one token, by way of their beginnings; some can be put together in several ways.
WORDS = ["th", "the", "in", "er", "an", "on", "ing", "thing", "ck", "cl", "click", " t", " the", "HT", "TM", "HTM", "HTML"]
WORDS += ["你好", "的", "12", "23", "123", "  ", "\n\n", "'s", "…", "é"]
# One id between the marks has no name, as in the hub's checkpoint.
MARKS = ["[BOS]", "[EOS]", "<|im_end|>", "<|im_user|>", "<|im_assistant|>", None, "<|im_system|>", "<|im_middle|>"]
MARKS += ["<|media_begin|>", "<|media_content|>", "<|media_end|>", "<|media_placeholder|>"]
TEMPLATE = """\
{%- for message in messages -%}
    {%- if loop.first and message['role'] != 'system' -%}
        {{- '<|im_system|>system<|im_middle|>You are a helpful assistant<|im_end|>' -}}
    {%- endif -%}
    {{- '<|im_' + message['role'] + '|>' + message['role'] + '<|im_middle|>' -}}
    {%- if message['content'] is string -%}
        {{- message['content'] + '<|im_end|>' -}}
    {%- else -%}
        {%- for part in message['content'] -%}
            {%- if part['type'] == 'image' or 'image' in part -%}
                {{- '<|media_begin|>image<|media_content|><|media_placeholder|><|media_end|>' -}}
            {%- else -%}
                {{- part['text'] -}}
            {%- endif -%}
        {%- endfor -%}
        {{- '<|im_end|>' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_assistant|>assistant<|im_middle|>' -}}
{%- endif -%}
"""
# What the tests split as well, beside the conversations.
TEXTS = [
    "the thing, the THING: HTML5 and XHTMLs",
    "it's IT'S they'll we've I'd",
    "12 123 1234 12345.6",
    "你好, 的的 mixed你好words 的",
    "café Émile naïve ÀÉ",
    "  two  spaces \t tab \n\n lines\r\n end  ",
    "pyautogui.click(x=123, y=45)\n```python\n",
    "<|im_user|>user<|im_middle|>the<|media_begin|>x<|im_end|>[EOS]<|reserved_token_290|>",
    "🚀 the…",
    "",
]


def ranks() -> dict:
    # Not in the order of bytes: nothing may rely on that.
    found = {bytes([255 - n]): n for n in range(256)}
    for word in WORDS:
        word = word.encode()
        for end in range(2, len(word) + 1):
            found.setdefault(word[:end], len(found))
    return found


def marks() -> dict:
    first = len(ranks())
    return {name or f"<|reserved_token_{id}|>": id for id, name in enumerate(MARKS, first)}


def tokenizer() -> tiktoken.Encoding:
    return tiktoken.Encoding("opencua", pat_str=CUT, mergeable_ranks=ranks(), special_tokens=marks())


def config(text: dict, vision: dict) -> dict:
    text = text | {
        "model_type": "qwen2", "vocab_size": len(ranks()) + len(MARKS) + 3, "rope_theta": 1000000.0,
        "tie_word_embeddings": False, "use_sliding_window": False,
    }  # fmt: skip
    head = {"model_type": "opencua", "architectures": ["OpenCUAForConditionalGeneration"], "tie_word_embeddings": False}
    ids = {"media_placeholder_token_id": marks()["<|media_placeholder|>"]}
    return head | ids | {"text_config": text, "vision_config": vision | {"model_type": "qwen2_5_vl"}}


def write_texts(folder: Path) -> None:
    lines = [f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks().items()]
    (folder / "tiktoken.model").write_text("".join(lines))
    added = {str(id): {"content": name, "special": True} for name, id in marks().items() if "reserved" not in name}
    said = {"added_tokens_decoder": added, "tokenizer_class": "TikTokenV3", "chat_template": TEMPLATE}
    (folder / "tokenizer_config.json").write_text(json.dumps(said, indent=1) + "\n")
    ends = {"eos_token_id": marks()["[EOS]"], "repetition_penalty": 1.05}
    (folder / "generation_config.json").write_text(json.dumps(ends, indent=1) + "\n")
    encoded = [[text, tokenizer().encode(text, allowed_special="all")] for text in TEXTS]
    (folder / "golden-texts.json").write_text(json.dumps(encoded, indent=1) + "\n")


def prompt(messages, tokens: list[int]) -> torch.Tensor:
    """The ids of a conversation; `tokens` says how many each picture becomes."""
    text = render_jinja_template([messages], chat_template=TEMPLATE, add_generation_prompt=True)[0][0]
    for count in tokens:
        text = text.replace("<|media_placeholder|>", "<|placeholder|>" * count, 1)
    text = text.replace("<|placeholder|>", "<|media_placeholder|>")
    return torch.tensor([tokenizer().encode(text, allowed_special="all")])


NAMES = {"model.visual.": "vision_tower.", "model.language_model.": "language_model.model.", "lm_head.": "language_model.lm_head."}


def hub_name(name: str) -> str:
    before = next(root for root in NAMES if name.startswith(root))
    return NAMES[before] + name.removeprefix(before)


def blank(folder: Path) -> torch.nn.Module:
    """The model of transformers that computes the same, with weights of its own."""
    own = json.loads((folder / "config.json").read_text())
    rope = {"type": "mrope", "mrope_section": [2, 1, 1]}
    text = {name: value for name, value in own["text_config"].items() if name != "model_type"} | {"rope_scaling": rope}
    where = {"image_token_id": own["media_placeholder_token_id"], "video_token_id": own["media_placeholder_token_id"] + 1}
    made = AutoConfig.for_model("qwen2_5_vl", text_config=text, vision_config=own["vision_config"], **where)
    made.tie_word_embeddings = False
    made.text_config.eos_token_id = made.eos_token_id = marks()["[EOS]"]
    return Qwen2_5_VLForConditionalGeneration._from_config(made, attn_implementation="eager", dtype=torch.float32)


def load(folder: Path) -> torch.nn.Module:
    model = blank(folder)
    stored = load_file(folder / "model.safetensors")
    model.load_state_dict({name: stored[hub_name(name)].float() for name, _ in model.named_parameters()})
    model.generation_config.repetition_penalty = 1.05

    def in_sequence(ids, *_args, **_kwargs):
        return torch.arange(ids.shape[1]).expand(3, 1, -1), torch.zeros(1, 1, dtype=torch.long)

    model.model.get_rope_index = in_sequence
    return model.eval()
