//! Signals, queries and updates: a conversation whose language can be changed while it goes on.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use temporalio_workflow::{
    SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
    export_workflow_module, workflow, workflow_methods,
};

/// A language that the workflow may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Chinese,
    English,
    French,
    Spanish,
}

/// A line that somebody said, and in what language.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    pub language: Language,
    pub text: String,
}

/// Greets in the language of the day until it is told to leave. Returns all that was said.
#[workflow]
pub struct Conversation {
    language: Language,
    greetings: BTreeMap<Language, String>,
    said: Vec<Line>,
    leaving: bool,
}

#[workflow_methods]
impl Conversation {
    #[init]
    pub fn new(_ctx: &WorkflowContextView, language: Language) -> Self {
        let greetings = [(Language::English, "hello"), (Language::Chinese, "你好")];
        Self {
            language,
            greetings: greetings
                .map(|(language, text)| (language, text.to_owned()))
                .into(),
            said: Vec::new(),
            leaving: false,
        }
    }

    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<Vec<Line>> {
        // An update that is still at work would be cut off by returning.
        ctx.wait_condition(|s| s.leaving).await?;
        while !ctx.all_handlers_finished() {
            ctx.timer(Duration::from_millis(10)).await;
        }
        Ok(ctx.state(|s| s.said.clone()))
    }

    /// Adds a line to the conversation.
    #[signal]
    pub fn say(&mut self, _ctx: &mut SyncWorkflowContext<Self>, text: String) {
        self.said.push(Line {
            language: self.language,
            text,
        });
    }

    /// Ends the conversation.
    #[signal]
    pub fn leave(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.leaving = true;
    }

    /// What the workflow would say now.
    #[query]
    pub fn greeting(&self, _ctx: &WorkflowContextView) -> Option<String> {
        self.greetings.get(&self.language).cloned()
    }

    /// How many lines were said.
    #[query]
    pub fn said(&self, _ctx: &WorkflowContextView) -> usize {
        self.said.len()
    }

    #[update_validator(set_language)]
    fn validate_set_language(
        &self,
        _ctx: &WorkflowContextView,
        language: &Language,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        match self.greetings.contains_key(language) {
            true => Ok(()),
            false => Err(format!("{language:?} is not spoken here yet: teach it first").into()),
        }
    }

    /// Changes the language; returns the one before.
    #[update]
    pub fn set_language(
        &mut self,
        _ctx: &mut SyncWorkflowContext<Self>,
        language: Language,
    ) -> Language {
        std::mem::replace(&mut self.language, language)
    }

    /// Learns a greeting, which takes a moment; returns how many are known then.
    #[update]
    pub async fn teach(ctx: &mut WorkflowContext<Self>, line: Line) -> usize {
        ctx.timer(Duration::from_millis(100)).await;
        ctx.state_mut(|s| {
            s.greetings.insert(line.language, line.text);
            s.greetings.len()
        })
    }
}

export_workflow_module!([Conversation]);
