//! The home of `exp`, `ln` and the normal distribution of prices and signals; `stats`, which knows no market, takes them
//! from `libm`.
//!
//! The platform's own functions differ in the last bit from system to system, so results would too. These use nothing
//! but `+ - * /`, `sqrt`, comparisons and bit patterns, which IEEE 754 defines to the last bit, and never a fused
//! multiply-add: scalar and vectorised code give the same bits on every processor. `exp`, `ln` and `norm_cdf` have no
//! branches, so a loop over a column vectorises.

const LN2_HI: f64 = 6.931_471_803_691_238e-1;
const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;
/// Adding this to a number of moderate size rounds it to an integer and leaves that integer in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// Taylor coefficients of the exponential, from the 13th power down.
const EXP: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// Coefficients of `atanh(s) / s` in `s^2`, from the highest power down.
const ATANH: [f64; 12] = [
    1.0 / 23.0,
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
    1.0,
];

/// `Q` of [`norm_cdf`], from the highest power down; fitted by `tests/data/fit_norm_cdf.py`.
const NORMAL: [f64; 25] = [
    -1.106_232_669_252_492_4e-9,
    3.309_273_868_808_359e-9,
    4.165_699_151_494_269_3e-9,
    -2.578_950_733_170_794e-8,
    1.561_894_976_423_212_9e-8,
    7.501_186_584_937_032e-8,
    -1.595_244_038_147_197_8e-7,
    7.637_800_765_393_12e-9,
    5.118_358_797_487_865e-7,
    -9.173_381_858_225_942e-7,
    -2.866_373_516_522_211e-7,
    4.033_434_474_679_471e-6,
    -5.422_415_239_290_196e-6,
    -8.538_273_138_048_972e-6,
    3.611_735_076_503_019e-5,
    -8.592_638_524_803_217e-6,
    -1.657_683_336_053_648_4e-4,
    2.093_239_872_767_35e-4,
    7.726_530_117_618_578e-4,
    -1.619_796_264_911_573e-3,
    -5.377_665_472_271_701e-3,
    9.110_557_876_653_273e-3,
    6.986_802_313_901_272e-2,
    1.717_901_711_034_533e-1,
    2.553_956_763_105_057_4e-1,
];

/// A polynomial, coefficients from the highest power down, as four polynomials in `x^4`: short chains of additions that
/// a processor works on at once, instead of one long one (G. Estrin's idea). The numbers are places of coefficients, a row
/// for the powers 0, 4, 8, ..., one for 1, 5, 9, ..., and so on. Written out and no loop: a loop in the body of a column
/// keeps the compiler from making vectors of it, unless it optimises the crate twice.
macro_rules! polynomial {
    ($coefficients:ident, $x:expr;
        [$zero:literal $(, $zeros:literal)*],
        [$one:literal $(, $ones:literal)*],
        [$two:literal $(, $twos:literal)*],
        [$three:literal $(, $threes:literal)*] $(,)?
    ) => {{
        let x: f64 = $x;
        let square = x * x;
        let fourth = square * square;
        let zero = $coefficients[$zero];
        $(let zero = zero * fourth + $coefficients[$zeros];)*
        let one = $coefficients[$one];
        $(let one = one * fourth + $coefficients[$ones];)*
        let two = $coefficients[$two];
        $(let two = two * fourth + $coefficients[$twos];)*
        let three = $coefficients[$three];
        $(let three = three * fourth + $coefficients[$threes];)*
        (zero + one * x) + (two + three * x) * square
    }};
}

/// `e^x`. Relative error below 4e-16; 0 below -746, infinity above 709.79. Between -745 and -708 the result is
/// subnormal and as exact as its few digits allow.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let clamped = if x < -746.0 { -746.0 } else { x };
    let clamped = if clamped > 710.0 { 710.0 } else { clamped };
    let n = (clamped * std::f64::consts::LOG2_E + ROUND) - ROUND;
    let rest = (clamped - n * LN2_HI) - n * LN2_LO;
    // Two factors of half the exponent each: neither leaves the range of normal numbers.
    let half = (0.5 * n + ROUND) - ROUND;
    polynomial!(EXP, rest; [1, 5, 9, 13], [0, 4, 8, 12], [3, 7, 11], [2, 6, 10])
        * power_of_two(half)
        * power_of_two(n - half)
}

