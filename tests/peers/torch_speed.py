"""What transformers and torch take for the same checkpoint on the processor, as JSON: tokens a second of reading and answering.

torch_speed.py FOLDER TOKENS
"""

import json
import sys
import time

import torch
from transformers import Qwen2_5_VLForConditionalGeneration
from transformers.utils import logging

# As in `engine`.
DECODED = 32


def speed(folder, tokens, kind):
    model = Qwen2_5_VLForConditionalGeneration.from_pretrained(folder, dtype=kind, attn_implementation="sdpa").eval()
    prompt = torch.tensor([[64 + n % 26 for n in range(tokens)]])
    ask = lambda ids, past: model(input_ids=ids, past_key_values=past, use_cache=True, logits_to_keep=1)
    with torch.inference_mode():
        # The first products of a process are slow.
        ask(prompt[:, :16], None)
        start = time.perf_counter()
        out = ask(prompt, None)
        prefill = tokens / (time.perf_counter() - start)
        start = time.perf_counter()
        for _ in range(DECODED):
            out = ask(out.logits[:, -1].argmax(-1, keepdim=True), out.past_key_values)
        return {"prefill": prefill, "decode": DECODED / (time.perf_counter() - start)}


logging.disable_progress_bar()
folder, tokens = sys.argv[1], int(sys.argv[2])
print(json.dumps({name: speed(folder, tokens, getattr(torch, name)) for name in ("bfloat16", "float32")}))
