"""Makes the golden values of ChainDiagnosticsTests with numpy: autocovariances by FFT, KSD by broadcasting."""
import numpy as np


def noise(seed):
    state = seed
    while True:
        state = (1103515245 * state + 12345) % 2**31
        yield state / 2**31 - 0.5


def chains(m, n, rho, apart):
    rows = []
    for c in range(m):
        x, row, source = 0.0, [], noise(c + 1)
        for _ in range(n):
            x = rho * x + next(source)
            row.append(x + apart * c)
        rows.append(row)
    return np.array(rows)


def diagnose(draws):
    n = draws.shape[1] // 2
    halves = np.concatenate([draws[:, :n], draws[:, -n:]])
    centred = halves - halves.mean(1, keepdims=True)
    f = np.fft.fft(centred, 4 * n, axis=1)
    covariance = np.fft.ifft(f * f.conj(), axis=1).real[:, :n].mean(0) / n
    within = halves.var(1, ddof=1).mean()
    plus = within * (n - 1) / n + halves.mean(1).var(ddof=1)
    rho = 1 - (within - covariance) / plus
    rho[0] = 1
    pairs = rho[0 : n - n % 2 : 2] + rho[1::2][: n // 2]
    stop = np.argmax(pairs <= 0) if (pairs <= 0).any() else len(pairs)
    tau = 2 * np.minimum.accumulate(pairs[:stop]).sum() - 1
    count = halves.size
    return count / max(tau, 1 / np.log10(count)), np.sqrt(plus / within)


def ksd(x, s, c, beta):
    r = x[:, None] - x[None]
    q = (r**2).sum(-1)
    b = c * c + q
    k, slope = b**beta, 2 * beta * b ** (beta - 1)
    gradient = slope[..., None] * r
    trace = -(slope * x.shape[1] + 4 * beta * (beta - 1) * b ** (beta - 2) * q)
    kp = (s @ s.T) * k - (s[:, None] * gradient).sum(-1) + (s[None] * gradient).sum(-1) + trace
    return np.sqrt(kp.mean())


for case in [(1, 400, 0.9, 0), (4, 301, 0.5, 0), (3, 200, -0.6, 0), (4, 250, 0.3, 0.4), (2, 8, 0, 0)]:
    ess, rhat = diagnose(chains(*case))
    print(f"    ({case[0]}, {case[1]}, {case[2]}, {case[3]}, {float(ess)!r}, {float(rhat)!r}),")
x = chains(60, 3, 0.2, 0) * 3
print(float(ksd(x, -x, 1, -0.5)), float(ksd(x, -x / 2, 0.7, -0.3)))
