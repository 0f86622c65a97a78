"""A rollout of PPO in PyTorch: actions and values step by step, then 4 passes of 4 minibatches: ppo_rollout.py THREADS.

Losses and network are those of the tool's own PPO: shared encoder, Gaussian policy with a log std of its own, clipped
value loss, entropy bonus, gradients held to a norm of 0.5. Observations are noise; no environment is stepped.
"""
import torch
from torch import nn
from torch.distributions import Normal

from serving import ACTIONS, CHANNELS, FEATURES, FILTERS, SIZES, serve

ENVS, STEPS, EPOCHS, MINIBATCHES = 8, 64, 4, 4
DISCOUNT, LAMBDA, CLIP, ENTROPY, VALUE, NORM = 0.99, 0.95, 0.2, 0.01, 0.5, 0.5


class Network(nn.Module):
    def __init__(self, side, strides):
        super().__init__()
        layers, channels = [], CHANNELS
        for stride in strides:
            layers += [nn.Conv2d(channels, FILTERS, 3, stride), nn.ReLU()]
            side, channels = (side - 3) // stride + 1, FILTERS
        flat = side * side * FILTERS
        self.encoder = nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, FEATURES), nn.LayerNorm(FEATURES))
        self.policy, self.value = nn.Linear(FEATURES, ACTIONS), nn.Linear(FEATURES, 1)
        self.log_std = nn.Parameter(torch.zeros(ACTIONS))

    def forward(self, images):
        embedding = self.encoder(images.float() / 255)
        return Normal(self.policy(embedding), self.log_std.exp()), self.value(embedding).squeeze(1)


def make(size):
    side, strides = SIZES[size]
    network = Network(side, strides)
    adam = torch.optim.Adam(network.parameters(), lr=3e-4, eps=1e-5)
    frames = torch.randint(0, 256, (ENVS, CHANNELS, side, side), dtype=torch.uint8)
    observations = torch.zeros((STEPS, ENVS, CHANNELS, side, side), dtype=torch.uint8)
    actions, rewards = torch.zeros(STEPS, ENVS, ACTIONS), torch.randn(STEPS, ENVS)
    log_probs, values = torch.zeros(STEPS, ENVS), torch.zeros(STEPS, ENVS)

    def collect():
        with torch.no_grad():
            for step in range(STEPS):
                policy, value = network(frames)
                action = policy.sample()
                observations[step], actions[step], values[step] = frames, action, value
                log_probs[step] = policy.log_prob(action).sum(1)
            following = network(frames)[1]
            advantages, running = torch.zeros(STEPS, ENVS), torch.zeros(ENVS)
            for step in reversed(range(STEPS)):
                delta = rewards[step] + DISCOUNT * following - values[step]
                running = delta + DISCOUNT * LAMBDA * running
                advantages[step], following = running, values[step]
        return advantages

    def rollout():
        advantages = collect().flatten()
        returns, old_values, old = advantages + values.flatten(), values.flatten(), log_probs.flatten()
        images, taken = observations.flatten(0, 1), actions.flatten(0, 1)
        for _ in range(EPOCHS):
            for entries in torch.randperm(ENVS * STEPS).chunk(MINIBATCHES):
                policy, value = network(images[entries])
                ratio = (policy.log_prob(taken[entries]).sum(1) - old[entries]).exp()
                advantage = advantages[entries]
                advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
                surrogate = -torch.min(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage).mean()
                held = old_values[entries] + (value - old_values[entries]).clamp(-CLIP, CLIP)
                errors = torch.max((value - returns[entries]) ** 2, (held - returns[entries]) ** 2)
                loss = surrogate - ENTROPY * policy.entropy().sum(1).mean() + VALUE * 0.5 * errors.mean()
                adam.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_(network.parameters(), NORM)
                adam.step()

    return rollout


serve(make)
