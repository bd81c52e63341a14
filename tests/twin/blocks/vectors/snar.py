"""An independent integration of the SNAR kinetics, for tests/twin/blocks: python3 snar.py > snar.json

2,4-difluoronitrobenzene + pyrrolidine -> ortho, para -> bis (Hone, Holmes, Akien, Bourne, Muller, React. Chem. Eng. 2017, 2, 103).
k_ref in 1e-2 L/(mol s) at 90 C, Ea in kJ/mol. Two methods of scipy (8th order explicit, implicit) at tight tolerances must agree.
"""
import json
import sys

import numpy as np
import scipy
from scipy.integrate import solve_ivp

R = 8.314462618e-3
KINETICS = [(57.9, 33.3), (2.70, 35.3), (0.865, 38.9), (1.63, 44.8)]


def rates(celsius):
    kelvin, reference = celsius + 273.15, 90 + 273.15
    # times 0.6: from 1e-2 L/(mol s) to L/(mol min)
    return [0.6 * k * np.exp(-ea / R * (1 / kelvin - 1 / reference)) for k, ea in KINETICS]


def slope(_t, c, k):
    a, b, d, e = k[0] * c[0] * c[1], k[1] * c[0] * c[1], k[2] * c[1] * c[2], k[3] * c[1] * c[3]
    return [-a - b, -a - b - d - e, a - d, b - e, d + e]


def integrated(method, c0, minutes, k):
    done = solve_ivp(slope, [0, minutes], c0, method=method, args=(k,), rtol=1e-12, atol=1e-15)
    assert done.success
    return done.y[:, -1]


cases = []
worst = 0.0
for celsius in (30, 60, 90, 120):
    for minutes in (0.5, 1.0, 2.0):
        for equivalents in (1.0, 2.5, 5.0):
            for molar in (0.1, 0.5):
                k, c0 = rates(celsius), [molar, equivalents * molar, 0, 0, 0]
                explicit, implicit = integrated("DOP853", c0, minutes, k), integrated("Radau", c0, minutes, k)
                worst = max(worst, float(np.max(np.abs(explicit - implicit)) / molar))
                cases.append({"celsius": celsius, "minutes": minutes, "start": c0, "end": [float(x) for x in explicit]})
assert worst < 1e-9, worst
json.dump({"made": f"scipy {scipy.__version__}, DOP853 against Radau within {worst:.1e}", "cases": cases}, sys.stdout, indent=1)
sys.stdout.write("\n")
