//! Rust functions as activities.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use temporalio_protos::temporal::api::{common::v1::Payload, failure::v1::Failure};

use super::context::ActivityContext;

/// What an attempt ends with.
pub(crate) type ActivityResult = Result<Payload, Failure>;

/// A registered function.
pub(crate) type Function = Arc<
    dyn Fn(ActivityContext, Vec<Payload>) -> Pin<Box<dyn Future<Output = ActivityResult> + Send>>
        + Send
        + Sync,
>;

/// The Rust functions that a worker host runs as activities, by name.
#[derive(Clone, Default)]
pub struct NativeActivities {
    named: Vec<(String, Function)>,
    other_local: Option<Function>,
}

impl NativeActivities {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one. It runs on the tokio runtime in which the host is started; a panic in it fails the attempt. A name that is there
    /// already makes the host refuse to start.
    pub fn register<F, R>(&mut self, name: impl Into<String>, function: F) -> &mut Self
    where
        F: Fn(ActivityContext, Vec<Payload>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Payload, Failure>> + Send + 'static,
    {
        self.named.push((name.into(), boxed(function)));
        self
    }

    /// Sets what runs the local activities that nothing is registered or declared for, whatever they are called. Without it a
    /// workflow task that asks for one fails.
    pub fn register_for_other_local<F, R>(&mut self, function: F) -> &mut Self
    where
        F: Fn(ActivityContext, Vec<Payload>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Payload, Failure>> + Send + 'static,
    {
        self.other_local = Some(boxed(function));
        self
    }

    /// The named ones, and what runs other local activities.
    pub(crate) fn into_parts(self) -> (Vec<(String, Function)>, Option<Function>) {
        (self.named, self.other_local)
    }
}

impl fmt::Debug for NativeActivities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.named.iter().map(|(name, _)| name))
            .finish()
    }
}

fn boxed<F, R>(function: F) -> Function
where
    F: Fn(ActivityContext, Vec<Payload>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Payload, Failure>> + Send + 'static,
{
    Arc::new(move |context, input| Box::pin(function(context, input)))
}
