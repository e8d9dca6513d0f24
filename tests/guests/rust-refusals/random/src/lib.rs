//! Asks for random bytes.

/// Fills them in.
pub fn draw(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("there are random bytes");
}
