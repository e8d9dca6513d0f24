// The workflow. It runs in Sundial's sandbox as a component, and in an ordinary Temporal worker as it is.

import { proxyActivities } from '@temporalio/workflow';

import type * as activities from './activities';

const { composeGreeting } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 seconds' });

/** Greets somebody by an activity. */
export async function MyWorkflow(name: string): Promise<string> {
  return await composeGreeting(name);
}
