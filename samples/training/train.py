"""A small training that saves its state and goes on from it, for `fanout agent exec`.

It fits a line to noisy points by stochastic gradient descent. Each step's point is drawn from a generator that the step's number
seeds, so a training that was interrupted ends with the very same weights as one that was not.

    fanout agent exec --checkpoint-dir checkpoints --store /volume/line -- \\
        python3 train.py --steps 2000 --resume={checkpoint} --result result.json
"""
import argparse
import json
import os
import random
import signal
import sys
import time

LEARNING_RATE = 0.05


def parse_arguments():
    parser = argparse.ArgumentParser(description="Fits a line, with checkpoints.")
    parser.add_argument("--steps", type=int, default=2000, help="when the training is done")
    parser.add_argument("--every", type=int, default=100, help="steps between two checkpoints")
    parser.add_argument("--resume", default="", help="the checkpoint to go on from; empty: begin anew")
    parser.add_argument("--result", default="result.json", help="where the weights go in the end")
    parser.add_argument("--seconds-per-step", type=float, default=0.0, help="how long a step takes at least")
    parser.add_argument("--pause-at", type=int, default=0, help="wait at this step for a signal, to try interruptions out")
    parser.add_argument("--journal", default="", help="append each step's number to this file, to see what was done twice")
    return parser.parse_args()


def load(path):
    if not path:
        return {"step": 0, "slope": 0.0, "offset": 0.0}
    with open(path, encoding="utf-8") as file:
        state = json.load(file)
    print(f"going on from step {state['step']}", flush=True)
    return state


def save(state):
    """Writes beside and renames, so that a checkpoint has its name only when it is whole."""
    folder = os.environ.get("FANOUT_CHECKPOINT_DIR", "checkpoints")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"step-{state['step']:06d}.json")
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)


def advance(state):
    """One step: a point near the line y = 3 x + 1, and the weights a little nearer to it."""
    chance = random.Random(state["step"])
    x = chance.uniform(-1, 1)
    error = state["slope"] * x + state["offset"] - (3 * x + 1 + chance.gauss(0, 0.1))
    state["slope"] -= LEARNING_RATE * error * x
    state["offset"] -= LEARNING_RATE * error
    state["step"] += 1


def main():
    arguments = parse_arguments()
    state = load(arguments.resume)
    asked_to_end = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked_to_end.append(number))
    while state["step"] < arguments.steps:
        if arguments.pause_at and state["step"] == arguments.pause_at:
            print(f"paused at step {state['step']}", flush=True)
            while not asked_to_end:
                time.sleep(0.05)
        if asked_to_end:
            save(state)
            print(f"saved at step {state['step']}, as asked", flush=True)
            sys.exit(0 if state["step"] == arguments.steps else 75)
        advance(state)
        if arguments.journal:
            with open(arguments.journal, "a", encoding="utf-8") as journal:
                journal.write(f"{state['step']}\n")
        if arguments.seconds_per_step:
            time.sleep(arguments.seconds_per_step)
        if state["step"] % arguments.every == 0:
            save(state)
    with open(arguments.result, "w", encoding="utf-8") as file:
        json.dump(state, file)
    print(f"done: y = {state['slope']:.4f} x + {state['offset']:.4f}", flush=True)


if __name__ == "__main__":
    main()
