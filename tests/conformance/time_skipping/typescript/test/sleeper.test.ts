// Time is skipped while a result is awaited, and when the environment sleeps; otherwise it goes on as it does.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';

import { Sleeper } from '../src/sleeper';

const DAY_MS = 24 * 60 * 60 * 1000;
let environment: TestWorkflowEnvironment;
let worker: Worker;

before(async () => {
  const path = process.env.SUNDIAL_BINARY!;
  environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'sleepers',
    workflowsPath: require.resolve('../src/sleeper'),
  });
});

after(() => environment.teardown());

test('a year passes while its result is awaited, and a day when the environment sleeps', async () => {
  await worker.runUntil(async () => {
    const start = await environment.currentTimeMs();
    const slept = await environment.client.workflow.execute(Sleeper, { workflowId: 'year', taskQueue: 'sleepers', args: [365 * DAY_MS] });
    assert.ok(slept >= 365 * DAY_MS && slept < 366 * DAY_MS, `${slept} ms`);
    assert.ok((await environment.currentTimeMs()) - start >= 365 * DAY_MS);

    const handle = await environment.client.workflow.start(Sleeper, { workflowId: 'week', taskQueue: 'sleepers', args: [7 * DAY_MS] });
    const before = await environment.currentTimeMs();
    await environment.sleep('1 day');
    const passed = (await environment.currentTimeMs()) - before;
    assert.ok(passed >= DAY_MS && passed < 2 * DAY_MS, `${passed} ms`);
    assert.equal((await handle.describe()).status.name, 'RUNNING');
    assert.ok((await handle.result()) >= 7 * DAY_MS);
  });
});
