//! The functions of `cmath`: formulas after Kahan that keep to their branch cuts and neither overflow nor
//! lose digits where the result does not.
//!
//! `Err(domain_error())` and `Err(range_error())` stand where C would set `errno`.

use super::complex::Complex;
use super::complex_tables::{self as tables, special_value};
use super::error::NumberResult;
use super::special::{domain_error, range_error};
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

const LARGE: f64 = f64::MAX / 4.0;
/// sqrt(LARGE) and ln(LARGE).
const SQRT_LARGE: f64 = 6.703903964971298e153;
const LOG_LARGE: f64 = 708.3964185322641;
/// sqrt of the smallest normal float.
const SQRT_SMALL: f64 = 1.4916681462400413e-154;

fn is_finite(z: Complex) -> bool {
    z.re.is_finite() && z.im.is_finite()
}

fn is_large(z: Complex) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

/// ln |z| for large z.
fn log_of_large(z: Complex) -> f64 {
    (z.re / 2.0).hypot(z.im / 2.0).ln() + LN_2 * 2.0
}

fn in_range(z: Complex) -> NumberResult<Complex> {
    if z.re.is_infinite() || z.im.is_infinite() {
        return Err(range_error());
    }
    Ok(z)
}

/// -i f(iz), which turns the hyperbolic functions into the circular ones.
fn turned(z: Complex, f: fn(Complex) -> NumberResult<Complex>) -> NumberResult<Complex> {
    let r = f(Complex::new(-z.im, z.re))?;
    Ok(Complex::new(r.im, -r.re))
}

fn sqrt_parts(re: f64, im: f64) -> Complex {
    root(Complex::new(re, im))
}

fn root(z: Complex) -> Complex {
    if !is_finite(z) {
        return special_value(&tables::SQRT, z);
    }
    if z.re == 0.0 && z.im == 0.0 {
        return Complex::new(0.0, z.im);
    }
    let (mut re, im) = (z.re.abs(), z.im.abs());
    let s = if re < f64::MIN_POSITIVE && im < f64::MIN_POSITIVE {
        re = libm::ldexp(re, 53);
        libm::ldexp((re + re.hypot(libm::ldexp(im, 53))).sqrt(), -27)
    } else {
        re /= 8.0;
        2.0 * (re + re.hypot(im / 8.0)).sqrt()
    };
    let d = im / (2.0 * s);
    if z.re >= 0.0 {
        Complex::new(s, d.copysign(z.im))
    } else {
        Complex::new(d, s.copysign(z.im))
    }
}

pub fn sqrt(z: Complex) -> NumberResult<Complex> {
    Ok(root(z))
}

pub fn acos(z: Complex) -> NumberResult<Complex> {
    if !is_finite(z) {
        return Ok(special_value(&tables::ACOS, z));
    }
    if is_large(z) {
        let size = log_of_large(z);
        let im = if z.re < 0.0 {
            -size.copysign(z.im)
        } else {
            size.copysign(-z.im)
        };
        return Ok(Complex::new(z.im.abs().atan2(z.re), im));
    }
    let a = sqrt_parts(1.0 - z.re, -z.im);
    let b = sqrt_parts(1.0 + z.re, z.im);
    Ok(Complex::new(
        2.0 * a.re.atan2(b.re),
        asinh_real(b.re * a.im - b.im * a.re),
    ))
}

pub fn acosh(z: Complex) -> NumberResult<Complex> {
    if !is_finite(z) {
        return Ok(special_value(&tables::ACOSH, z));
    }
    if is_large(z) {
        return Ok(Complex::new(log_of_large(z), z.im.atan2(z.re)));
    }
    let a = sqrt_parts(z.re - 1.0, z.im);
    let b = sqrt_parts(z.re + 1.0, z.im);
    Ok(Complex::new(
        asinh_real(a.re * b.re + a.im * b.im),
        2.0 * a.im.atan2(b.re),
    ))
}

pub fn asinh(z: Complex) -> NumberResult<Complex> {
    if !is_finite(z) {
        return Ok(special_value(&tables::ASINH, z));
    }
    if is_large(z) {
        let size = log_of_large(z);
        let re = if z.im >= 0.0 {
            size.copysign(z.re)
        } else {
            -size.copysign(-z.re)
        };
        return Ok(Complex::new(re, z.im.atan2(z.re.abs())));
    }
    let a = sqrt_parts(1.0 + z.im, -z.re);
    let b = sqrt_parts(1.0 - z.im, z.re);
    Ok(Complex::new(
        asinh_real(a.re * b.im - b.re * a.im),
        z.im.atan2(a.re * b.re - a.im * b.im),
    ))
}

