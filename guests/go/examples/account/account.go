// Package account is an account that lives as long as its owner wants: it is told of deposits, asked for withdrawals, and goes on in new
// runs whose histories stay short.
package account

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"
)

// Input is what a run starts with: the first one with an id, the others with what the run before left.
type Input struct {
	AccountID    string `json:"account_id"`
	BalanceCents int64  `json:"balance_cents"`
	// Deposits and withdrawals of all runs.
	Handled int `json:"handled"`
	// This run's number, from one.
	Runs int `json:"runs"`
	// How many deposits and withdrawals one run handles.
	MessagesPerRun int `json:"messages_per_run"`
}

// Amount is the argument of deposits and withdrawals.
type Amount struct {
	AmountCents int64 `json:"amount_cents"`
}

// Balance is the answer of the balance query.
type Balance struct {
	BalanceCents int64 `json:"balance_cents"`
	Handled      int   `json:"handled"`
	Runs         int   `json:"runs"`
}

// Result is what is left when the account is closed.
type Result struct {
	AccountID string `json:"account_id"`
	Balance
}

// Account keeps an account until it is closed.
func Account(ctx workflow.Context, input Input) (*Result, error) {
	if input.Runs == 0 {
		input.Runs = 1
	}
	if input.MessagesPerRun == 0 {
		input.MessagesPerRun = 100
	}
	handledBefore := input.Handled
	closed := false

	balance := func() (Balance, error) { return Balance{input.BalanceCents, input.Handled, input.Runs}, nil }
	if err := workflow.SetQueryHandler(ctx, "balance", balance); err != nil {
		return nil, err
	}
	withdraw := func(ctx workflow.Context, amount Amount) (int64, error) {
		input.BalanceCents -= amount.AmountCents
		input.Handled++
		return input.BalanceCents, nil
	}
	validate := func(amount Amount) error {
		if amount.AmountCents < 1 {
			return errors.New("amount_cents must be at least 1")
		}
		if amount.AmountCents > input.BalanceCents {
			return fmt.Errorf("the account holds only %d cents", input.BalanceCents)
		}
		return nil
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, "withdraw", withdraw, workflow.UpdateHandlerOptions{Validator: validate}); err != nil {
		return nil, err
	}

	deposits := workflow.GetSignalChannel(ctx, "deposit")
	closing := workflow.GetSignalChannel(ctx, "close")
	// All that has come is handled before the run ends: a signal left in a channel would be lost.
	receive := func() {
		var amount Amount
		for deposits.ReceiveAsync(&amount) {
			input.BalanceCents += amount.AmountCents
			input.Handled++
		}
		closed = closing.ReceiveAsync(nil) || closed
	}
	full := func() bool { return input.Handled-handledBefore >= input.MessagesPerRun }
	err := workflow.Await(ctx, func() bool {
		receive()
		return (closed || full()) && workflow.AllHandlersFinished(ctx)
	})
	if err != nil {
		return nil, err
	}
	if closed {
		last, _ := balance()
		return &Result{input.AccountID, last}, nil
	}
	input.Runs++
	return nil, workflow.NewContinueAsNewError(ctx, Account, input)
}
