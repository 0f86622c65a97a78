"""An update of SAC with CURL in PyTorch, in the order of CURL's code: curl_update.py THREADS.

Critic at every update, actor, temperature and targets at every second, then the contrastive step. As there, actor and
critic run the shared convolutions each for itself, the actor's loss also fills the critic's gradients, and the
contrastive loss moves the encoder by two optimisers. Batches lie in memory as bytes.
"""
import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from serving import ACTIONS, BATCH, CHANNELS, FEATURES, FILTERS, HIDDEN, SIZES, serve

DISCOUNT, CRITIC_TAU, ENCODER_TAU, LOG_STD = 0.99, 0.01, 0.05, (-10, 2)


class Encoder(nn.Module):
    def __init__(self, side, strides, convolutions=None):
        super().__init__()
        channels, layers = CHANNELS, []
        for stride in strides:
            layers += [nn.Conv2d(channels, FILTERS, 3, stride), nn.ReLU()]
            side, channels = (side - 3) // stride + 1, FILTERS
        self.convolutions = convolutions or nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Linear(side * side * FILTERS, FEATURES), nn.LayerNorm(FEATURES))

    def forward(self, images, detach=False):
        maps = self.convolutions(images / 255).flatten(1)
        return self.head(maps.detach() if detach else maps)


def perceptron(inputs, outputs):
    return nn.Sequential(
        nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs)
    )


class Actor(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder, self.policy = encoder, perceptron(FEATURES, 2 * ACTIONS)

    def forward(self, images, detach=False):
        mean, log_std = self.policy(self.encoder(images, detach)).chunk(2, dim=1)
        low, high = LOG_STD
        log_std = low + (high - low) / 2 * (torch.tanh(log_std) + 1)
        noise = torch.randn_like(mean)
        action = torch.tanh(mean + noise * log_std.exp())
        log_prob = (-0.5 * noise**2 - log_std).sum(1, keepdim=True) - 0.5 * math.log(2 * math.pi) * ACTIONS
        return action, log_prob - torch.log(F.relu(1 - action**2) + 1e-6).sum(1, keepdim=True)


class Critic(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.q1, self.q2 = perceptron(FEATURES + ACTIONS, 1), perceptron(FEATURES + ACTIONS, 1)

    def forward(self, images, actions, detach=False):
        inputs = torch.cat([self.encoder(images, detach), actions], dim=1)
        return self.q1(inputs), self.q2(inputs)


def average(source, target, tau):
    with torch.no_grad():
        for s, t in zip(source.parameters(), target.parameters()):
            t.lerp_(s, tau)


class Learner:
    def __init__(self, side, strides):
        self.critic = Critic(Encoder(side, strides))
        self.target = copy.deepcopy(self.critic)
        self.actor = Actor(Encoder(side, strides, self.critic.encoder.convolutions))
        self.log_alpha = torch.tensor(math.log(0.1), requires_grad=True)
        self.bilinear = nn.Parameter(torch.rand(FEATURES, FEATURES))
        encoder = list(self.critic.encoder.parameters())
        self.actor_adam = torch.optim.Adam(
            [*self.actor.encoder.head.parameters(), *self.actor.policy.parameters()], lr=1e-3
        )
        self.critic_adam = torch.optim.Adam(self.critic.parameters(), lr=1e-3)
        self.alpha_adam = torch.optim.Adam([self.log_alpha], lr=1e-4, betas=(0.5, 0.999))
        self.encoder_adam = torch.optim.Adam(encoder, lr=1e-3)
        self.contrastive_adam = torch.optim.Adam([*encoder, self.bilinear], lr=1e-3)
        self.updates = 0

    def update(self, observations, actions, rewards, next_observations, not_done, positives):
        self.update_critic(observations, actions, rewards, next_observations, not_done)
        if self.updates % 2 == 0:
            self.update_actor(observations)
            average(self.critic.q1, self.target.q1, CRITIC_TAU)
            average(self.critic.q2, self.target.q2, CRITIC_TAU)
            average(self.critic.encoder, self.target.encoder, ENCODER_TAU)
        self.update_contrastive(observations, positives)
        self.updates += 1

    def update_critic(self, observations, actions, rewards, next_observations, not_done):
        with torch.no_grad():
            next_actions, log_prob = self.actor(next_observations)
            q1, q2 = self.target(next_observations, next_actions)
            value = torch.min(q1, q2) - self.log_alpha.exp() * log_prob
            target = rewards + not_done * DISCOUNT * value
        q1, q2 = self.critic(observations, actions)
        self.critic_adam.zero_grad()
        (F.mse_loss(q1, target) + F.mse_loss(q2, target)).backward()
        self.critic_adam.step()

    def update_actor(self, observations):
        actions, log_prob = self.actor(observations, detach=True)
        q1, q2 = self.critic(observations, actions, detach=True)
        self.actor_adam.zero_grad()
        (self.log_alpha.exp().detach() * log_prob - torch.min(q1, q2)).mean().backward()
        self.actor_adam.step()
        self.alpha_adam.zero_grad()
        (self.log_alpha.exp() * (-log_prob + ACTIONS).detach()).mean().backward()
        self.alpha_adam.step()

    def update_contrastive(self, observations, positives):
        queries = self.critic.encoder(observations)
        with torch.no_grad():
            keys = self.target.encoder(positives)
        logits = queries @ (self.bilinear @ keys.T)
        logits = logits - logits.max(1, keepdim=True).values
        self.encoder_adam.zero_grad()
        self.contrastive_adam.zero_grad()
        F.cross_entropy(logits, torch.arange(BATCH)).backward()
        self.encoder_adam.step()
        self.contrastive_adam.step()


def make(size):
    side, strides = SIZES[size]
    learner = Learner(side, strides)
    images = [torch.randint(0, 256, (BATCH, CHANNELS, side, side), dtype=torch.uint8) for _ in range(3)]
    actions, rewards, not_done = torch.tanh(torch.randn(BATCH, ACTIONS)), torch.randn(BATCH, 1), torch.ones(BATCH, 1)

    def update():
        observations, next_observations, positives = (bytes.float() for bytes in images)
        learner.update(observations, actions, rewards, next_observations, not_done, positives)

    return update


serve(make)
