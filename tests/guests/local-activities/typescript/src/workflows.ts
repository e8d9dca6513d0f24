// A workflow around one local activity, told by its input how the activity is asked for.

import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  TimeoutFailure,
  condition,
  defineSignal,
  isCancellation,
  proxyLocalActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';

/** What the program `local_step.py` is to do. */
interface Work {
  record: string;
  failures: number;
  takes_ms: number;
}

/** The work, and how it is asked for. */
interface Step {
  work: Work;
  start_to_close_ms: number;
  maximum_attempts: number;
  initial_interval_ms: number;
  timer_threshold_ms: number;
  cancel_after_ms: number;
}

interface Activities {
  local_step(work: Work): Promise<{ attempt: number }>;
  unknown_step(work: Work): Promise<{ attempt: number }>;
}

export const finish = defineSignal('finish');

/** Says what came of the activity once it is told to finish. */
export async function LocalStep(step: Step): Promise<string> {
  let mayFinish = false;
  setHandler(finish, () => {
    mayFinish = true;
  });
  const said = await outcome(step);
  await condition(() => mayFinish);
  return said;
}

async function outcome(step: Step): Promise<string> {
  const { local_step } = proxyLocalActivities<Activities>({
    startToCloseTimeout: step.start_to_close_ms,
    localRetryThreshold: step.timer_threshold_ms,
    // Without a number there is no limit: the SDK takes no 0 for that.
    retry: { initialInterval: step.initial_interval_ms, maximumAttempts: step.maximum_attempts || undefined },
  });
  const scope = new CancellationScope();
  const work = scope.run(() => local_step(step.work));
  try {
    if (step.cancel_after_ms) {
      const first = await Promise.race([work.then(() => 'done'), sleep(step.cancel_after_ms).then(() => 'late')]);
      if (first === 'late') scope.cancel();
    }
    return `done in attempt ${(await work).attempt}`;
  } catch (error) {
    if (isCancellation(error)) return 'cancelled';
    if (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure) return 'timed out';
    // Not in an ActivityFailure, as that of an ordinary activity would be.
    if (error instanceof ApplicationFailure) return 'failed';
    throw error;
  }
}

/** Asks for a local activity that nobody knows. */
export async function UnknownStep(work: Work): Promise<number> {
  const { unknown_step } = proxyLocalActivities<Activities>({ startToCloseTimeout: '10s' });
  return (await unknown_step(work)).attempt;
}
