"""Fits the polynomial of market::math::norm_cdf (needs mpmath). Prints the coefficients, lowest power first.

N(-x) = exp(-x^2/2) * t * Q(2t - 1) for x >= 0, with t = 1 / (1 + x / (2 sqrt 2)).
"""
from mpmath import chebyfit, erfc, exp, mp, mpf, nstr, pi, sqrt

mp.dps = 60


def q(u):
    t = (u + 1) / 2
    if t == 0:
        return 1 / (4 * sqrt(pi))  # N(-x) exp(x^2/2) ~ 1 / (x sqrt(2 pi)) and t ~ 2 sqrt(2) / x
    x = (1 / t - 1) * 2 * sqrt(mpf(2))
    return erfc(x / sqrt(mpf(2))) / 2 * exp(x * x / 2) / t


coefficients, error = chebyfit(q, [-1, 1], 25, error=True)
print("absolute error", nstr(error, 3))
for c in reversed(coefficients):
    print(nstr(c, 20))
