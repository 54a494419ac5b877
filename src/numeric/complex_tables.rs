//! What the functions of `cmath` give at infinities and nans, by the kinds of the argument's parts.
//!
//! Rows are kinds of the real part, columns of the imaginary one, each in the order: -inf, negative,
//! -0, 0, positive, inf, nan. Cells that a formula covers, or that are errors, hold nans.

use super::complex::Complex;
use std::f64::consts::{FRAC_PI_2 as P12, FRAC_PI_4 as P14, PI as P};

pub type Table = [[Complex; 7]; 7];

const INF: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
const P34: f64 = 3.0 * P14;
const U: Complex = Complex::new(N, N);

const fn c(re: f64, im: f64) -> Complex {
    Complex::new(re, im)
}

fn kind(x: f64) -> usize {
    if x.is_nan() {
        6
    } else if x.is_infinite() {
        if x > 0.0 { 5 } else { 0 }
    } else if x == 0.0 {
        if x.is_sign_negative() { 2 } else { 3 }
    } else if x > 0.0 {
        4
    } else {
        1
    }
}

/// The cell for an argument.
pub fn special_value(table: &Table, z: Complex) -> Complex {
    table[kind(z.re)][kind(z.im)]
}

pub const ACOS: Table = [
    [
        c(P34, INF),
        c(P, INF),
        c(P, INF),
        c(P, -INF),
        c(P, -INF),
        c(P34, -INF),
        c(N, INF),
    ],
    [c(P12, INF), U, U, U, U, c(P12, -INF), c(N, N)],
    [c(P12, INF), U, U, U, U, c(P12, -INF), c(P12, N)],
    [c(P12, INF), U, U, U, U, c(P12, -INF), c(P12, N)],
    [c(P12, INF), U, U, U, U, c(P12, -INF), c(N, N)],
    [
        c(P14, INF),
        c(0.0, INF),
        c(0.0, INF),
        c(0.0, -INF),
        c(0.0, -INF),
        c(P14, -INF),
        c(N, INF),
    ],
    [
        c(N, INF),
        c(N, N),
        c(N, N),
        c(N, N),
        c(N, N),
        c(N, -INF),
        c(N, N),
    ],
];

pub const ACOSH: Table = [
    [
        c(INF, -P34),
        c(INF, -P),
        c(INF, -P),
        c(INF, P),
        c(INF, P),
        c(INF, P34),
        c(INF, N),
    ],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [
        c(INF, -P14),
        c(INF, -0.0),
        c(INF, -0.0),
        c(INF, 0.0),
        c(INF, 0.0),
        c(INF, P14),
        c(INF, N),
    ],
    [
        c(INF, N),
        c(N, N),
        c(N, N),
        c(N, N),
        c(N, N),
        c(INF, N),
        c(N, N),
    ],
];

