//! The functions of C's mathematical library that std does not pass on. CPython calls the same ones, so
//! that the last digit agrees.
#![allow(unsafe_code)]

mod library {
    // SAFETY: C's own signatures; both are pure functions of their argument.
    unsafe extern "C" {
        pub safe fn erf(x: f64) -> f64;
        pub safe fn erfc(x: f64) -> f64;
    }
}

pub fn erf(x: f64) -> f64 {
    library::erf(x)
}

pub fn erfc(x: f64) -> f64 {
    library::erfc(x)
}
