"""The loss of a batch, and figures that tell how well it is read and pointed at."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from heads import MATCH_LAYER, PointingHeads, ReadingHeads
from model import Seer, Sizes
from targets import IGNORED

WEIGHTS = {
    "patch": 1.0, "cell": 1.0, "kind": 0.2, "edges": 0.2, "reach": 0.3,
    "place": 2.0, "target": 0.5, "spots": 0.2, "spot": 0.1, "looking": 0.3, "match": 0.3, "aim": 1.0,
}  # fmt: skip
# The digits of a point count more than the tokens of a thought; the last ones less, as they are half chance.
POINT, LAST = 4.0, 1.0


class Learner(nn.Module):
    """The model and the heads that only training has."""

    def __init__(self, sizes: Sizes, digits: Tensor):
        super().__init__()
        self.seer = Seer(sizes)
        self.reading = ReadingHeads(sizes)
        self.pointing = PointingHeads(sizes)
        # Token ids of the digits 0 to 9.
        self.register_buffer("digits", digits, persistent=False)

    def forward(self, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        patches, cells = self.seer.visual(batch["pictures"])
        parts = {}
        if cells.requires_grad or not torch.is_grad_enabled():
            parts = self.reading(patches, cells, batch)
        if "ids" in batch:
            answers = bool((batch["wanted"] != IGNORED).any())
            # Gradients from answers would make the tower forget how to read.
            seen = cells.detach()[batch["owners"]]
            depth = None if answers else MATCH_LAYER + 1
            read = self.seer.read(batch["ids"], batch["positions"], seen, depth)
            parts |= self.pointing.names(read, batch)
            if answers:
                parts |= self.pointing.points(read, batch) | self._said(read.states[-1], batch)
        loss = sum(weight * parts[name] for name, weight in WEIGHTS.items() if name in parts)
        return loss + parts.get("said", 0.0), {name: part.detach() for name, part in parts.items()}

    def _said(self, states: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        asked = batch["wanted"] != IGNORED
        wanted = batch["wanted"][asked]
        logits = self.seer.lm_head(self.seer.model.norm(states[asked]))
        row, at = batch["looks"].unbind(-1)
        points = torch.zeros_like(asked)
        points[row, at] = True
        digits = torch.isin(batch["wanted"], self.digits) & points
        last = digits & ~digits.roll(-1, 1)
        weights = torch.where(last[asked], LAST, torch.where(points[asked], POINT, 1.0))
        said = (F.cross_entropy(logits, wanted, reduction="none") * weights).sum() / weights.sum()
        right = (logits.argmax(-1) == wanted).float()
        words = right[~points[asked]].mean()
        return {"said": said, "words": words, "hit": self._hits(logits.detach(), points, asked, batch)}

    def _hits(self, logits: Tensor, points: Tensor, asked: Tensor, batch: dict[str, Tensor]) -> Tensor:
        """How often the likeliest digits, each behind the right ones before it, are a point of the target's box."""
        of_token = torch.full((logits.shape[-1],), -1, device=logits.device)
        of_token[self.digits] = torch.arange(10, device=logits.device)
        numbers = torch.full(asked.shape, -1, device=logits.device)
        numbers[asked] = of_token[logits.argmax(-1)]
        hits = []
        for row in points.any(-1).nonzero().flatten().tolist():
            point = _point(numbers[row], batch["wanted"][row], points[row], of_token)
            left, top, right, bottom = batch["boxes"][row].tolist()
            hits.append(point is not None and left <= point[0] <= right and top <= point[1] <= bottom)
        return torch.tensor(hits).float().mean().to(logits.device)


def _point(found: Tensor, wanted: Tensor, points: Tensor, of_token: Tensor) -> list[int] | None:
    """The two numbers, read at the places where digits are wanted."""
    numbers, digits = [], ""
    for at in points.nonzero().flatten().tolist():
        if of_token[wanted[at]] >= 0:
            if found[at] < 0:
                return None
            digits += str(found[at].item())
        elif digits:
            numbers, digits = [*numbers, int(digits)], ""
    return [*numbers, int(digits)][:2] if digits else numbers
