//! The activities by name, argument and result. The workflow knows no more of them than this.

use serde::{Deserialize, Serialize};
use temporalio_macros::activity_definitions;

/// Somebody to greet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
}

/// What can be asked for.
pub struct GreetingActivities;

#[activity_definitions]
impl GreetingActivities {
    /// Greets somebody.
    #[activity(name = "compose_greeting")]
    pub fn compose_greeting(person: Person) -> String {
        unimplemented!()
    }
}
