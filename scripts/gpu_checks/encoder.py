"""The tile encoder: throughput by precision and layout, training, compilation, memory."""

from __future__ import annotations

import time

import numpy as np
import torch

from gpu_checks.check import Machine, Skip, expect, needs_cuda, wait
from workbench.imaging.encoder import Encoder, SmallCnn, encode, normalise, to_device
from workbench.imaging.encoder_training import EncoderSettings, train_encoder

TILE_PX = 224


def tiles(count: int, seed: int = 0) -> np.ndarray:
    """Random tiles, uint8 (count, 224, 224, 3)."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, TILE_PX, TILE_PX, 3), dtype=np.uint8)


def stained(count: int, seed: int = 0) -> np.ndarray:
    """Tiles that differ in colour and in the width of their stripes: two views share both."""
    rng = np.random.default_rng(seed)
    colour = rng.uniform(80, 230, (count, 1, 1, 3))
    period = rng.uniform(6, 40, (count, 1, 1, 1))
    across = np.arange(TILE_PX).reshape(1, 1, -1, 1)
    stripes = 25 * np.sin(2 * np.pi * across / period)
    noise = rng.normal(0, 4, (count, TILE_PX, TILE_PX, 1))
    return (colour + stripes + noise).clip(0, 255).astype(np.uint8)


def encoder() -> Encoder:
    """An encoder with fixed random weights."""
    torch.manual_seed(0)
    return Encoder("small-cnn", SmallCnn(64, 32).eval(), 64)


def throughput(machine: Machine) -> str:
    """Tiles a second through the network alone: float32, then mixed and channels last."""
    batch, rounds = machine.scaled(1024, 32), machine.scaled(30, 3)
    device = torch.device(machine.device)
    images = normalise(to_device(tiles(batch), device).float().div_(255), encoder()).contiguous()
    ways = [("fp32", torch.contiguous_format, False)]
    if machine.device == "cuda":
        ways.append(("bf16 channels_last", torch.channels_last, True))
    rates = {}
    for name, layout, half in ways:
        module = encoder().module.to(device, memory_format=layout)
        given = images.contiguous(memory_format=layout)
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=half):
            for warm in (True, False):
                started = time.perf_counter()
                for _ in range(3 if warm else rounds):
                    module(given)
                wait(machine.device)
        rates[name] = batch * rounds / (time.perf_counter() - started)
    return ", ".join(f"{name} {rate:,.0f} tiles/s" for name, rate in rates.items())


def end_to_end(machine: Machine) -> str:
    """Tiles a second of ``encode``: copy, normalise, network, copy back; and peak memory."""
    some = tiles(machine.scaled(8192, 64))
    encode(encoder(), some[:64], device=machine.device)
    if machine.device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    started = time.perf_counter()
    encode(encoder(), some, device=machine.device)
    rate = len(some) / (time.perf_counter() - started)
    if machine.device != "cuda":
        return f"{rate:,.0f} tiles/s"
    return f"{rate:,.0f} tiles/s, peak {torch.cuda.max_memory_allocated() / 1e9:.2f} GB"


def agreement(machine: Machine) -> str:
    """Features of the GPU in mixed precision point where those of the CPU point."""
    needs_cuda(machine)
    some = tiles(256)
    on_cpu = encode(encoder(), some, device="cpu")
    on_gpu = encode(encoder(), some, device="cuda")
    norms = np.linalg.norm(on_cpu, axis=1) * np.linalg.norm(on_gpu, axis=1)
    lowest = float(((on_cpu * on_gpu).sum(1) / norms).min())
    return expect(lowest > 0.999, f"lowest cosine {lowest:.5f} (at least 0.999)")


def training(machine: Machine) -> str:
    """Train the encoder without labels; its loss must fall well below telling nothing apart."""
    losses: list[float] = []
    settings = EncoderSettings(steps=machine.scaled(200, 20), batch=machine.scaled(256, 16))
    some = stained(machine.scaled(2048, 64))
    started = time.perf_counter()
    train_encoder(
        some, settings, device=machine.device, log=lambda v, step: losses.extend(v.values())
    )
    rate = settings.steps * settings.batch / (time.perf_counter() - started)
    chance = float(np.log(2 * settings.batch - 1))
    figure = f"loss {losses[-1]:.2f}, by chance {chance:.2f}, {rate:,.0f} tiles/s"
    return expect(losses[-1] < chance - 1, figure)


def compiled(machine: Machine) -> str:
    """``torch.compile`` gives the same features."""
    needs_cuda(machine)
    device = torch.device("cuda")
    images = normalise(to_device(tiles(64), device).float().div_(255), encoder())
    module = encoder().module.to(device)
    try:
        fast = torch.compile(module)
        with torch.inference_mode():
            apart = float((fast(images) - module(images)).abs().max())
    except RuntimeError as error:
        raise Skip(f"no compiler: {str(error).splitlines()[0][:80]}") from error
    return expect(apart < 1e-2, f"largest difference of a feature {apart:.1e} (at most 1e-2)")
