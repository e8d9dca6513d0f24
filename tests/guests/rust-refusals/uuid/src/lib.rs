//! Asks for a random UUID.

/// A random UUID.
pub fn order_id() -> uuid::Uuid {
    uuid::Uuid::new_v4()
}
