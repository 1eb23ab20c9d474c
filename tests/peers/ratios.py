"""Prints the engine's figures beside its peers'.

ratios.py ENGINE.json LLAMA.json TORCH.json MANY.json
"""

import json
import sys

engine, llama, torch, many = (json.load(open(path)) for path in sys.argv[1:])


def row(what, ours, theirs, ratio, unit):
    print(f"{what:44} {ours:9.2f} {theirs:9.2f} {unit:9} {ratio:6.2f}x")


def speed(what, ours, theirs):
    row(what, ours, theirs, ours / theirs, "tokens/s")


def seconds(what, ours, theirs):
    row(what, ours, theirs, theirs / ours, "s")


print(f"{'llama.cpp, Q8_0, pictures in f16':44} {'engine':>9} {'peer':>9}")
speed("answering", engine["decode"], llama["decode"])
speed("reading text", engine["prefill"], llama["prefill"])
seconds("encoding a picture", engine["encode"], llama["encode"])
seconds("reading the picture's tokens", engine["picture_prompt"], llama["picture_prompt"])
seconds("fifth step; the peer reads all anew", engine["steps"][-1], llama["step_anew"])
seconds("fifth step; the peer too keeps what it read", engine["steps"][-1], llama["step_kept"])
seconds("fifth step; the engine too reads all anew", engine["last_step_anew"], llama["step_anew"])
best = lambda what: max(torch, key=lambda kind: torch[kind][what])
print("transformers and torch, the faster of " + " and ".join(torch))
for what, name in ("prefill", "reading text"), ("decode", "answering"):
    speed(f"{name} ({best(what)})", engine[what], torch[best(what)][what])
bound = 1.15 * engine["declared_weights"] + engine["declared_kv"]
print(f"memory of its own: at most {engine['peak_memory']:.2f} GiB; declared weights x 1.15 + keys and values {bound:.2f}")
print(f"memory after {many['steps'] // 10} steps {many['early']:.3f} GiB, after {many['steps']} {many['late']:.3f}")
