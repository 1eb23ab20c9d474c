"""The model in training: Qwen2.5-VL's arithmetic for batches of pictures of one size, with its names of weights."""

from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH, MERGE, WINDOW, CHANNELS = 14, 2, 112, 3
CELL = PATCH * MERGE
MEAN, STD = 0.5, 0.25
EPS = 1e-6


@dataclass
class Sizes:
    """The architecture's sizes."""

    vocabulary: int
    image_token: int
    tower: int = 256
    tower_mlp: int = 640
    tower_depth: int = 6
    tower_heads: int = 4
    full: tuple = (3, 5)
    text: int = 256
    text_mlp: int = 640
    text_depth: int = 5
    text_heads: int = 4
    theta: float = 1000.0
    sections: tuple = (1, 4, 27)


class Norm(nn.Module):
    def __init__(self, size: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.weight.shape, self.weight, EPS)


class Gated(nn.Module):
    def __init__(self, size: int, inner: int, bias: bool):
        super().__init__()
        self.gate_proj = nn.Linear(size, inner, bias)
        self.up_proj = nn.Linear(size, inner, bias)
        self.down_proj = nn.Linear(inner, size, bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Attention in plain steps, which a CPU goes back through several times faster than through the fused one."""
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e9)
    return scores.softmax(-1).to(v.dtype) @ v


class TowerAttention(nn.Module):
    def __init__(self, size: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.proj = nn.Linear(size, size)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        groups, length, size = x.shape
        q, k, v = self.qkv(x).view(groups, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        cos, sin = cos.to(q.dtype), sin.to(q.dtype)
        mixed = attend(turned(q, cos, sin), turned(k, cos, sin), v, mask)
        return self.proj(mixed.transpose(1, 2).reshape(groups, length, size))


class TowerBlock(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.norm1 = Norm(sizes.tower)
        self.norm2 = Norm(sizes.tower)
        self.attn = TowerAttention(sizes.tower, sizes.tower_heads)
        self.mlp = Gated(sizes.tower, sizes.tower_mlp, bias=True)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        x = x + self.attn(self.norm1(x), cos, sin, mask)
        return x + self.mlp(self.norm2(x))


class Merger(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        inner = sizes.tower * MERGE**2
        self.ln_q = Norm(sizes.tower)
        self.mlp = nn.Sequential(nn.Linear(inner, inner), nn.GELU(), nn.Linear(inner, sizes.text))

    def forward(self, x: Tensor) -> Tensor:
        return self.mlp(self.ln_q(x).flatten(-2))


@dataclass
class Layout:
    """How the cells of a picture lie in windows."""

    # For each place of each window its cell; places beyond the picture's edge repeat cell 0.
    cells: Tensor
    # For each cell its place.
    places: Tensor
    # Which places are cells; none where all are.
    real: Tensor | None
    cos: Tensor
    sin: Tensor
    windows: int


@lru_cache(maxsize=None)
def layout(columns: int, rows: int, head: int, device: torch.device) -> Layout:
    side = WINDOW // CELL
    across, down = -(-columns // side), -(-rows // side)
    grid = torch.full((down * side, across * side), -1)
    grid[:rows, :columns] = torch.arange(rows * columns).view(rows, columns)
    cells = grid.view(down, side, across, side).transpose(1, 2).reshape(-1)
    real = cells >= 0
    places = torch.empty(rows * columns, dtype=torch.long)
    places[cells[real]] = torch.arange(len(cells))[real]
    cells = cells.clamp(min=0)
    inside = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    at = torch.stack((cells // columns, cells % columns), -1)[:, None] * MERGE + inside
    speeds = 10000.0 ** (-torch.arange(0, head // 2, 2).float() / (head // 2))
    angles = (at.view(-1, 2, 1).float() * speeds).flatten(1).repeat(1, 2)
    whole = bool(real.all())
    real = None if whole else real.repeat_interleave(MERGE**2).to(device)
    cells, places, angles = cells.to(device), places.to(device), angles.to(device)
    return Layout(cells, places, real, angles.cos(), angles.sin(), across * down)


class Tower(nn.Module):
    """The vision tower: pictures to patches' states, and to one vector a cell."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.sizes = sizes
        # Both frames of the checkpoint's patches are the same picture: their weights are one here.
        self.patch_embed = nn.Linear(CHANNELS * PATCH**2, sizes.tower, bias=False)
        self.blocks = nn.ModuleList(TowerBlock(sizes) for _ in range(sizes.tower_depth))
        self.merger = Merger(sizes)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Of pictures [batch, height, width, 3] in bytes: patches [batch, cells, 4, size] and cells [batch, cells, size]."""
        batch, height, width, _ = pictures.shape
        rows, columns = height // CELL, width // CELL
        plan = layout(columns, rows, self.sizes.tower // self.sizes.tower_heads, pictures.device)
        x = (pictures.float() / 255 - MEAN) / STD
        x = x.view(batch, rows, MERGE, PATCH, columns, MERGE, PATCH, CHANNELS).permute(0, 1, 4, 2, 5, 7, 3, 6)
        x = x.reshape(batch, rows * columns, MERGE**2, -1)[:, plan.cells]
        x = self.patch_embed(x).flatten(1, 2)
        length = x.shape[1]
        for number, block in enumerate(self.blocks):
            windows = 1 if number in self.sizes.full else plan.windows
            mask = self._mask(plan, batch, windows)
            x = x.reshape(batch * windows, length // windows, -1)
            cos, sin = (
                part.view(windows, 1, length // windows, -1).repeat(batch, 1, 1, 1) if windows > 1 else part
                for part in (plan.cos, plan.sin)
            )
            x = block(x, cos, sin, mask)
        x = x.view(batch, -1, MERGE**2, self.sizes.tower)[:, plan.places]
        return x, self.merger(x)

    def _mask(self, plan: Layout, batch: int, windows: int) -> Tensor | None:
        if plan.real is None:
            return None
        return plan.real.view(windows, 1, 1, -1).repeat(batch, 1, 1, 1)


class TextAttention(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.heads = sizes.text_heads
        self.q_proj = nn.Linear(sizes.text, sizes.text)
        self.k_proj = nn.Linear(sizes.text, sizes.text)
        self.v_proj = nn.Linear(sizes.text, sizes.text)
        self.o_proj = nn.Linear(sizes.text, sizes.text, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The output, and the queries and keys of the first head."""
        batch, length, size = x.shape
        q, k, v = (
            proj(x).view(batch, length, self.heads, -1).transpose(1, 2)
            for proj in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = turned(q, cos, sin), turned(k, cos, sin)
        earlier = torch.ones(length, length, dtype=torch.bool, device=x.device).tril()
        mixed = attend(q, k, v, earlier)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, size)), q[:, 0], k[:, 0]


