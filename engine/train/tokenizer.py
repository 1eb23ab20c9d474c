"""The tokenizer: bytes one by one, and whole tokens for what prompts and answers always say alike."""

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

# How Qwen's tokenizers cut text; nothing is merged behind it, so that labels are read letter by letter.
CUT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|box_start|>", "<|box_end|>",
    "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>",
]  # fmt: skip
SYSTEM = "You are a helpful assistant."
# What profile ui-tars-1.5 says before the goal.
PROMPT = """\
You are a GUI agent. You are given a task and your action history, with screenshots. You need to perform the next \
action to complete the task. \n
## Output Format
```
Thought: ...
Action: ...
```

## Action Space

click(start_box='<|box_start|>(x1,y1)<|box_end|>')
left_double(start_box='<|box_start|>(x1,y1)<|box_end|>')
right_single(start_box='<|box_start|>(x1,y1)<|box_end|>')
drag(start_box='<|box_start|>(x1,y1)<|box_end|>', end_box='<|box_start|>(x3,y3)<|box_end|>')
hotkey(key='')
type(content='') #If you want to submit your input, use "\\n" at the end of `content`.
scroll(start_box='<|box_start|>(x1,y1)<|box_end|>', direction='down or up or right or left')
wait() #Sleep for 5s and take a screenshot to check for any changes.
finished(content='xxx') # Use escape characters \\', \\", and \\n in content part to ensure we can parse the content in \
normal python string format.


## Note
- Use English in `Thought` part.
- Write a small plan and finally summarize your next action (with its target element) in one sentence in `Thought` part.

## User Instruction
"""
VERBS = ["Click", "Double-click", "Right-click"]
# The names of kinds of elements in thoughts.
NOUNS = {
    "button": "button", "link": "link", "tab": "tab", "menu": "menu", "item": "menu item", "option": "option",
    "box": "check box", "choice": "radio button", "field": "field", "list": "drop-down list",
}  # fmt: skip
PIECES = [
    *(f"{verb} the {noun} '" for verb in VERBS for noun in NOUNS.values()),
    "Type into the field '", "'. Next: done.", "'. Next: click '", "'. Next: type '", "'.", "All steps are done.",
    "Scroll ", "Press the keys ", ". Next: done.", "Thought: ", "\nAction: ", "click(start_box='",
    "left_double(start_box='", "right_single(start_box='", "scroll(start_box='", "', direction='", "type(content='",
    "hotkey(key='", "finished(content='", "')", "system\n" + SYSTEM, "user\n", "assistant\n", PROMPT,
]  # fmt: skip


def build() -> Tokenizer:
    vocab = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    cut = pre_tokenizers.Split(Regex(CUT), behavior="isolated")
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([cut, bytes_])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in SPECIAL])
    tokenizer.add_tokens([AddedToken(piece, special=False, normalized=False) for piece in PIECES])
    return tokenizer


def prompt(goal: str, past: list[str], picture_tokens: int = 1) -> str:
    """The rendered conversation up to where the answer begins; past answers stand in it as they are."""
    turns = [f"user\n{PROMPT}{goal}\n", *(f"assistant\n{answer}" for answer in past)]
    picture = "<|vision_start|>" + "<|image_pad|>" * picture_tokens + "<|vision_end|>"
    turns = [f"system\n{SYSTEM}", *turns, f"user\n{picture}"]
    return "".join(f"<|im_start|>{turn}<|im_end|>\n" for turn in turns) + "<|im_start|>assistant\n"
