/** How a run ends and goes on, and what it notes on its way. */
import type { WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Scene } from '../scene.js';

export async function cancelled_scopes(scene: Scene): Promise<void> {
  for (const [label, swallow] of [['cancelled', false], ['completed', true]] as const) {
    const handle = await scene.start(`-${label}`, 'scopes', [swallow]);
    await scene.idle(handle.workflowId);
    await handle.cancel();
    await scene.outcome(label, handle.result());
    scene.history(`${label}: history`, handle.workflowId);
    await scene.described(`${label}: description`, handle.workflowId);
  }
}

export async function continue_as_new(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'again', [2], { memo: { note: 'memo' }, workflowExecutionTimeout: '1 h', retry: { maximumAttempts: 3 } });
  const first = (handle as WorkflowHandle & { firstExecutionRunId: string }).firstExecutionRunId;
  await scene.outcome('result', handle.result());
  scene.history('history of the first', scene.name, { runId: first });
  scene.history('history of the last', scene.name);
  await scene.described('the last', scene.name);
}

export async function retried_run(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'retried', [], { retry: { initialInterval: '10 ms', backoffCoefficient: 1, maximumAttempts: 4 } });
  await scene.outcome('result', handle.result());
  scene.history('history of the last', scene.name);
}

export async function failures(scene: Scene): Promise<void> {
  for (const how of ['plain', 'wrapped', 'activity']) {
    const handle = await scene.start(`-${how}`, 'fails', [how]);
    await scene.outcome(how, handle.result());
    scene.history(`${how}: history`, handle.workflowId);
  }
}

export async function patches(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'patches');
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
  await scene.described('description', scene.name);
}

export async function timers(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'timers');
  await scene.eventually('it waits for the signal', async () => {
    const { workflowExecutionInfo } = await scene.describe(scene.name);
    return Number(workflowExecutionInfo?.historyLength) >= 29;
  });
  await scene.signal(scene.name, 'end');
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
}

export async function upserts(scene: Scene): Promise<void> {
  const keyword = defineSearchAttributeKey('ComparedTypeScriptKeyword', 'KEYWORD');
  const { INDEXED_VALUE_TYPE_INT, INDEXED_VALUE_TYPE_KEYWORD } = temporal.api.enums.v1.IndexedValueType;
  await scene.client.connection.operatorService.addSearchAttributes({
    namespace: scene.namespace,
    searchAttributes: { [keyword.name]: INDEXED_VALUE_TYPE_KEYWORD, ComparedTypeScriptInt: INDEXED_VALUE_TYPE_INT },
  });
  let handle: WorkflowHandle | undefined;
  // The reference takes a moment until it knows a new attribute everywhere.
  await scene.eventually('the attributes are known', async () => {
    handle = await scene
      .start('', 'upserts', [], {
        memo: { note: 'memo', kept: true },
        typedSearchAttributes: new TypedSearchAttributes([{ key: keyword, value: 'first' }]),
      })
      .catch(() => undefined);
    return handle !== undefined;
  });
  await scene.outcome('result', handle!.result());
  scene.history('history', scene.name);
  await scene.described('description', scene.name);
}
