"""What the network is shown of a box on a screen; vision/src/icons/crop.rs computes the same."""

import numpy as np
import torch

# Sides of what the network sees, and room around the box that is looked at, in pixels.
SIDE, ROOM = 32, 2
# The least greatest difference that the last channel is scaled by.
FAINT = 0.03


def overlaps(start: torch.Tensor, step: torch.Tensor, cells: int, length: int) -> torch.Tensor:
    """For each cell the share of each pixel in it: cell n goes from start + n * step for `step` pixels."""
    begin = start[:, None, None] + step[:, None, None] * torch.arange(cells)[None, :, None]
    pixel = torch.arange(length)[None, None, :]
    shared = torch.minimum(begin + step[:, None, None], pixel + 1.0) - torch.maximum(begin, pixel.to(begin.dtype))
    return shared.clamp_(min=0) / step[:, None, None]


def background(ring: np.ndarray) -> np.ndarray:
    """The lower median of each channel."""
    return np.sort(ring, axis=0)[(len(ring) - 1) // 2]


def border(crop: np.ndarray) -> np.ndarray:
    """The outermost pixels; corners count twice, and so does all of what is one pixel wide."""
    return np.concatenate((crop[0], crop[-1], crop[:, 0], crop[:, -1]))


def features(pixels: torch.Tensor, boxes: np.ndarray) -> torch.Tensor:
    """Of screens (n, height, width, 3) in bytes and a box (x0, y0, x1, y1) in each: (n, 4, 32, 32)."""
    _, height, width, _ = pixels.shape
    crops = boxes + np.array([-ROOM, -ROOM, ROOM, ROOM])
    crops = np.clip(crops, 0, np.array([width, height, width, height]))
    values = pixels.numpy()
    behind = np.stack([background(border(one[y0:y1, x0:x1])) for one, (x0, y0, x1, y1) in zip(values, crops)])
    x0, y0, x1, y1 = torch.from_numpy(crops).unbind(1)
    side = torch.maximum(x1 - x0, y1 - y0)
    step = side.float() / SIDE
    across = overlaps((x0 - (side - (x1 - x0)) // 2).float(), step, SIDE, width)
    down = overlaps((y0 - (side - (y1 - y0)) // 2).float(), step, SIDE, height)
    # Beside the crop there is nothing but background.
    columns, rows = torch.arange(width)[None], torch.arange(height)[None]
    across *= ((columns >= x0[:, None]) & (columns < x1[:, None]))[:, None]
    down *= ((rows >= y0[:, None]) & (rows < y1[:, None]))[:, None]
    difference = pixels.float() - torch.from_numpy(behind).float()[:, None, None]
    averages = down[:, None] @ difference.permute(0, 3, 1, 2) @ across[:, None].transpose(2, 3) / 255
    most = averages.abs().amax(1, keepdim=True)
    return torch.cat((averages, most / most.amax((2, 3), keepdim=True).clamp(min=FAINT)), 1)
