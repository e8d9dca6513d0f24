//! The activities that the small examples ask for: names, arguments and results.
//!
//! Declarations only, so that this crate compiles for WebAssembly and natively alike. `worker.py` implements them.

use serde::{Deserialize, Serialize};
use temporalio_macros::activity_definitions;

/// One part of a trip: a car, a hotel, a flight.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Booking {
    pub trip_id: String,
    pub kind: String,
}

/// The activities of the small examples.
pub struct ExampleActivities;

#[activity_definitions]
impl ExampleActivities {
    /// Greets somebody.
    #[activity(name = "compose_greeting")]
    pub fn compose_greeting(name: String) -> String {
        unimplemented!()
    }

    /// Takes as many milliseconds as it is told to, heartbeating, and says so.
    #[activity(name = "work_for")]
    pub fn work_for(duration_ms: u64) -> String {
        unimplemented!()
    }

    /// Books one part of a trip. Returns the confirmation. There is no flight to the moon.
    #[activity(name = "book")]
    pub fn book(booking: Booking) -> String {
        unimplemented!()
    }

    /// Cancels what `book` booked.
    #[activity(name = "cancel_booking")]
    pub fn cancel_booking(booking: Booking) -> String {
        unimplemented!()
    }

    /// Puts things in order after a cancellation.
    #[activity(name = "clean_up")]
    pub fn clean_up(reason: String) -> String {
        unimplemented!()
    }
}