pub fn asin(z: Complex) -> NumberResult<Complex> {
    turned(z, asinh)
}

pub fn atanh(z: Complex) -> NumberResult<Complex> {
    if !is_finite(z) {
        return Ok(special_value(&tables::ATANH, z));
    }
    if z.re.is_sign_negative() {
        return atanh(-z).map(|r| -r);
    }
    let size = z.im.abs();
    Ok(if z.re > SQRT_LARGE || size > SQRT_LARGE {
        let h = (z.re / 2.0).hypot(z.im / 2.0);
        Complex::new(z.re / 4.0 / h / h, -FRAC_PI_2.copysign(-z.im))
    } else if z.re == 1.0 && size < SQRT_SMALL {
        if size == 0.0 {
            return Err(domain_error());
        }
        Complex::new(
            -(size.sqrt() / size.hypot(2.0).sqrt()).ln(),
            (2f64.atan2(-size) / 2.0).copysign(z.im),
        )
    } else {
        let below = 1.0 - z.re;
        Complex::new(
            (4.0 * z.re / (below * below + size * size)).ln_1p() / 4.0,
            -(-2.0 * z.im).atan2(below * (1.0 + z.re) - size * size) / 2.0,
        )
    })
}

pub fn atan(z: Complex) -> NumberResult<Complex> {
    turned(z, atanh)
}

pub fn cosh(z: Complex) -> NumberResult<Complex> {
    let (sin, cos) = (z.im.sin(), z.im.cos());
    if !is_finite(z) {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(domain_error());
        }
        return Ok(if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            Complex::new(
                f64::INFINITY.copysign(cos),
                f64::INFINITY.copysign(sin) * 1f64.copysign(z.re),
            )
        } else {
            special_value(&tables::COSH, z)
        });
    }
    in_range(if z.re.abs() > LOG_LARGE {
        let less = z.re - 1f64.copysign(z.re);
        Complex::new(cos * less.cosh() * E, sin * less.sinh() * E)
    } else {
        Complex::new(cos * z.re.cosh(), sin * z.re.sinh())
    })
}

pub fn sinh(z: Complex) -> NumberResult<Complex> {
    let (sin, cos) = (z.im.sin(), z.im.cos());
    if !is_finite(z) {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(domain_error());
        }
        return Ok(if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            Complex::new(
                f64::INFINITY.copysign(cos) * 1f64.copysign(z.re),
                f64::INFINITY.copysign(sin),
            )
        } else {
            special_value(&tables::SINH, z)
        });
    }
    in_range(if z.re.abs() > LOG_LARGE {
        let less = z.re - 1f64.copysign(z.re);
        Complex::new(cos * less.sinh() * E, sin * less.cosh() * E)
    } else {
        Complex::new(cos * z.re.sinh(), sin * z.re.cosh())
    })
}

pub fn tanh(z: Complex) -> NumberResult<Complex> {
    if !is_finite(z) {
        if z.im.is_infinite() && z.re.is_finite() {
            return Err(domain_error());
        }
        return Ok(if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let im = 0f64.copysign(2.0 * z.im.sin() * z.im.cos());
            Complex::new(1f64.copysign(z.re), im)
        } else {
            special_value(&tables::TANH, z)
        });
    }
    if z.re.abs() > LOG_LARGE {
        let im = 4.0 * z.im.sin() * z.im.cos() * (-2.0 * z.re.abs()).exp();
        return Ok(Complex::new(1f64.copysign(z.re), im));
    }
    let (tx, ty) = (z.re.tanh(), z.im.tan());
    let cx = 1.0 / z.re.cosh();
    let both = tx * ty;
    let below = 1.0 + both * both;
    Ok(Complex::new(
        tx * (1.0 + ty * ty) / below,
        ((ty / below) * cx) * cx,
    ))
}

pub fn sin(z: Complex) -> NumberResult<Complex> {
    turned(z, sinh)
}

pub fn cos(z: Complex) -> NumberResult<Complex> {
    cosh(Complex::new(-z.im, z.re))
}

