//! apy.
