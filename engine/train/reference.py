"""An exported checkpoint in transformers, which knows nothing of how it was trained."""

from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForImageTextToText

from data import places
from export import FRAMES
from model import CELL, MEAN, MERGE, PATCH, STD
from tokenizer import build, prompt

# Longer than any answer.
MOST_TOKENS = 120


def patches(picture: np.ndarray) -> torch.Tensor:
    """A picture [height, width, 3] as the reference's processor gives it."""
    height, width, _ = picture.shape
    x = ((torch.from_numpy(np.ascontiguousarray(picture)).float() / 255 - MEAN) / STD).permute(2, 0, 1)
    x = x.view(3, height // CELL, MERGE, PATCH, width // CELL, MERGE, PATCH).permute(1, 4, 2, 5, 0, 3, 6)
    return x.unsqueeze(5).expand(-1, -1, -1, -1, -1, FRAMES, -1, -1).reshape(-1, 3 * FRAMES * PATCH**2)


class Reference:
    """Answers of a checkpoint."""

    def __init__(self, folder: Path):
        load = AutoModelForImageTextToText.from_pretrained
        self.model, info = load(folder, dtype=torch.float32, output_loading_info=True)
        assert not any(info.values()), info
        self.tokenizer = build()
        self.image = self.model.config.image_token_id

    def inputs(self, goal: str, past: list[str], picture: np.ndarray) -> dict[str, torch.Tensor]:
        """What the model is called with."""
        height, width, _ = picture.shape
        asked = self.tokenizer.encode(prompt(goal, past)).ids
        at = asked.index(self.image)
        ids = torch.tensor([asked[:at] + [self.image] * (height * width // CELL**2) + asked[at + 1 :]])
        grid = torch.tensor([[1, height // PATCH, width // PATCH]])
        kinds = (ids == self.image).int()
        return {
            "input_ids": ids, "attention_mask": torch.ones_like(ids), "mm_token_type_ids": kinds,
            "pixel_values": patches(picture), "image_grid_thw": grid,
        }  # fmt: skip

    def places(self, ids: torch.Tensor, picture: np.ndarray) -> torch.Tensor:
        """Time, height and width of each token, as training counts them."""
        rows, columns = picture.shape[0] // CELL, picture.shape[1] // CELL
        return places(ids.shape[1], ids[0].tolist().index(self.image), rows, columns)

    @torch.no_grad()
    def answer(self, goal: str, past: list[str], picture: np.ndarray) -> str:
        inputs = self.inputs(goal, past, picture)
        ids = self.model.generate(**inputs, max_new_tokens=MOST_TOKENS, do_sample=False)[0]
        said = ids[inputs["input_ids"].shape[1] :].tolist()
        return self.tokenizer.decode(said, skip_special_tokens=True)
