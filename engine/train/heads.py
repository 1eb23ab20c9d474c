"""Heads that only training has: what the tower and the text model are taught directly."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model import CELL, MERGE, Norm, Read, Sizes
from targets import IGNORED, KINDS, LETTERS, SLOTS

# Most cells in a row or column of a picture.
MOST = 32
# Behind which layers the text model is asked where a cell is, and whether it is the target.
PLACE_LAYER, TARGET_LAYER = 0, 2
# The layer whose first head is taught to look from the target's cells at the letters of the goal that they show.
MATCH_LAYER = 1
# The layer before the last, whose first head is taught to look at the target before a point is written.
LOOKING_LAYER = -2
# Behind it a point is asked for in steps of ten pixels: all its digits but the last.
TENS, TEN = 64, 10


class ReadingHeads(nn.Module):
    """What each patch and each cell shows."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.letters = len(LETTERS) + 1
        self.norm = Norm(sizes.tower)
        self.patch = nn.Linear(sizes.tower, SLOTS * self.letters)
        self.cell = nn.Linear(sizes.text, MERGE**2 * SLOTS * self.letters)
        self.kind = nn.Linear(sizes.text, len(KINDS))
        self.edges = nn.Linear(sizes.text, 4)
        self.spot = nn.Linear(sizes.text, 2)
        # Most slots are empty: a letter counts four times as much.
        self.register_buffer("weights", torch.tensor([0.25] + [1.0] * len(LETTERS)), persistent=False)

    def forward(self, patches: Tensor, cells: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Losses and figures; letters are [batch, cells, patches of a cell, slots]."""
        wanted, kinds, edges = batch["letters"].flatten(), batch["kinds"], batch["edges"]
        patch = self.patch(self.norm(patches)).view(-1, self.letters)
        cell = self.cell(cells).view(-1, self.letters)
        known = kinds.flatten() != IGNORED
        kind = self.kind(cells).flatten(0, 1)[known]
        some = known & (kinds.flatten() > 0)
        far = self.edges(cells).flatten(0, 1)[some] - edges.flatten(0, 1)[some]
        return {
            "patch": F.cross_entropy(patch, wanted, self.weights, ignore_index=IGNORED),
            "cell": F.cross_entropy(cell, wanted, self.weights, ignore_index=IGNORED),
            "kind": F.cross_entropy(kind, kinds.flatten()[known]) if len(kind) else patch.sum() * 0,
            "edges": F.smooth_l1_loss(far, torch.zeros_like(far)) if len(far) else patch.sum() * 0,
            "reach": self._reach(cells, batch["spots"], batch["pictures"].shape[2] // CELL),
            "f1": f1(cell.detach().argmax(-1), wanted),
        }

    def _reach(self, cells: Tensor, spots: Tensor, columns: int) -> Tensor:
        """How far cells are from knowing, from their own middle, where the element whose text they show is clicked."""
        known = spots[..., 0] != IGNORED
        at = torch.arange(cells.shape[1], device=cells.device)
        middles = (torch.stack((at % columns, at // columns), -1) + 0.5) * CELL
        far = ((spots - middles) / CELL).clamp(-4, 4)[known]
        return F.smooth_l1_loss(self.spot(cells[known]), far) if len(far) else cells.sum() * 0


def f1(found: Tensor, wanted: Tensor) -> Tensor:
    """F1 of letters over slots."""
    known = wanted != IGNORED
    right = ((found == wanted) & known & (wanted > 0)).sum()
    return 2 * right / ((found > 0) & known).sum().add((wanted > 0).sum()).clamp(min=1)


class PointingHeads(nn.Module):
    """Where the text model's image tokens are, and which of them are what the goal names."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.scale = (sizes.text // sizes.text_heads) ** -0.5
        self.place = nn.Linear(sizes.text, 2 * MOST)
        self.norm = Norm(sizes.text)
        self.target = nn.Linear(sizes.text, 1)
        self.spot = nn.Linear(sizes.text, 2 * (TENS + TEN))
        self.aim = nn.Linear(sizes.text, 2 * TENS)

    def names(self, read: Read, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """What image tokens are taught of the goal's letters and of their own places."""
        place = self.place(read.states[PLACE_LAYER][batch["images"]]).view(-1, MOST)
        return {"place": F.cross_entropy(place, batch["places"].flatten()), "match": self._matching(read, batch)}

    def points(self, read: Read, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """What is taught of the target."""
        images, share = batch["images"], batch["share"]
        sequences, cells = share.shape
        named = share.sum(-1) > 0.5
        states = self.norm(read.states[TARGET_LAYER][images].view(sequences, cells, -1))
        found = self.target(states[named])[..., 0]
        return {
            "target": -(share[named] * found.log_softmax(-1)).sum(-1).mean(),
            "looking": self._looking(read, batch, images),
            "aim": self._aiming(read, batch),
        } | self._spots(states, share, batch)

    def _spots(self, states: Tensor, share: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """How far cells are from knowing the digits of where the element is clicked whose text they show.

        Of every element's cells, and of the target's.
        """
        on = share > 0.05
        spots = torch.where(on.unsqueeze(-1), batch["points"].unsqueeze(1), batch["spots"][batch["owners"]])
        known = spots[..., 0] != IGNORED
        wanted, found = spots[known], self.spot(states[known])
        tens, ones = found.split((2 * TENS, 2 * TEN), -1)
        off = F.cross_entropy(tens.reshape(-1, TENS), (wanted // TEN).clamp(0, TENS - 1).flatten(), reduction="none")
        off = off + F.cross_entropy(ones.reshape(-1, TEN), (wanted % TEN).flatten(), reduction="none")
        off = off.view(-1, 2).sum(-1)
        parts = {"spots": off, "spot": off[on[known]]}
        return {name: part.mean() if len(part) else states.sum() * 0 for name, part in parts.items()}

    def _aiming(self, read: Read, batch: dict[str, Tensor]) -> Tensor:
        """How far the tokens of a point are from knowing it."""
        row, at = batch["looks"].unbind(-1)
        found = self.aim(self.norm(read.states[LOOKING_LAYER][row, at])).view(-1, TENS)
        tens = (batch["points"][row] // TEN).clamp(0, TENS - 1)
        return F.cross_entropy(found, tens.flatten())

    def _matching(self, read: Read, batch: dict[str, Tensor]) -> Tensor:
        """How far the first head of image tokens is from looking at the letters that they show, or at none."""
        wanted, images = batch["matches"], batch["images"]
        sequences, cells, _ = wanted.shape
        q = read.queries[MATCH_LAYER][images].view(sequences, cells, -1)
        scores = q @ read.keys[MATCH_LAYER].transpose(1, 2) * self.scale
        at = images.nonzero()[:, 1].view(sequences, cells, 1)
        scores = scores.float().masked_fill(torch.arange(scores.shape[-1], device=at.device) > at, -1e9)
        off = -(wanted * scores.log_softmax(-1)).sum(-1)
        # Cells that show none of the letters are many: both kinds count alike.
        none = (wanted.max(-1).indices == at[:, :1, 0] - 1).float()
        return sum((off * kind).sum() / kind.sum().clamp(min=1) for kind in (none, 1 - none))

    def _looking(self, read: Read, batch: dict[str, Tensor], images: Tensor) -> Tensor:
        """How little of the first head's attention is on the target while a point is written."""
        row, at = batch["looks"].unbind(-1)
        q, k = read.queries[LOOKING_LAYER][row, at], read.keys[LOOKING_LAYER][row]
        scores = torch.einsum("ns,nls->nl", q, k) * self.scale
        later = torch.arange(k.shape[1], device=k.device) > at.unsqueeze(-1)
        weights = scores.masked_fill(later, -torch.inf).softmax(-1)
        on = weights[images[row]].view(len(row), -1)
        wanted = batch["share"][row] > 0.05
        return -((on * wanted).sum(-1) + 1e-6).log().mean()
