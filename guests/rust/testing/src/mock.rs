//! What a mock answers, as `sundial test --mock` is told it.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

/// A failure that a mock answers with.
#[derive(Clone, Debug)]
pub struct Failure {
    fields: Map<String, Value>,
}

impl Failure {
    /// A failure with this message, which retry policies try again.
    #[must_use]
    pub fn new(message: &str) -> Self {
        let mut fields = Map::new();
        fields.insert("message".into(), message.into());
        Self { fields }
    }

    /// What retry policies and workflows tell failures apart by.
    #[must_use]
    pub fn of_type(self, failure_type: &str) -> Self {
        self.with("type", failure_type.into())
    }

    /// Another attempt would fail too.
    #[must_use]
    pub fn non_retryable(self) -> Self {
        self.with("non_retryable", true.into())
    }

    /// What the workflow may read of it.
    ///
    /// # Panics
    ///
    /// If the details have no JSON form.
    #[must_use]
    pub fn details(self, details: impl Serialize) -> Self {
        self.with("details", to_json(&details))
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.into(), value);
        self
    }

    pub(crate) fn argument(&self, name: &str) -> String {
        format!("{name}=!{}", Value::Object(self.fields.clone()))
    }
}

/// `NAME=JSON`.
pub(crate) fn argument(name: &str, value: &impl Serialize) -> String {
    format!("{name}={}", to_json(value))
}

/// `@TIME`.
pub(crate) fn at(time: Duration) -> String {
    format!("@{}ms", time.as_millis())
}

pub(crate) fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| panic!("this has no JSON form: {error}"))
}
