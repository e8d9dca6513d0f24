/** The workflows of the programs. */
import {
  ActivityCancellationType,
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  deprecatePatch,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  setWorkflowOptions,
  sleep,
  startChild,
  upsertMemo,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type * as activities from './activities.js';

const retry = { initialInterval: '10 ms', backoffCoefficient: 1.5, maximumInterval: '1 s', maximumAttempts: 4 };
const { step } = proxyActivities<typeof activities>({ startToCloseTimeout: '30 s', retry });

function ended(error: unknown): string {
  if (isCancellation(error)) return 'cancelled';
  if (error instanceof ActivityFailure && error.cause) return error.cause.message;
  return String(error);
}

export async function order(last: string): Promise<string[]> {
  const done: string[] = [];
  for (const what of ['reserve', 'twice', 'soon']) {
    const told = { startToCloseTimeout: '30 s', retry, summary: `step ${what}`, priority: { priorityKey: 2, fairnessKey: what } } as const;
    done.push(await step.executeWithOptions(told, [what]));
  }
  try {
    done.push(await step(last));
  } catch (error) {
    await step('release');
    throw error;
  }
  return done;
}

export const add = defineUpdate<number, [string]>('add');
export const addWhenOpen = defineUpdate<string, [string]>('addWhenOpen');
export const addBySignal = defineSignal<[string]>('addBySignal');
export const open = defineSignal('open');
export const end = defineSignal<[string?]>('end');
export const count = defineQuery<number>('count');
export const refuse = defineQuery<number>('refuse');

/** Collects items by signal and by update, answers queries, and ends when it is told to. */
export async function basket(): Promise<string[]> {
  const items: string[] = [];
  let isOpen = false;
  let isEnded = false;
  setHandler(
    add,
    (item) => {
      if (item === 'stone') throw ApplicationFailure.create({ message: 'stones are no items', type: 'NoItem', details: ['a detail'] });
      return items.push(item);
    },
    {
      description: 'adds one',
      validator: (item) => {
        if (!item) throw ApplicationFailure.create({ message: 'an item needs a name', type: 'Nameless' });
      },
    },
  );
  setHandler(addWhenOpen, async (item) => {
    await condition(() => isOpen);
    items.push(item);
    return item;
  });
  setHandler(addBySignal, (item) => void items.push(item));
  setHandler(open, () => void (isOpen = true));
  setHandler(end, () => void (isEnded = true));
  setHandler(count, () => items.length);
  setHandler(refuse, () => {
    throw ApplicationFailure.create({ message: 'not to be asked', type: 'Refused' });
  });
  await condition(() => isEnded && allHandlersFinished());
  return items;
}

/** Waits to be told how to end. */
export async function child(): Promise<string> {
  let how: string | undefined;
  setHandler(end, (told) => void (how = told ?? 'told'));
  await condition(() => how !== undefined);
  if (how === 'fail') throw ApplicationFailure.create({ message: 'the child failed', type: 'Child', details: [workflowInfo().attempt] });
  return String(how);
}

export async function parentOfEachPolicy(): Promise<void> {
  let isEnded = false;
  setHandler(end, () => void (isEnded = true));
  for (const policy of [ParentClosePolicy.TERMINATE, ParentClosePolicy.REQUEST_CANCEL, ParentClosePolicy.ABANDON]) {
    await startChild(child, {
      workflowId: `${workflowInfo().workflowId}-${policy}`,
      parentClosePolicy: policy,
      memo: { policy },
      staticSummary: 'a child',
    });
  }
  await condition(() => isEnded);
}

export async function parent(cancellation: ChildWorkflowCancellationType): Promise<string> {
  const stop = defineSignal('stop');
  const scope = new CancellationScope();
  setHandler(stop, () => scope.cancel());
  try {
    return await scope.run(() =>
      executeChild(child, {
        workflowId: `${workflowInfo().workflowId}-child`,
        cancellationType: cancellation,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        retry: { initialInterval: '10 ms', maximumAttempts: 2 },
      }),
    );
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return 'cancelled';
  }
}

export async function stranger(other: string, how: string): Promise<void> {
  const handle = getExternalWorkflowHandle(other);
  await (how === 'signal' ? handle.signal(end, 'by a stranger') : handle.cancel());
}

/** Cleans up in a scope that is not cancelled with the run. */
export async function scopes(swallow: boolean): Promise<string> {
  try {
    await sleep('1 minute');
  } catch (error) {
    const released = await CancellationScope.nonCancellable(async () => {
      await sleep(10);
      return await step('release');
    });
    if (swallow) return `${released} after ${ended(error)}`;
    throw error;
  }
  return 'never cancelled';
}

/** Gives up an activity after a signal, as `how` says. */
export async function stopsActivity(how: ActivityCancellationType): Promise<string> {
  const stop = defineSignal('stop');
  const scope = new CancellationScope();
  setHandler(stop, () => scope.cancel());
  const stopped = proxyActivities<typeof activities>({ startToCloseTimeout: '30 s', heartbeatTimeout: '20 s', cancellationType: how });
  try {
    return await scope.run(() => stopped.step('beat'));
  } catch (error) {
    return ended(error);
  }
}

export async function timeouts(): Promise<string[]> {
  const told: string[] = [];
  for (const limits of [{ startToCloseTimeout: '1 s' }, { startToCloseTimeout: '30 s', heartbeatTimeout: '1 s' }] as const) {
    const silent = proxyActivities<typeof activities>({ ...limits, retry: { maximumAttempts: 1 } });
    await silent.step('silent').catch((error: unknown) => told.push(ended(error)));
  }
  return told;
}

export async function resumes(): Promise<string> {
  const beating = proxyActivities<typeof activities>({ startToCloseTimeout: '30 s', heartbeatTimeout: '20 s', retry });
  return await beating.step('resume');
}

export async function elsewhere(): Promise<string[]> {
  const told: string[] = [];
  for (const activityId of ['by-id', 'failed', 'cancelled']) {
    const pending = proxyActivities<typeof activities>({
      startToCloseTimeout: '30 s',
      heartbeatTimeout: '20 s',
      activityId,
      retry: { maximumAttempts: 1 },
    });
    told.push(await pending.step('elsewhere').catch(ended));
  }
  return told;
}

export async function localActivities(): Promise<string[]> {
  const local = proxyLocalActivities<typeof activities>({ scheduleToCloseTimeout: '20 s', retry });
  const told: string[] = [];
  for (const what of ['pear', 'twice', 'never']) told.push(await local.step(what).catch(ended));
  return [...told, await step('an ordinary one')];
}

export async function again(left: number): Promise<number> {
  if (left > 0) {
    upsertMemo({ left });
    await continueAsNew<typeof again>(left - 1);
  }
  return workflowInfo().attempt;
}

export async function retried(): Promise<string> {
  const { attempt } = workflowInfo();
  if (attempt < 3) throw ApplicationFailure.create({ message: 'not yet', type: 'NotYet', details: [attempt] });
  return 'the third';
}

export async function fails(how: string): Promise<void> {
  switch (how) {
    case 'wrapped':
      throw ApplicationFailure.create({ message: 'outer', type: 'Outer', cause: ApplicationFailure.nonRetryable('inner', 'Inner', 'a detail') });
    case 'activity':
      await step('never');
  }
  throw ApplicationFailure.create({ message: 'plain' });
}

/** Markers of patches; random values leave none. */
export async function patches(): Promise<string[]> {
  const told = [String(patched('first-change'))];
  await sleep(10);
  deprecatePatch('second-change');
  told.push(String(uuid4().length), String(patched('first-change')), String(patched('third-change')));
  return told;
}

export async function timers(): Promise<string[]> {
  const told: string[] = [];
  let isTold = false;
  setHandler(end, () => void (isTold = true));
  await sleep(10, { summary: 'a short one' });
  told.push(String(await condition(() => false, 10)));
  told.push(
    await CancellationScope.withTimeout(10, async () => {
      await sleep('1 minute');
      return 'never';
    }).catch(ended),
  );
  const scope = new CancellationScope();
  const slow = scope.run(() => sleep('1 minute'));
  await sleep(10);
  scope.cancel();
  told.push(await slow.then(() => 'slow', ended));
  told.push(String(await condition(() => isTold, '1 minute')));
  return told;
}

const keyword = defineSearchAttributeKey('ComparedTypeScriptKeyword', 'KEYWORD');
const number = defineSearchAttributeKey('ComparedTypeScriptInt', 'INT');

export async function upserts(): Promise<void> {
  upsertSearchAttributes([
    { key: keyword, value: 'changed' },
    { key: number, value: 5 },
  ]);
  upsertMemo({ note: 'changed', added: [1, 2] });
  await sleep(10);
  upsertSearchAttributes([{ key: keyword, value: null }]);
  upsertMemo({ note: null });
}

/** Tells on which version it ends. */
async function versioned(): Promise<string> {
  let steps = 0;
  setHandler(defineSignal('step'), () => void (steps += 1));
  await condition(() => steps === 2);
  return workflowInfo().currentDeploymentVersion?.buildId ?? 'none';
}

export async function pinned(): Promise<string> {
  return await versioned();
}
setWorkflowOptions({ versioningBehavior: 'PINNED' }, pinned);

export async function upgraded(): Promise<string> {
  return await versioned();
}
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, upgraded);
