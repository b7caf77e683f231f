"""EAST on a small trunk: EfficientNet-Lite0 up to its stride of 32, U-shaped merging, a score map and a rotated box."""

import math

import timm
import torch
from timm.layers import Conv2dSame
from torch import nn
from torch.nn import functional

MEAN = (
    123.68,
    116.78,
    103.94,
)  # subtracted from the picture, as for the published graph
LAST = 2  # blocks of the trunk's stride-32 stage that are kept; all of them would make 12 MB
FARTHEST = 16.0  # scale of distances, in pixels: their unit inside the network
CHANNELS = (24, 40, 112, 192)  # of the trunk at strides 4, 8, 16, 32
MERGED = (128, 64, 32)


def _merge(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True),
        nn.Conv2d(outside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True),
    )  # fmt: skip


class East(nn.Module):
    """Zhou et al. 2017: pictures (n, 3, h, w) less `MEAN` to geometry (n, 5, h/4, w/4) and score (n, 1, h/4, w/4)."""

    def __init__(self, trunk_weights: dict[str, torch.Tensor] | None = None) -> None:
        """Build the network; `trunk_weights` are those of timm's `tf_efficientnet_lite0`."""
        super().__init__()
        trunk = timm.create_model("tf_efficientnet_lite0")
        if trunk_weights is not None:
            trunk.load_state_dict(trunk_weights)
        self.stem = nn.Sequential(trunk.conv_stem, trunk.bn1)
        stages = list(trunk.blocks)
        self.stages = nn.ModuleList(
            [nn.Sequential(*stages[:2]), stages[2], nn.Sequential(*stages[3:5]), stages[5][:LAST]]
        )
        four, eight, sixteen, thirty_two = CHANNELS
        self.merges = nn.ModuleList(
            [_merge(thirty_two + sixteen, MERGED[0]), _merge(MERGED[0] + eight, MERGED[1]),
             _merge(MERGED[1] + four, MERGED[2])]
        )  # fmt: skip
        self.last = nn.Sequential(
            nn.Conv2d(MERGED[2], MERGED[2], 3, padding=1, bias=False),
            nn.BatchNorm2d(MERGED[2]),
            nn.ReLU(inplace=True),
        )
        self.score = nn.Conv2d(MERGED[2], 1, 1)
        self.distances = nn.Conv2d(MERGED[2], 4, 1)
        self.angle = nn.Conv2d(MERGED[2], 1, 1)
        # The trunk was trained on (picture - 127.5) / 127.5.
        self.register_buffer("shift", (torch.tensor(MEAN) - 127.5).view(1, 3, 1, 1))

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return geometry (distances in pixels, angle in radians) and score (0-1)."""
        x = self.stem((pictures + self.shift) / 127.5)
        found = []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        x = found.pop()
        for merge in self.merges:
            x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = merge(torch.cat([x, found.pop()], dim=1))
        x = self.last(x)
        distances = functional.softplus(self.distances(x)) * FARTHEST
        angle = (torch.sigmoid(self.angle(x)) - 0.5) * (math.pi / 2)
        return torch.cat([distances, angle], dim=1), torch.sigmoid(self.score(x))


def unpadded(module: nn.Module) -> nn.Module:
    """Return `module` with explicit padding in its strided convolutions, for sides that are multiples of 32.

    timm computes TensorFlow's SAME padding from the size of each picture, which an export for any size cannot express.
    For even sides it is one row and column less before than after.
    """
    for name, child in module.named_children():
        if isinstance(child, Conv2dSame):
            total = child.kernel_size[0] - child.stride[0]
            before, after = total // 2, total - total // 2
            plain = nn.Conv2d(
                child.in_channels, child.out_channels, child.kernel_size, child.stride,
                groups=child.groups, bias=child.bias is not None,
            )  # fmt: skip
            plain.load_state_dict(child.state_dict())
            setattr(module, name, nn.Sequential(nn.ZeroPad2d((before, after, before, after)), plain))
        else:
            unpadded(child)
    return module


def losses(
    geometry: torch.Tensor, score: torch.Tensor, maps: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the losses of score, box and angle (section 3.4): balanced cross-entropy, -log IoU, 1 - cos."""
    truth, weight, sides, angle = maps[:, 0:1], maps[:, 1:2], maps[:, 2:6], maps[:, 6:7]
    weighed = weight.sum(dim=(1, 2, 3)).clamp(min=1)
    beta = (1 - (truth * weight).sum(dim=(1, 2, 3)) / weighed).view(-1, 1, 1, 1).clamp(0.5, 0.98)
    likely = score.clamp(1e-6, 1 - 1e-6)
    entropy = -(beta * truth * likely.log() + (1 - beta) * (1 - truth) * (1 - likely).log())
    score_loss = ((entropy * weight).sum(dim=(1, 2, 3)) / weighed).mean()
    within = truth * weight
    number = within.sum().clamp(min=1)
    top, right, bottom, left = sides.split(1, dim=1)
    top_, right_, bottom_, left_ = geometry[:, :4].split(1, dim=1)
    overlap = (torch.minimum(top, top_) + torch.minimum(bottom, bottom_)) * (
        torch.minimum(left, left_) + torch.minimum(right, right_)
    )
    union = (top + bottom) * (left + right) + (top_ + bottom_) * (left_ + right_) - overlap
    box_loss = (-((overlap + 1) / (union + 1)).log() * within).sum() / number
    angle_loss = ((1 - torch.cos(geometry[:, 4:5] - angle)) * within).sum() / number
    return score_loss, box_loss, angle_loss