/// `2^n` for a whole number of the normal range. Shifts to the left only: older vector units lack a signed right one.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    f64::from_bits((n + (ROUND + 1023.0)).to_bits() << 52)
}

/// Natural logarithm. Relative error below 5e-16, for subnormal numbers too; minus infinity at 0, NaN below.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const TWO_POW_54: f64 = 18_014_398_509_481_984.0;
    let (scaled, shift) = if x < f64::MIN_POSITIVE {
        (x * TWO_POW_54, 54.0)
    } else {
        (x, 0.0)
    };
    let bits = scaled.to_bits().wrapping_add(1.0_f64.to_bits() - SQRT_HALF);
    let mantissa = f64::from_bits((bits & (u64::MAX >> 12)) + SQRT_HALF);
    // The exponent as a number, without an integer conversion that older vector units lack.
    let e = f64::from_bits(ROUND.to_bits() + (bits >> 52)) - (ROUND + 1023.0) - shift;
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let value = e * LN2_HI
        + (2.0 * s * polynomial!(ATANH, s * s; [3, 7, 11], [2, 6, 10], [1, 5, 9], [0, 4, 8])
            + e * LN2_LO);
    let value = if x == f64::INFINITY { x } else { value };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x >= 0.0 { value } else { f64::NAN }
}

/// The nearest whole number, to the even one where two are as near: `round_ties_even`, which the baseline of the
/// processors leaves to a library call.
#[inline]
pub fn nearest_whole(x: f64) -> i64 {
    if x.abs() < MOST_WITH_FRACTION {
        whole_of(x + ROUND)
    } else {
        x.round_ties_even() as i64
    }
}

/// Numbers below it have a bit for a half.
const MOST_WITH_FRACTION: f64 = 2_251_799_813_685_248.0;

/// The integer in the low bits of a sum with [`ROUND`]. A conversion would ask for numbers that no integer holds.
#[inline(always)]
fn whole_of(sum: f64) -> i64 {
    (sum.to_bits() as i64).wrapping_sub(ROUND.to_bits() as i64)
}

/// By how much a computed number may miss a whole one and still be it: a product of decimals, such as three times 0.05,
/// is not always the number it stands for. Good for numbers up to 10⁹, where doubles lie 10⁻⁷ apart.
const ROUNDING: f64 = 1e-6;

/// The whole number of cents or contracts that a computed limit allows: the greatest that is not above it.
#[inline]
pub fn whole_at_most(limit: f64) -> i64 {
    whole_below(limit + ROUNDING)
}

/// The whole number that a computed need asks for: the least that is not below it.
#[inline]
pub fn whole_at_least(need: f64) -> i64 {
    let need = need - ROUNDING;
    if need.abs() < MOST_WITH_FRACTION {
        let sum = need + ROUND;
        whole_of(sum) + i64::from(sum - ROUND < need)
    } else {
        need.ceil() as i64
    }
}

/// The greatest whole number that is not above `x`: `floor`, likewise without a call.
#[inline]
pub fn whole_below(x: f64) -> i64 {
    if x.abs() < MOST_WITH_FRACTION {
        let sum = x + ROUND;
        whole_of(sum) - i64::from(sum - ROUND > x)
    } else {
        x.floor() as i64
    }
}

