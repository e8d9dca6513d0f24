//! Why a component is not made from another one's code.

use thiserror::Error;

/// What does not fit. The component is compiled then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct Unfit(pub(super) &'static str);

/// Refuses, unless it holds.
pub(super) fn require(holds: bool, otherwise: &'static str) -> Result<(), Unfit> {
    if holds { Ok(()) } else { Err(Unfit(otherwise)) }
}
