//! A long-lived account: signals, queries, updates with a validator, and runs that hand over before their histories grow long.

use serde::{Deserialize, Serialize};
use temporalio_workflow::{
    ContinueAsNewOptions, SyncWorkflowContext, WorkflowContext, WorkflowContextView,
    WorkflowResult, export_workflow_module, workflow, workflow_methods,
};

/// What one run hands to the next.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountState {
    pub account_id: String,
    #[serde(default)]
    pub balance_cents: i64,
    /// Deposits and withdrawals, over all runs.
    #[serde(default)]
    pub handled: u64,
    /// Which run this is.
    #[serde(default = "first_run")]
    pub runs: u64,
    /// How many deposits and withdrawals one run handles.
    #[serde(default = "messages_per_run")]
    pub messages_per_run: u64,
}

fn first_run() -> u64 {
    1
}

fn messages_per_run() -> u64 {
    100
}

/// What a deposit or a withdrawal moves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Movement {
    pub amount_cents: i64,
}

/// How the account stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Balance {
    pub balance_cents: i64,
    pub handled: u64,
    pub runs: u64,
}

/// How it stood when it was closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Closed {
    pub account_id: String,
    pub balance_cents: i64,
    pub handled: u64,
    pub runs: u64,
}

/// An account that lives until it is closed.
#[workflow]
pub struct Account {
    state: AccountState,
    handled_by_this_run: u64,
    is_closed: bool,
}

#[workflow_methods]
impl Account {
    /// Messages may come before the first step, so the state is complete from the start.
    #[init]
    pub fn new(_ctx: &WorkflowContextView, state: AccountState) -> Self {
        Self {
            state,
            handled_by_this_run: 0,
            is_closed: false,
        }
    }

    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<Closed> {
        // Every handler ends where it begins, so none is cut off by the end of a run.
        ctx.wait_condition(|s| s.is_closed || s.handled_by_this_run >= s.state.messages_per_run)
            .await?;
        let state = ctx.state(|s| s.state.clone());
        if !ctx.state(|s| s.is_closed) {
            let next = AccountState {
                runs: state.runs + 1,
                ..state.clone()
            };
            ctx.continue_as_new(next, ContinueAsNewOptions::default())?;
        }
        Ok(Closed {
            account_id: state.account_id,
            balance_cents: state.balance_cents,
            handled: state.handled,
            runs: state.runs,
        })
    }

    /// Puts money in.
    #[signal]
    pub fn deposit(&mut self, _ctx: &mut SyncWorkflowContext<Self>, deposit: Movement) {
        self.book(deposit.amount_cents);
    }

    /// Ends the account.
    #[signal]
    pub fn close(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.is_closed = true;
    }

    /// How the account stands.
    #[query]
    pub fn balance(&self, _ctx: &WorkflowContextView) -> Balance {
        Balance {
            balance_cents: self.state.balance_cents,
            handled: self.state.handled,
            runs: self.state.runs,
        }
    }

    #[update_validator(withdraw)]
    fn validate_withdraw(
        &self,
        _ctx: &WorkflowContextView,
        withdrawal: &Movement,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if withdrawal.amount_cents < 1 {
            return Err("amount_cents must be at least 1".into());
        }
        let balance_cents = self.state.balance_cents;
        if withdrawal.amount_cents > balance_cents {
            return Err(format!("the account holds only {balance_cents} cents").into());
        }
        Ok(())
    }

    /// Takes money out; returns what is left.
    #[update]
    pub fn withdraw(&mut self, _ctx: &mut SyncWorkflowContext<Self>, withdrawal: Movement) -> i64 {
        self.book(-withdrawal.amount_cents);
        self.state.balance_cents
    }
}

impl Account {
    fn book(&mut self, amount_cents: i64) {
        self.state.balance_cents += amount_cents;
        self.state.handled += 1;
        self.handled_by_this_run += 1;
    }
}

export_workflow_module!([Account]);
