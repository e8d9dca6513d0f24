// A workflow that does nothing but wait.

import { sleep } from '@temporalio/workflow';

/** Returns how long it slept, in milliseconds of its own time. */
export async function Sleeper(milliseconds: number): Promise<number> {
  const start = Date.now();
  await sleep(milliseconds);
  return Date.now() - start;
}
