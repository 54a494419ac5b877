//! The functions of C's mathematical library that std does not pass on, or computes by a formula of its
//! own. CPython calls the library's, and the last digits must agree.
#![allow(unsafe_code)]

mod library {
    // SAFETY: C's own signatures; all are pure functions of their argument.
    unsafe extern "C" {
        pub safe fn acosh(x: f64) -> f64;
        pub safe fn asinh(x: f64) -> f64;
        pub safe fn atanh(x: f64) -> f64;
        pub safe fn erf(x: f64) -> f64;
        pub safe fn erfc(x: f64) -> f64;
    }
}

pub fn acosh(x: f64) -> f64 {
    library::acosh(x)
}

pub fn asinh(x: f64) -> f64 {
    library::asinh(x)
}

pub fn atanh(x: f64) -> f64 {
    library::atanh(x)
}

pub fn erf(x: f64) -> f64 {
    library::erf(x)
}

pub fn erfc(x: f64) -> f64 {
    library::erfc(x)
}
