"""A long-lived account: signals, an update with a validator, a query, and continue-as-new so that no history grows without end."""

from dataclasses import dataclass

from temporalio import workflow
from temporalio.exceptions import ApplicationError


@dataclass
class State:
    """What an account is started with and what it goes on with in its next run."""

    account_id: str
    balance_cents: int = 0
    handled: int = 0
    runs: int = 1
    messages_per_run: int = 100


@dataclass
class Amount:
    amount_cents: int


@dataclass
class Balance:
    balance_cents: int
    handled: int
    runs: int


@dataclass
class Closed:
    account_id: str
    balance_cents: int
    handled: int
    runs: int


@workflow.defn
class Account:
    """Keeps a balance until it is closed."""

    @workflow.init
    def __init__(self, state: State) -> None:
        self._state = state
        self._handled_in_this_run = 0
        self._closed = False

    @workflow.run
    async def run(self, state: State) -> Closed:
        await workflow.wait_condition(lambda: self._closed or self._handled_in_this_run >= self._state.messages_per_run)
        await workflow.wait_condition(workflow.all_handlers_finished)
        if not self._closed:
            self._state.runs += 1
            workflow.continue_as_new(self._state)
        return Closed(self._state.account_id, self._state.balance_cents, self._state.handled, self._state.runs)

    @workflow.signal
    def deposit(self, amount: Amount) -> None:
        """Adds to the balance."""
        self._change(amount.amount_cents)

    @workflow.signal
    def close(self) -> None:
        """Ends the account once everything is handled."""
        self._closed = True

    @workflow.query
    def balance(self) -> Balance:
        """Says what the account holds."""
        return Balance(self._state.balance_cents, self._state.handled, self._state.runs)

    @workflow.update
    def withdraw(self, amount: Amount) -> int:
        """Takes from the balance, and says what is left."""
        self._change(-amount.amount_cents)
        return self._state.balance_cents

    @withdraw.validator
    def _validate_withdraw(self, amount: Amount) -> None:
        if amount.amount_cents < 1:
            raise ApplicationError("amount_cents must be at least 1")
        if amount.amount_cents > self._state.balance_cents:
            raise ApplicationError(f"the account holds only {self._state.balance_cents} cents")

    def _change(self, cents: int) -> None:
        self._state.balance_cents += cents
        self._state.handled += 1
        self._handled_in_this_run += 1
