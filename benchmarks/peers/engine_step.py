"""Forward pass, gradients and an Adam step of a convolutional encoder in PyTorch: engine_step.py THREADS."""
import torch
from torch import nn

from serving import BATCH, CHANNELS, FEATURES, FILTERS, SIZES, serve


def make(size):
    side, strides = SIZES[size]
    layers, channels = [], CHANNELS
    for stride in strides:
        layers += [nn.Conv2d(channels, FILTERS, 3, stride), nn.ReLU()]
        side, channels = (side - 3) // stride + 1, FILTERS
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(side * side * FILTERS, FEATURES))
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    images = torch.randn(BATCH, CHANNELS, SIZES[size][0], SIZES[size][0])
    targets = torch.randn(BATCH, FEATURES)

    def step():
        adam.zero_grad(set_to_none=True)
        ((net(images) - targets) ** 2).mean().backward()
        adam.step()

    return step


serve(make)
