// A long-lived account: signals and updates change its balance, a query reads it, and it continues as new before its history grows
// long.

import * as wf from '@temporalio/workflow';

/** How many messages a run handles when its input does not say. */
const MESSAGES_PER_RUN = 100;

interface AccountInput {
  account_id: string;
  balance_cents?: number;
  handled?: number;
  runs?: number;
  messages_per_run?: number;
}

interface Balance {
  balance_cents: number;
  /** Deposits and withdrawals, over all runs. */
  handled: number;
  runs: number;
}

interface Amount {
  amount_cents: number;
}

export const deposit = wf.defineSignal<[Amount]>('deposit');
export const close = wf.defineSignal('close');
export const balance = wf.defineQuery<Balance>('balance');
export const withdraw = wf.defineUpdate<number, [Amount]>('withdraw');

/** One account, until it is closed. */
export async function Account(input: AccountInput): Promise<Balance & { account_id: string }> {
  const { account_id, runs = 1, messages_per_run = MESSAGES_PER_RUN } = input;
  let { balance_cents = 0, handled = 0 } = input;
  let inThisRun = 0;
  let isClosed = false;
  const count = () => {
    handled += 1;
    inThisRun += 1;
  };

  wf.setHandler(balance, () => ({ balance_cents, handled, runs }), { description: 'Says what the account holds.' });
  // What arrived before a handler is there is handled as the handler is set: deposits come before withdrawals.
  wf.setHandler(
    deposit,
    ({ amount_cents }) => {
      balance_cents += amount_cents;
      count();
    },
    { description: 'Adds money.' },
  );
  wf.setHandler(
    close,
    () => {
      isClosed = true;
    },
    { description: 'Ends the account.' },
  );
  wf.setHandler(
    withdraw,
    ({ amount_cents }) => {
      balance_cents -= amount_cents;
      count();
      return balance_cents;
    },
    {
      description: 'Takes money, if there is as much. Answers the new balance.',
      validator: ({ amount_cents }) => {
        if (amount_cents < 1) throw new Error('amount_cents must be at least 1');
        if (amount_cents > balance_cents) throw new Error(`the account holds only ${balance_cents} cents`);
      },
    },
  );

  await wf.condition(() => (isClosed || inThisRun >= messages_per_run) && wf.allHandlersFinished());
  if (isClosed) return { account_id, balance_cents, handled, runs };
  return await wf.continueAsNew<typeof Account>({ account_id, balance_cents, handled, runs: runs + 1, messages_per_run });
}
