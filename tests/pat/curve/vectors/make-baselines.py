"""
Reference vectors for the baselines: arPLS and airPLS afresh from the papers with scipy.sparse, dense in nothing, sharing no line with
the product. Usage: python3 make-baselines.py > baselines.json
  arPLS   Baek, Park, Ahn, Choo, Analyst 140 (2015) 250, table 1 and equations 6-7.
  airPLS  Zhang, Chen, Liang, Analyst 135 (2010) 1138, equations 6-10; |x - z| in equation 9 as the author corrects it
          (github.com/zmzhang/airPLS, issue 8).
"""
import json
import sys

import numpy as np
import scipy
from scipy import sparse
from scipy.sparse.linalg import spsolve


def penalty(n, order, lam):
    d = sparse.csc_matrix(np.diff(np.eye(n), n=order, axis=0))
    return lam * (d.T @ d)


def smooth(y, w, h):
    return spsolve(sparse.csc_matrix(sparse.diags(w) + h), w * y)


def arpls(y, lam, ratio, most):
    h, w = penalty(len(y), 2, lam), np.ones(len(y))
    for rounds in range(1, most + 1):
        z = smooth(y, w, h)
        if rounds == most:
            return z, rounds
        d = y - z
        negative = d[d < 0]
        m, s = negative.mean(), negative.std(ddof=1)
        with np.errstate(over='ignore'):
            wt = 1 / (1 + np.exp(2 * (d - (2 * s - m)) / s))
        if np.linalg.norm(w - wt) / np.linalg.norm(w) < ratio:
            return z, rounds
        w = wt


def airpls(y, lam, order, ratio, most):
    h, w = penalty(len(y), order, lam), np.ones(len(y))
    for t in range(1, most + 1):
        z = smooth(y, w, h)
        d = y - z
        total = np.abs(d[d < 0].sum())
        if total < ratio * np.abs(y).sum() or t == most:
            return z, t
        w = np.where(d >= 0, 0, np.exp(t * np.abs(d) / total))


def curves():
    rng = np.random.default_rng(20151)
    for name, n, noise in (('lines on a slope', 300, 2.0), ('lines on luminescence', 400, 5.0)):
        x = np.arange(n)
        lines = sum(a / (1 + ((x - c) / w) ** 2) for a, c, w in ((120, 60, 4), (300, 140, 6), (80, 155, 5), (200, 240, 9)))
        if name.endswith('slope'):
            below = 50 + 0.3 * x
        else:
            below = 400 * np.exp(-(((x - 150) / 160) ** 2)) + 100 * np.sin(x / 90)
        yield name, np.round(lines + below + noise * rng.standard_normal(n), 3)


cases = []
for name, y in curves():
    for lam, ratio, most in ((1e4, 1e-6, 50), (1e6, 1e-3, 50)):
        z, rounds = arpls(y, lam, ratio, most)
        cases.append(dict(curve=name, method='arpls', smoothness=lam, ratio=ratio, mostRounds=most, rounds=rounds, baseline=z))
    for lam, order in ((1e2, 1), (1e5, 2), (1e6, 2)):
        z, rounds = airpls(y, lam, order, 1e-3, 50)
        cases.append(dict(curve=name, method='airpls', smoothness=lam, order=order, ratio=1e-3, mostRounds=50, rounds=rounds, baseline=z))
for case in cases:
    case['baseline'] = [float('%.9g' % v) for v in case['baseline']]
made = dict(numpy=np.__version__, scipy=scipy.__version__)
json.dump(dict(made=made, curves={n: list(y) for n, y in curves()}, cases=cases), sys.stdout, separators=(',', ':'))
