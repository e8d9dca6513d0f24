/** Signals, queries and updates, alone and with a start. */
import { QueryRejectCondition, WithStartWorkflowOperation, WorkflowUpdateStage } from '@temporalio/client';
import type { Scene } from '../scene.js';

export async function messages(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'basket');
  const update = async (label: string, name: string, updateId: string, item: string) => {
    await scene.idle(scene.name);
    await scene.outcome(label, handle.executeUpdate(name, { args: [item], updateId }));
  };
  await scene.signal(scene.name, 'addBySignal', 'apple');
  await update('accepted', 'add', 'one', 'pear');
  await update('the same id', 'add', 'one', 'pear');
  await update('rejected', 'add', 'two', '');
  await update('failed', 'add', 'three', 'stone');
  await update('unknown', 'subtract', 'four', 'pear');
  await scene.idle(scene.name);
  const slow = await handle.startUpdate('addWhenOpen', {
    args: ['plum'],
    updateId: 'five',
    waitForStage: WorkflowUpdateStage.ACCEPTED,
  });
  await scene.signal(scene.name, 'open');
  await scene.outcome('slow', slow.result());
  await scene.signal(scene.name, 'end');
  await scene.outcome('result', handle.result());
  await scene.outcome('its result after the end', handle.getUpdateHandle('one').result());
  await scene.outcome('a signal after the end', handle.signal('addBySignal', 'late'));
  scene.history('history', scene.name);
  await scene.described('description', scene.name);
}

export async function update_with_start(scene: Scene): Promise<void> {
  const tries = [
    ['starts', 'apple', 'FAIL'],
    ['is there', 'pear', 'USE_EXISTING'],
    ['is refused', 'plum', 'FAIL'],
    ['is rejected', '', 'USE_EXISTING'],
  ] as const;
  for (const [label, item, workflowIdConflictPolicy] of tries) {
    const startWorkflowOperation = new WithStartWorkflowOperation('basket', {
      workflowId: scene.name,
      taskQueue: scene.taskQueue,
      workflowIdConflictPolicy,
      memo: { of: label },
    });
    // The operation fails with the update.
    startWorkflowOperation.workflowHandle().catch(() => undefined);
    const call = scene.client.workflow.executeUpdateWithStart('add', { args: [item], updateId: label, startWorkflowOperation });
    await scene.outcome(label, call);
    await scene.idle(scene.name);
  }
  await scene.signal(scene.name, 'end');
  await scene.outcome('result', scene.client.workflow.getHandle(scene.name).result());
  scene.history('history', scene.name);
}

export async function signal_with_start(scene: Scene): Promise<void> {
  for (const item of ['apple', 'pear']) {
    await scene.client.workflow.signalWithStart('basket', {
      workflowId: scene.name,
      taskQueue: scene.taskQueue,
      signal: 'addBySignal',
      signalArgs: [item],
      memo: { first: item },
    });
    await scene.idle(scene.name);
  }
  await scene.outcome('started again', scene.start('', 'basket'));
  await scene.signal(scene.name, 'end');
  await scene.outcome('result', scene.client.workflow.getHandle(scene.name).result());
  await scene.outcome('started after its end', scene.start('', 'basket', [], { workflowIdReusePolicy: 'REJECT_DUPLICATE' }));
  scene.history('history', scene.name);
}

export async function queries(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'basket');
  const rejecting = scene.client.workflow.getHandle(scene.name);
  await scene.signal(scene.name, 'addBySignal', 'apple');
  await scene.idle(scene.name);
  await scene.outcome('a count', handle.query('count'));
  await scene.outcome('refused', handle.query('refuse'));
  await scene.outcome('unknown', handle.query('nothing'));
  await scene.outcome('what it is', handle.query('__temporal_workflow_metadata'));
  await scene.signal(scene.name, 'end');
  await scene.outcome('result', handle.result());
  await scene.outcome('after the end', rejecting.query('count'));
  for (const condition of [QueryRejectCondition.NOT_OPEN, QueryRejectCondition.NOT_COMPLETED_CLEANLY]) {
    const answer = scene.client.workflowService.queryWorkflow({
      namespace: scene.namespace,
      execution: { workflowId: scene.name },
      query: { queryType: 'count' },
      queryRejectCondition: condition === QueryRejectCondition.NOT_OPEN ? 2 : 3,
    });
    await scene.outcome(condition, answer.then(({ queryRejected }) => queryRejected?.status ?? 'answered'));
  }
  scene.history('history', scene.name);
}