class TextLayer(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.input_layernorm = Norm(sizes.text)
        self.post_attention_layernorm = Norm(sizes.text)
        self.self_attn = TextAttention(sizes)
        self.mlp = Gated(sizes.text, sizes.text_mlp, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mixed, q, k = self.self_attn(self.input_layernorm(x), cos, sin)
        x = x + mixed
        return x + self.mlp(self.post_attention_layernorm(x)), q, k


@dataclass
class Read:
    """What the text model made of sequences: states behind each layer, and each layer's first head."""

    states: list[Tensor]
    queries: list[Tensor]
    keys: list[Tensor]


class Text(nn.Module):
    """The text model."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.sizes = sizes
        self.embed_tokens = nn.Embedding(sizes.vocabulary, sizes.text)
        self.layers = nn.ModuleList(TextLayer(sizes) for _ in range(sizes.text_depth))
        self.norm = Norm(sizes.text)
        head = sizes.text // sizes.text_heads
        self.register_buffer("speeds", sizes.theta ** (-torch.arange(0, head, 2).float() / head), persistent=False)
        axes = torch.tensor([axis for axis, count in enumerate(sizes.sections) for _ in range(count)])
        self.register_buffer("axes", axes, persistent=False)

    def forward(self, x: Tensor, positions: Tensor, depth: int) -> Read:
        """Of embedded sequences [batch, length, size] and their places [batch, length, 3], up to a layer."""
        angles = (positions[..., self.axes].float() * self.speeds).repeat(1, 1, 2)[:, None]
        cos, sin = angles.cos(), angles.sin()
        read = Read([], [], [])
        for layer in self.layers[:depth]:
            x, q, k = layer(x, cos, sin)
            read.states.append(x)
            read.queries.append(q)
            read.keys.append(k)
        return read


class Seer(nn.Module):
    """Tower and text model."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.sizes = sizes
        self.visual = Tower(sizes)
        self.model = Text(sizes)
        self.lm_head = nn.Linear(sizes.text, sizes.vocabulary, bias=False)
        self.apply(self._start)

    def _start(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.5 * module.weight.shape[1] ** -0.5)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.5)

    def read(self, ids: Tensor, positions: Tensor, cells: Tensor, depth: int | None = None) -> Read:
        """Reads sequences whose image tokens stand for the cells [batch, cells, size], in order."""
        x = self.model.embed_tokens(ids)
        places = (ids == self.sizes.image_token).unsqueeze(-1)
        return self.model(x.masked_scatter(places, cells.to(x.dtype)), positions, depth or self.sizes.text_depth)
