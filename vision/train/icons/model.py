"""The network: a convolution, seven separable ones and three layers; vision/src/icons/network.rs computes the same."""

import torch
from torch import nn

CHANNELS = 4
STEM = 32
# Of each block: side of the window, stride, channels that come out. One that keeps size and channels adds its input.
BLOCKS = ((3, 1, 64), (3, 2, 96), (5, 1, 96), (5, 1, 96), (3, 2, 192), (3, 1, 192), (3, 1, 192))
# Cells of a side after the blocks; channels of each that the last layers see, which know where in the box each cell is.
CELLS, KEPT, HIDDEN = 4, 64, 320


class Block(nn.Module):
    """A convolution of each channel alone, then one that mixes them."""

    def __init__(self, inputs: int, window: int, stride: int, outputs: int) -> None:
        super().__init__()
        self.alone = nn.Conv2d(inputs, inputs, window, stride, window // 2, groups=inputs, bias=False)
        self.alone_norm = nn.BatchNorm2d(inputs)
        self.mixed = nn.Linear(inputs, outputs, bias=False)
        self.mixed_norm = nn.BatchNorm2d(outputs)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.alone_norm(self.alone(x)))
        y = torch.relu(self.mixed_norm(self.mixed(y.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)))
        return x + y if self.adds else y


class Network(nn.Module):
    """Four channels of 32 x 32 in, the logits of all meanings out."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(CHANNELS, STEM, 3, 2, 1, bias=False)
        self.stem_norm = nn.BatchNorm2d(STEM)
        sizes = [STEM, *(outputs for _, _, outputs in BLOCKS)]
        self.blocks = nn.ModuleList(Block(inputs, *block) for inputs, block in zip(sizes, BLOCKS))
        self.kept = nn.Linear(sizes[-1], KEPT)
        self.hidden = nn.Linear(CELLS * CELLS * KEPT, HIDDEN)
        self.dropped = nn.Dropout(0.15)
        self.last = nn.Linear(HIDDEN, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.stem_norm(self.stem(x)))
        for block in self.blocks:
            x = block(x)
        x = torch.relu(self.kept(x.permute(0, 2, 3, 1))).flatten(1)
        return self.last(self.dropped(torch.relu(self.hidden(x))))