pub fn tan(z: Complex) -> NumberResult<Complex> {
    turned(z, tanh)
}

pub fn exp(z: Complex) -> NumberResult<Complex> {
    let (sin, cos) = (z.im.sin(), z.im.cos());
    if !is_finite(z) {
        if z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY) {
            return Err(domain_error());
        }
        return Ok(if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let size: f64 = if z.re > 0.0 { f64::INFINITY } else { 0.0 };
            Complex::new(size.copysign(cos), size.copysign(sin))
        } else {
            special_value(&tables::EXP, z)
        });
    }
    in_range(if z.re > LOG_LARGE {
        let size = (z.re - 1.0).exp();
        Complex::new(size * cos * E, size * sin * E)
    } else {
        let size = z.re.exp();
        Complex::new(size * cos, size * sin)
    })
}

pub fn log(z: Complex) -> NumberResult<Complex> {
    if !is_finite(z) {
        return Ok(special_value(&tables::LOG, z));
    }
    let (re, im) = (z.re.abs(), z.im.abs());
    let size = if is_large(z) {
        (re / 2.0).hypot(im / 2.0).ln() + LN_2
    } else if re < f64::MIN_POSITIVE && im < f64::MIN_POSITIVE {
        if re == 0.0 && im == 0.0 {
            return Err(domain_error());
        }
        libm::ldexp(re, 53).hypot(libm::ldexp(im, 53)).ln() - 53.0 * LN_2
    } else {
        let h = re.hypot(im);
        if (0.71..=1.73).contains(&h) {
            let (long, short) = if re > im { (re, im) } else { (im, re) };
            ((long - 1.0) * (long + 1.0) + short * short).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok(Complex::new(size, z.im.atan2(z.re)))
}

pub fn log10(z: Complex) -> NumberResult<Complex> {
    let r = log(z)?;
    Ok(Complex::new(r.re / LN_10, r.im / LN_10))
}

/// `cmath.log(z, base)`
pub fn log_base(z: Complex, base: Complex) -> NumberResult<Complex> {
    log(z)?.divide(log(base)?).map_err(|_| domain_error())
}

/// `cmath.rect`
pub fn rect(r: f64, phi: f64) -> NumberResult<Complex> {
    if !r.is_finite() || !phi.is_finite() {
        if r != 0.0 && !r.is_nan() && phi.is_infinite() {
            return Err(domain_error());
        }
        return Ok(if r.is_infinite() && phi.is_finite() && phi != 0.0 {
            let sign = 1f64.copysign(r);
            Complex::new(
                sign * f64::INFINITY.copysign(phi.cos()),
                sign * f64::INFINITY.copysign(phi.sin()),
            )
        } else {
            special_value(&tables::RECT, Complex::new(r, phi))
        });
    }
    if phi == 0.0 {
        return Ok(Complex::new(r, r * phi));
    }
    Ok(Complex::new(r * phi.cos(), r * phi.sin()))
}

/// C's asinh: std's own formula differs from the library's in the last digits.
fn asinh_real(x: f64) -> f64 {
    super::c_math::asinh(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows from CPython: a function, the argument's parts as bits, the result's or `!`.
    #[test]
    fn functions_agree_with_cpython() {
        for line in include_str!("testdata/cmath.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |w: &str| f64::from_bits(u64::from_str_radix(w, 16).unwrap());
            let z = Complex::new(number(words[1]), number(words[2]));
            let f = match words[0] {
                "acos" => acos,
                "acosh" => acosh,
                "asin" => asin,
                "asinh" => asinh,
                "atan" => atan,
                "atanh" => atanh,
                "cos" => cos,
                "cosh" => cosh,
                "exp" => exp,
                "log" => log,
                "log10" => log10,
                "sin" => sin,
                "sinh" => sinh,
                "sqrt" => sqrt,
                "tan" => tan,
                "tanh" => tanh,
                _ => |z: Complex| rect(z.re, z.im),
            };
            let show = |x: f64| {
                if x.is_nan() {
                    "nan".to_owned()
                } else {
                    format!("{:016x}", x.to_bits())
                }
            };
            let found = match f(z) {
                Ok(r) => format!("{} {}", show(r.re), show(r.im)),
                Err(e) => format!("!{}", e.message.replace(' ', "_")),
            };
            assert_eq!(found, words[3..].join(" "), "{} {z:?}", words[0]);
        }
    }
}
