#!/usr/bin/env python3
"""Times forward Gaussian blur of SciPy and OpenCV on the images of W6 and W6b.

usage: blur_peers.py [--workload W6|W6b] [--sigma S] [--threads N] [--seconds S]

Prints one line of JSON: microseconds for all images by each peer that is installed (packages scipy and
opencv-python-headless). The border reflects and weights end at 3 sigma, as in the other programs.
"""
import argparse, json, os, time

ap = argparse.ArgumentParser()
ap.add_argument("--workload", default="W6", choices=["W6", "W6b"])
ap.add_argument("--sigma", type=float, default=0, help="0: the workload's")
ap.add_argument("--threads", type=int, default=1)
ap.add_argument("--seconds", type=float, default=0.2, help="time of one of the five batches")
args = ap.parse_args()
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:args.threads])

import numpy as np

is_large = args.workload == "W6b"
shape = (16, 3, 256, 256) if is_large else (512, 1, 28, 28)
sigma = args.sigma or (4.0 if is_large else 2.0)
radius = int(3 * sigma + 0.5)
x = np.random.default_rng(1).random(shape, dtype=np.float32)


def time_us(f):
    f()
    t = time.perf_counter(); f(); one = time.perf_counter() - t
    n = max(1, int(args.seconds / max(one, 1e-7)))
    best = 1e99
    for _ in range(5):
        t = time.perf_counter()
        for _ in range(n):
            f()
        best = min(best, (time.perf_counter() - t) / n)
    return round(best * 1e6, 1)


def scipy_blur():
    from scipy.ndimage import gaussian_filter
    return lambda: gaussian_filter(x, (0, 0, sigma, sigma), mode="mirror", truncate=3.0)


def opencv_blur():
    import cv2
    cv2.setNumThreads(args.threads)
    images = list(x.reshape(-1, *shape[2:]))
    window = (2 * radius + 1, 2 * radius + 1)
    if radius >= shape[2]:
        raise ValueError("OpenCV's border is shorter than the image")

    def step():
        for image in images:
            cv2.GaussianBlur(image, window, sigma, sigmaY=sigma, borderType=cv2.BORDER_REFLECT_101)
    return step


times = {}
for name, make in {"scipy": scipy_blur, "opencv": opencv_blur}.items():
    try:
        times[name] = time_us(make())
    except (ImportError, ValueError):
        pass
print(json.dumps(times))
