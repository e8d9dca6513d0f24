/** Activities: retries, timeouts, heartbeats, cancellation, completion from elsewhere, local ones. */
import { ActivityCancellationType } from '@temporalio/workflow';
import type { Scene } from '../scene.js';

export async function order(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'order', ['ship'], {
    staticSummary: 'an order',
    staticDetails: 'with *details*',
    memo: { note: 'memo' },
    workflowExecutionTimeout: '1 h',
    workflowTaskTimeout: '9 s',
    priority: { priorityKey: 1, fairnessKey: 'all', fairnessWeight: 1.5 },
  });
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
  await scene.described('description', scene.name);
}

export async function order_undone(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'order', ['never']);
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
}

export async function timed_out_activities(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'timeouts');
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
}

export async function heartbeats(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'resumes');
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
}

export async function cancelled_activities(scene: Scene): Promise<void> {
  for (const how of Object.values(ActivityCancellationType)) {
    const handle = await scene.start(`-${how}`, 'stopsActivity', [how]);
    await scene.eventually('the activity beats', async () => {
      const { pendingActivities } = await scene.describe(handle.workflowId);
      return Boolean(pendingActivities[0]?.heartbeatDetails);
    });
    await scene.signal(handle.workflowId, 'stop');
    await scene.outcome(how, handle.result());
    scene.history(`${how}: history`, handle.workflowId, { tasks: false });
  }
}

export async function completed_elsewhere(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'elsewhere');
  const of = async (activityId: string) => {
    await scene.eventually(`${activityId} is started`, async () => {
      const { pendingActivities } = await scene.describe(scene.name);
      return pendingActivities[0]?.activityId === activityId && Boolean(pendingActivities[0].lastStartedTime);
    });
    return { workflowId: scene.name, activityId };
  };
  const byId = await of('by-id');
  await scene.client.activity.heartbeat(byId, 'half');
  await scene.outcome('complete', scene.client.activity.complete(byId, 'by its id'));
  await scene.outcome('fail', scene.client.activity.fail(await of('failed'), new Error('by hand')));
  const last = await of('cancelled');
  await scene.outcome('cancelled without being asked', scene.client.activity.reportCancellation(last, 'a detail'));
  await scene.outcome('complete in the end', scene.client.activity.complete(last, 'in the end'));
  await scene.outcome('result', handle.result());
  await scene.outcome('complete again', scene.client.activity.complete(last, 'again'));
  scene.history('history', scene.name);
}

export async function local_activities(scene: Scene): Promise<void> {
  const handle = await scene.start('', 'localActivities');
  await scene.outcome('result', handle.result());
  scene.history('history', scene.name);
}