pub const ASINH: Table = [
    [
        c(-INF, -P14),
        c(-INF, -0.0),
        c(-INF, -0.0),
        c(-INF, 0.0),
        c(-INF, 0.0),
        c(-INF, P14),
        c(-INF, N),
    ],
    [c(-INF, -P12), U, U, U, U, c(-INF, P12), c(N, N)],
    [c(-INF, -P12), U, U, U, U, c(-INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [
        c(INF, -P14),
        c(INF, -0.0),
        c(INF, -0.0),
        c(INF, 0.0),
        c(INF, 0.0),
        c(INF, P14),
        c(INF, N),
    ],
    [
        c(INF, N),
        c(N, N),
        c(N, -0.0),
        c(N, 0.0),
        c(N, N),
        c(INF, N),
        c(N, N),
    ],
];

pub const ATANH: Table = [
    [
        c(-0.0, -P12),
        c(-0.0, -P12),
        c(-0.0, -P12),
        c(-0.0, P12),
        c(-0.0, P12),
        c(-0.0, P12),
        c(-0.0, N),
    ],
    [c(-0.0, -P12), U, U, U, U, c(-0.0, P12), c(N, N)],
    [c(-0.0, -P12), U, U, U, U, c(-0.0, P12), c(-0.0, N)],
    [c(0.0, -P12), U, U, U, U, c(0.0, P12), c(0.0, N)],
    [c(0.0, -P12), U, U, U, U, c(0.0, P12), c(N, N)],
    [
        c(0.0, -P12),
        c(0.0, -P12),
        c(0.0, -P12),
        c(0.0, P12),
        c(0.0, P12),
        c(0.0, P12),
        c(0.0, N),
    ],
    [
        c(0.0, -P12),
        c(N, N),
        c(N, N),
        c(N, N),
        c(N, N),
        c(0.0, P12),
        c(N, N),
    ],
];

pub const COSH: Table = [
    [U, U, c(INF, 0.0), c(INF, -0.0), U, U, c(INF, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(N, 0.0)],
    [U, U, U, U, U, U, c(N, 0.0)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, c(INF, -0.0), c(INF, 0.0), U, U, c(INF, N)],
    [
        c(N, N),
        c(N, N),
        c(N, 0.0),
        c(N, 0.0),
        c(N, N),
        c(N, N),
        c(N, N),
    ],
];

pub const EXP: Table = [
    [
        c(0.0, 0.0),
        U,
        c(0.0, -0.0),
        c(0.0, 0.0),
        U,
        c(0.0, 0.0),
        c(0.0, 0.0),
    ],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, c(INF, -0.0), c(INF, 0.0), U, U, c(INF, N)],
    [
        c(N, N),
        c(N, N),
        c(N, -0.0),
        c(N, 0.0),
        c(N, N),
        c(N, N),
        c(N, N),
    ],
];

pub const LOG: Table = [
    [
        c(INF, -P34),
        c(INF, -P),
        c(INF, -P),
        c(INF, P),
        c(INF, P),
        c(INF, P34),
        c(INF, N),
    ],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [c(INF, -P12), U, U, U, U, c(INF, P12), c(N, N)],
    [
        c(INF, -P14),
        c(INF, -0.0),
        c(INF, -0.0),
        c(INF, 0.0),
        c(INF, 0.0),
        c(INF, P14),
        c(INF, N),
    ],
    [
        c(INF, N),
        c(N, N),
        c(N, N),
        c(N, N),
        c(N, N),
        c(INF, N),
        c(N, N),
    ],
];

pub const SINH: Table = [
    [U, U, c(-INF, -0.0), c(-INF, 0.0), U, U, c(INF, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(0.0, N)],
    [U, U, U, U, U, U, c(0.0, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, c(INF, -0.0), c(INF, 0.0), U, U, c(INF, N)],
    [
        c(N, N),
        c(N, N),
        c(N, -0.0),
        c(N, 0.0),
        c(N, N),
        c(N, N),
        c(N, N),
    ],
];

pub const SQRT: Table = [
    [
        c(INF, -INF),
        c(0.0, -INF),
        c(0.0, -INF),
        c(0.0, INF),
        c(0.0, INF),
        c(INF, INF),
        c(N, INF),
    ],
    [c(INF, -INF), U, U, U, U, c(INF, INF), c(N, N)],
    [c(INF, -INF), U, U, U, U, c(INF, INF), c(N, N)],
    [c(INF, -INF), U, U, U, U, c(INF, INF), c(N, N)],
    [c(INF, -INF), U, U, U, U, c(INF, INF), c(N, N)],
    [
        c(INF, -INF),
        c(INF, -0.0),
        c(INF, -0.0),
        c(INF, 0.0),
        c(INF, 0.0),
        c(INF, INF),
        c(INF, N),
    ],
    [
        c(INF, -INF),
        c(N, N),
        c(N, N),
        c(N, N),
        c(N, N),
        c(INF, INF),
        c(N, N),
    ],
];

pub const TANH: Table = [
    [
        c(-1.0, 0.0),
        U,
        c(-1.0, -0.0),
        c(-1.0, 0.0),
        U,
        c(-1.0, 0.0),
        c(-1.0, 0.0),
    ],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, U, U, U, U, c(N, N)],
    [
        c(1.0, 0.0),
        U,
        c(1.0, -0.0),
        c(1.0, 0.0),
        U,
        c(1.0, 0.0),
        c(1.0, 0.0),
    ],
    [
        c(N, N),
        c(N, N),
        c(N, -0.0),
        c(N, 0.0),
        c(N, N),
        c(N, N),
        c(N, N),
    ],
];

pub const RECT: Table = [
    [U, U, c(-INF, 0.0), c(-INF, -0.0), U, U, c(INF, N)],
    [U, U, U, U, U, U, c(N, N)],
    [c(0.0, 0.0), U, U, U, U, c(0.0, 0.0), c(0.0, 0.0)],
    [c(0.0, 0.0), U, U, U, U, c(0.0, 0.0), c(0.0, 0.0)],
    [U, U, U, U, U, U, c(N, N)],
    [U, U, c(INF, -0.0), c(INF, 0.0), U, U, c(INF, N)],
    [
        c(N, N),
        c(N, N),
        c(N, 0.0),
        c(N, 0.0),
        c(N, N),
        c(N, N),
        c(N, N),
    ],
];
