//! The only home of `exp`, `ln` and the normal distribution.
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

/// `Q` of [`norm_cdf`], from the highest power down; fitted by `tests/data/fit_norm_cdf.py`.
const NORMAL: [f64; 25] = [
    -1.106_232_669_252_492_4e-9,
    3.309_273_868_808_358_7e-9,
    4.165_699_151_494_269_3e-9,
    -2.578_950_733_170_793_8e-8,
    1.561_894_976_423_212_9e-8,
    7.501_186_584_937_032e-8,
    -1.595_244_038_147_197_8e-7,
    7.637_800_765_393_12e-9,
    5.118_358_797_487_865e-7,
    -9.173_381_858_225_942e-7,
    -2.866_373_516_522_210_8e-7,
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
    1.717_901_711_034_532_9e-1,
    2.553_956_763_105_057_4e-1,
];

#[inline(always)]
fn horner<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = coefficients[0];
    let mut i = 1;
    while i < N {
        sum = sum * x + coefficients[i];
        i += 1;
    }
    sum
}

/// `e^x`. Relative error below 5e-16; 0 below -745, infinity above 709.78.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let clamped = if x < -746.0 { -746.0 } else { x };
    let clamped = if clamped > 710.0 { 710.0 } else { clamped };
    let shifted = clamped * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let rest = (clamped - n * LN2_HI) - n * LN2_LO;
    // Two factors of half the exponent each: neither leaves the range of normal numbers.
    let whole = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i64;
    let half = whole >> 1;
    let power = |k: i64| f64::from_bits(((k + 1023) as u64) << 52);
    horner(&EXP, rest) * power(half) * power(whole - half)
}

/// Natural logarithm. Relative error below 5e-16; minus infinity at 0, NaN below, for normal numbers.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    let bits = x.to_bits();
    let exponent = (bits.wrapping_sub(SQRT_HALF) as i64) >> 52;
    let mantissa = f64::from_bits(bits.wrapping_sub((exponent << 52) as u64));
    // The exponent as a number, without an integer conversion that older vector units lack.
    let e = f64::from_bits(ROUND.to_bits().wrapping_add(exponent as u64)) - ROUND;
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
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
    let value = e * LN2_HI + (2.0 * s * horner(&ATANH, s2) + e * LN2_LO);
    let value = if x == f64::INFINITY { x } else { value };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x >= 0.0 { value } else { f64::NAN }
}

/// `x^y` for positive `x`. Relative error below `(1 + |y ln x|)` times 5e-16.
#[inline(always)]
pub fn powf(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// Hyperbolic tangent. Absolute error below 3e-16.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

/// Density of the standard normal distribution.
#[inline(always)]
pub fn norm_pdf(x: f64) -> f64 {
    const SCALE: f64 = 0.398_942_280_401_432_7;
    SCALE * exp(-0.5 * x * x)
}

/// Distribution function of the standard normal. Relative error below 1e-14 from -37 up, so that far wings keep their
/// digits: `N(-|x|) = exp(-x^2/2) t Q(2t - 1)` with `t = 1 / (1 + |x| / (2 sqrt 2))`, the transformation of
/// W. J. Cody's and Press et al.'s `erfc`, with a polynomial of our own.
#[inline(always)]
pub fn norm_cdf(x: f64) -> f64 {
    const SCALE: f64 = 0.353_553_390_593_273_8;
    let a = x.abs();
    let t = 1.0 / (1.0 + a * SCALE);
    let tail = exp(-0.5 * a * a) * t * horner(&NORMAL, 2.0 * t - 1.0);
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
        return if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
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
#[expect(clippy::disallowed_methods, reason = "the platform's functions are the yardstick here")]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64, relative: f64) {
        assert!((found - wanted).abs() <= relative * wanted.abs(), "{found:e} for {wanted:e}");
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
        assert_eq!((exp(-800.0), exp(800.0), exp(0.0)), (0.0, f64::INFINITY, 1.0));
        assert_eq!((ln(0.0), ln(1.0), ln(f64::INFINITY)), (f64::NEG_INFINITY, 0.0, f64::INFINITY));
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

    /// Reference values to 20 digits by mpmath: `erfc(-x / sqrt 2) / 2`.
    #[test]
    fn norm_cdf_keeps_its_digits_in_the_tails() {
        for (x, wanted) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.0, 0.158_655_253_931_457_05),
            (-2.5, 6.209_665_325_776_135e-3),
            (-5.0, 2.866_515_718_791_939e-7),
            (-10.0, 7.619_853_024_160_525e-24),
            (-20.0, 2.753_624_118_606_233_7e-89),
            (-37.0, 5.725_571_222_524_577e-300),
        ] {
            close(norm_cdf(x), wanted, 1e-14);
        }
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
}
