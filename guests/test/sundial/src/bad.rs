//! What no workflow should do.

/// Uses CPU until it is stopped.
#[inline(never)]
pub fn loop_without_end() -> ! {
    let mut sum = 0_u64;
    loop {
        sum = std::hint::black_box(sum.wrapping_add(1));
    }
}

/// Uses CPU for as many rounds as the input says, in decimal.
pub fn work(rounds: &[u8]) -> Vec<u8> {
    let rounds: u64 = String::from_utf8_lossy(rounds)
        .parse()
        .expect("a number of rounds");
    let sum = (0..rounds).fold(0_u64, |sum, round| {
        std::hint::black_box(sum.wrapping_add(round))
    });
    sum.to_string().into_bytes()
}

/// Takes memory until none is given.
#[inline(never)]
pub fn eat_memory() -> ! {
    loop {
        take_memory(1);
    }
}

/// Takes so many mebibytes, writes to them, and never gives them back.
#[inline(never)]
pub fn take_memory(mebibytes: usize) {
    std::mem::forget(std::hint::black_box(vec![1_u8; mebibytes << 20]));
}

/// Calls itself without end, in a way that can't become a loop.
#[inline(never)]
#[expect(unconditional_recursion, reason = "that is what it is for")]
pub fn recurse(depth: u64) -> u64 {
    std::hint::black_box(depth) + recurse(std::hint::black_box(depth + 1))
}

/// Panics as ordinary code does.
#[inline(never)]
pub fn reserve_stock() -> ! {
    let stock: Vec<u32> = std::hint::black_box(Vec::new());
    let first = stock[std::hint::black_box(3)];
    panic!("there was stock: {first}")
}

/// Traps without a word.
#[inline(never)]
pub fn unreachable() -> ! {
    core::arch::wasm32::unreachable()
}

/// The bits of NaNs that hardware makes in different ways.
pub fn nan_bits() -> Vec<u8> {
    let zero = std::hint::black_box(0.0_f64);
    let infinity = std::hint::black_box(f64::INFINITY);
    let odd = std::hint::black_box(f64::from_bits(0xfff8_dead_beef_0001));
    [
        zero / zero,
        infinity - infinity,
        infinity * zero,
        odd + zero,
        (-1.0 - zero).sqrt(),
    ]
    .map(|nan| format!("{:016x}", nan.to_bits()))
    .join(" ")
    .into_bytes()
}
