/** Children, and what workflows send to others. */
import { ChildWorkflowCancellationType } from '@temporalio/workflow';
import type { Scene } from '../scene.js';

export async function child_policies(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'parentOfEachPolicy');
  const children = ['TERMINATE', 'REQUEST_CANCEL', 'ABANDON'].map((policy) => `${scene.name}-${policy}`);
  await scene.eventually('all children run', async () => {
    const { pendingChildren } = await scene.describe(scene.name);
    return pendingChildren.filter((found) => found.runId).length === children.length;
  });
  for (const child of children) await scene.idle(child);
  await scene.signal(scene.name, 'end');
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
  await scene.client.workflow.getHandle(children[2]!).signal('end', 'by the program');
  for (const [number, child] of children.entries()) {
    await scene.outcome(`child ${number}`, scene.client.workflow.getHandle(child).result());
    scene.history(`child ${number}: history`, child, { tasks: false });
    await scene.described(`child ${number}: description`, child);
  }
}

/** Once the child waits, and its parent has seen that it started. */
async function started(scene: Scene, parent: string): Promise<string> {
  await scene.eventually(`the child of ${parent} runs`, async () => {
    const { pendingChildren } = await scene.describe(parent);
    return Boolean(pendingChildren[0]?.runId);
  });
  await scene.idle(parent);
  await scene.idle(`${parent}-child`);
  return `${parent}-child`;
}

export async function child_outcomes(scene: Scene): Promise<void> {
  for (const how of ['well', 'fail']) {
    const handle = await scene.start(`-${how}`, 'parent', [ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED]);
    const child = await started(scene, handle.workflowId);
    const { runId } = await scene.client.workflow.getHandle(child).describe();
    await scene.signal(child, 'end', how);
    if (how === 'fail') {
      await scene.eventually('it is retried', async () => (await scene.client.workflow.getHandle(child).describe()).runId !== runId);
      await scene.signal(child, 'end', how);
    }
    await scene.outcome(how, handle.result());
    scene.history(`${how}: history`, handle.workflowId);
    scene.history(`${how}: history of the child`, child, { runId });
    scene.history(`${how}: history of the child's last run`, child);
  }
}

export async function cancelled_children(scene: Scene): Promise<void> {
  const { ABANDON, WAIT_CANCELLATION_COMPLETED, WAIT_CANCELLATION_REQUESTED } = ChildWorkflowCancellationType;
  for (const how of [ABANDON, WAIT_CANCELLATION_COMPLETED, WAIT_CANCELLATION_REQUESTED]) {
    const handle = await scene.start(`-${how}`, 'parent', [how]);
    const child = await started(scene, handle.workflowId);
    await scene.signal(handle.workflowId, 'stop');
    await scene.outcome(how, handle.result());
    if (how === ABANDON) await scene.signal(child, 'end', 'by the program');
    await scene.outcome(`${how}: the child`, scene.client.workflow.getHandle(child).result());
    scene.history(`${how}: history`, handle.workflowId, { tasks: false });
    scene.history(`${how}: history of the child`, child, { tasks: false });
  }
}

export async function strangers(scene: Scene): Promise<void> {
  for (const how of ['signal', 'cancel']) {
    const other = await scene.start(`-${how}-other`, 'child');
    await scene.idle(other.workflowId);
    for (const when of ['in time', 'too late']) {
      const handle = await scene.start(`-${how}-${when}`, 'stranger', [other.workflowId, how]);
      await scene.outcome(`${how}, ${when}`, handle.result());
      scene.history(`${how}, ${when}: history`, handle.workflowId);
      await scene.outcome(`${how}, ${when}: the other`, other.result());
    }
    scene.history(`${how}: history of the other`, other.workflowId);
  }
}