/// `x^y` for positive `x`. Relative error below `(1 + |y ln x|)` times 5e-16.
#[inline(always)]
pub fn powf(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// Hyperbolic tangent. Absolute error below 4e-16.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

/// `e^(-a^2/2)` for `a >= 0`, without the error of a rounded square, which grows with it: 6e-14 at 34.
#[inline(always)]
fn bell(a: f64) -> f64 {
    // At 40 the result is zero already; infinity would have no rest.
    let a = if a > 40.0 { 40.0 } else { a };
    let square = a * a;
    // T. J. Dekker's exact product: 26 leading bits and the rest.
    let high = f64::from_bits(a.to_bits() & !0x7ff_ffff);
    let low = a - high;
    let lost = ((high * high - square) + 2.0 * high * low) + low * low;
    exp(-0.5 * square) * (1.0 - 0.5 * lost)
}

/// Density of the standard normal distribution. Relative error below 2e-15 wherever the result is a normal number,
/// that is for `|x| < 37.5`.
#[inline(always)]
pub fn norm_pdf(x: f64) -> f64 {
    const SCALE: f64 = 0.398_942_280_401_432_7;
    SCALE * bell(x.abs())
}

/// Distribution function of the standard normal. Relative error below 3e-15 from -37 up, so that far wings keep their
/// digits: `N(-|x|) = exp(-x^2/2) t Q(2t - 1)` with `t = 1 / (1 + |x| / (2 sqrt 2))`, the transformation of
/// W. J. Cody's and Press et al.'s `erfc`, with a polynomial of our own.
#[inline(always)]
pub fn norm_cdf(x: f64) -> f64 {
    const SCALE: f64 = 0.353_553_390_593_273_8;
    let a = x.abs();
    let t = 1.0 / (1.0 + a * SCALE);
    let tail = bell(a)
        * t
        * polynomial!(NORMAL, 2.0 * t - 1.0; [0, 4, 8, 12, 16, 20, 24], [3, 7, 11, 15, 19, 23], [2, 6, 10, 14, 18, 22], [1, 5, 9, 13, 17, 21]);
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// Quantile of the standard normal: minus infinity at 0, infinity at 1, NaN outside.
///
/// Start from Abramowitz and Stegun 26.2.23, then three Halley steps on [`norm_cdf`].
pub fn norm_inv(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    let tail = p.min(1.0 - p);
    let u = (-2.0 * ln(tail)).sqrt();
    let top = 2.515_517 + u * (0.802_853 + u * 0.010_328);
    let bottom = 1.0 + u * (1.432_788 + u * (0.189_269 + u * 0.001_308));
    let mut x = top / bottom - u;
    for _ in 0..3 {
        let step = (norm_cdf(x) - tail) / norm_pdf(x);
        x -= step / (1.0 + 0.5 * x * step);
    }
    if p > 0.5 { -x } else { x }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "the platform's functions are the yardstick here"
)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64, relative: f64) {
        assert!(
            (found - wanted).abs() <= relative * wanted.abs(),
            "{found:e} for {wanted:e}"
        );
    }

    #[test]
    fn exp_and_ln_agree_with_the_platform() {
        for i in -70_000..70_000 {
            let x = f64::from(i) * 0.01;
            close(exp(x), x.exp(), 6e-16);
            let y = x.abs() + 1e-3;
            close(ln(y), y.ln(), 6e-16);
            close(exp(ln(y)), y, 8e-16);
        }
        assert_eq!(
            (exp(-800.0), exp(800.0), exp(0.0)),
            (0.0, f64::INFINITY, 1.0)
        );
        assert_eq!(
            (ln(0.0), ln(1.0), ln(f64::INFINITY)),
            (f64::NEG_INFINITY, 0.0, f64::INFINITY)
        );
        assert!(ln(-1.0).is_nan() && exp(f64::NAN).is_nan() && ln(f64::NAN).is_nan());
    }

    #[test]
    fn tanh_and_powf_agree_with_the_platform() {
        for i in -4000..4000 {
            let x = f64::from(i) * 0.005;
            assert!((tanh(x) - x.tanh()).abs() < 4e-16);
            close(powf(1.7, x), 1.7_f64.powf(x), 8e-15);
        }
    }

    /// Reference values to 17 digits by mpmath: `erfc(-x / sqrt 2) / 2`. Those whose square is rounded are the hard
    /// ones: without the correction in [`bell`] they are off by up to 6e-14.
    #[test]
    fn norm_cdf_keeps_its_digits_in_the_tails() {
        for (x, wanted) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.0, 0.158_655_253_931_457_05),
            (-2.5, 6.209_665_325_776_135e-3),
            (-5.0, 2.866_515_718_791_939e-7),
            (-4.303_157, 8.419_072_074_620_038e-6),
            (-10.0, 7.619_853_024_160_525e-24),
            (-10.137_39, 1.885_193_421_661_583_7e-24),
            (-15.937_26, 1.746_693_902_881_817e-57),
            (-20.0, 2.753_624_118_606_233_7e-89),
            (-24.126_15, 6.645_730_053_461_527e-129),
            (-35.707_37, 1.518_960_731_641_964e-279),
            (-37.0, 5.725_571_222_524_577e-300),
        ] {
            close(norm_cdf(x), wanted, 3e-15);
        }
        assert_eq!(
            (norm_cdf(f64::NEG_INFINITY), norm_cdf(f64::INFINITY)),
            (0.0, 1.0)
        );
        assert_eq!(
            (norm_pdf(f64::NEG_INFINITY), norm_pdf(f64::INFINITY)),
            (0.0, 0.0)
        );
        assert!(norm_cdf(f64::NAN).is_nan() && norm_pdf(f64::NAN).is_nan());
    }

    /// Of a subnormal number the exponent was once read as that of the smallest normal one: 4% off. Such numbers are
    /// prices of options far out of the money, whose implied volatility is asked for. References by mpmath.
    #[test]
    fn ln_knows_subnormal_numbers() {
        for (x, wanted) in [
            (5e-324, -744.440_071_921_381_3),
            (1e-310, -713.801_378_828_154_2),
            (2.5e-308, -708.279_917_910_291_9),
        ] {
            close(ln(x), wanted, 5e-16);
        }
    }

    /// As doubles the first product is above the number it stands for, the others are below.
    #[test]
    fn products_of_decimals_are_the_whole_numbers_they_stand_for() {
        for (share, whole, is_above) in [(0.07, 7, true), (0.29, 29, false), (0.57, 57, false)] {
            let product = share * 100.0;
            assert!(product != f64::from(whole), "{share}");
            assert_eq!(product > f64::from(whole), is_above, "{share}");
            let whole = i64::from(whole);
            assert_eq!(
                (whole_at_least(product), whole_at_most(product)),
                (whole, whole)
            );
        }
        assert_eq!((whole_at_least(7.001), whole_at_most(6.999)), (8, 6));
        assert_eq!((whole_at_least(-0.5), whole_at_most(-0.5)), (0, -1));
        assert_eq!((whole_at_least(-7.001), whole_at_most(-7.001)), (-7, -8));
        assert_eq!(
            (whole_at_least(f64::INFINITY), whole_at_most(f64::INFINITY)),
            (i64::MAX, i64::MAX)
        );
        assert_eq!(
            (
                whole_at_least(f64::NEG_INFINITY),
                whole_at_most(f64::NEG_INFINITY)
            ),
            (i64::MIN, i64::MIN)
        );
    }

    #[test]
    fn norm_inv_inverts_norm_cdf() {
        for i in 1..2000 {
            let p = f64::from(i) / 2000.0;
            close(norm_cdf(norm_inv(p)), p, 1e-14);
        }
        for p in [1e-300, 1e-100, 1e-16, 1e-5] {
            close(norm_cdf(norm_inv(p)), p, 1e-12);
        }
        assert!(norm_inv(-0.1).is_nan());
    }

    #[test]
    fn whole_numbers_are_those_of_the_library() {
        let halves = (-4001..4001).map(|i| f64::from(i) * 0.5);
        let odd = (1..2000).map(|i| f64::from(i) * 1_234.567_891 - 1e6);
        let large = [
            2_251_799_813_685_247.5,
            -2_251_799_813_685_249.0,
            9.007_199_254_740_993e15,
            -0.5,
            0.499_999_999_999_999_94,
        ];
        for x in halves.chain(odd).chain(large) {
            assert_eq!(nearest_whole(x), x.round_ties_even() as i64, "{x}");
            assert_eq!(whole_below(x), x.floor() as i64, "{x}");
        }
    }
}
