//! Tests of workflow components by `cargo test`: activities are mocked, and time that nobody works in is skipped.
//!
//! What is tested is the component itself, in the sandbox in which it will run: each test is one call of `sundial test`,
//! which takes a fraction of a second however long the workflow sleeps. This crate builds the component, writes the
//! command line and reads the report; it knows nothing of workflows.
//!
//! ```no_run
//! use std::time::Duration;
//! use sundial_testing::{Component, json};
//!
//! // The crate that this test is in: `Component::build(env!("CARGO_MANIFEST_DIR"))`.
//! let component = Component::build("../examples/saga");
//! let run = component
//!     .workflow("BookTrip")
//!     .input(json!({ "trip_id": "t-1", "parts": ["car", "hotel"] }))
//!     .mock("book", json!("confirmed"))
//!     .run();
//! assert_eq!(run.result::<Vec<String>>(), ["confirmed", "confirmed"]);
//! assert!(run.took < Duration::from_secs(60));
//! ```
//!
//! The program `sundial` is the one that the environment variable `SUNDIAL_BINARY` names, else the one on the PATH.
#![deny(missing_docs)]

mod component;
mod mock;
mod report;
mod workflow;

pub use component::Component;
pub use mock::Failure;
pub use report::{Command, Run, Status, Visit};
pub use serde_json::{Value, json};
pub use workflow::Workflow;
