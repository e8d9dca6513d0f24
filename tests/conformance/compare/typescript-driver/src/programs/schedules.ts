/** Schedules by the SDK's client, and worker deployments with versions. */
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Scene } from '../scene.js';

const service = temporal.api.workflowservice.v1;

export async function schedules(scene: Scene): Promise<void> {
  const handle = await scene.client.schedule.create({
    scheduleId: scene.name,
    spec: {
      intervals: [{ every: '6 h', offset: '1 h' }],
      calendars: [{ hour: { start: 8, end: 18, step: 2 }, dayOfWeek: { start: 'MONDAY', end: 'FRIDAY' }, comment: 'office hours' }],
      jitter: '1 s',
      timezone: 'Europe/Berlin',
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'basket',
      workflowId: `${scene.name}-run`,
      taskQueue: scene.taskQueue,
      memo: { note: 'memo' },
      workflowRunTimeout: '1 h',
    },
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: '1 h' },
    state: { paused: true, note: 'not yet', remainingActions: 9 },
    memo: { of: 'the schedule' },
  });
  const describe = async (label: string) => {
    const answer = await scene.client.workflowService.describeSchedule({ namespace: scene.namespace, scheduleId: scene.name });
    // Its times depend on when it was asked.
    answer.info!.futureActionTimes = [];
    scene.message(label, service.DescribeScheduleResponse, answer);
  };
  await describe('new');
  await handle.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  let started: string | undefined;
  const running = async () => (await handle.describe()).raw.info?.runningWorkflows ?? [];
  await scene.eventually('it started a run', async () => {
    started = (await running())[0]?.workflowId ?? undefined;
    return started !== undefined;
  });
  await scene.signal(started!, 'end');
  await scene.eventually("it saw the run's end", async () => (await running()).length === 0);
  await describe('triggered');
  await handle.unpause('go on');
  await handle.pause('stop');
  await handle.update(({ searchAttributes: _, typedSearchAttributes: __, ...schedule }) => ({
    ...schedule,
    spec: { intervals: [{ every: '1 h' }] },
    policies: { ...schedule.policies, overlap: ScheduleOverlapPolicy.SKIP },
  }));
  await scene.eventually('it is updated', async () => (await handle.describe()).raw.schedule?.spec?.structuredCalendar?.length === 0);
  await describe('updated');
  await scene.outcome('result', scene.client.workflow.getHandle(started!).result());
  await handle.delete();
}

export async function versions(scene: Scene): Promise<void> {
  const deploy = (buildId: string) =>
    scene.work({
      identity: `worker of ${buildId}`,
      workerDeploymentOptions: {
        useWorkerVersioning: true,
        version: { deploymentName: scene.name, buildId },
        defaultVersioningBehavior: 'PINNED',
      },
    });
  const makeCurrent = async (buildId: string) => {
    const request = { namespace: scene.namespace, deploymentName: scene.name, buildId, identity: 'operator' };
    const version = { namespace: scene.namespace, deploymentVersion: { deploymentName: scene.name, buildId } };
    await scene.eventually(`the server has heard of ${buildId}`, () =>
      scene.client.workflowService.describeWorkerDeploymentVersion(version).then(
        () => true,
        () => false,
      ),
    );
    // It is refused until all pollers of the version were heard of.
    await scene.eventually(`${buildId} is current`, () =>
      scene.client.workflowService.setWorkerDeploymentCurrentVersion(request).then(
        () => true,
        () => false,
      ),
    );
  };
  await deploy('one');
  await makeCurrent('one');
  const kinds = ['pinned', 'upgraded'];
  for (const kind of kinds) {
    await scene.start(`-${kind}`, kind, [], { taskQueue: scene.name });
    await scene.signal(`${scene.name}-${kind}`, 'step');
    await scene.idle(`${scene.name}-${kind}`);
  }
  await deploy('two');
  await makeCurrent('two');
  for (const kind of kinds) {
    const workflowId = `${scene.name}-${kind}`;
    await scene.signal(workflowId, 'step');
    await scene.outcome(kind, scene.client.workflow.getHandle(workflowId).result());
    scene.history(`${kind}: history`, workflowId, { tasks: false });
    await scene.described(`${kind}: description`, workflowId);
  }
}
