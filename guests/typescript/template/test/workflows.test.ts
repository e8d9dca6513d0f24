// The workflow against mocked activities, on a server that skips time. `sundial` is that server: it is found on PATH, or named by
// SUNDIAL_BINARY.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';

import { MyWorkflow } from '../src/workflows';

const sundial = process.env.SUNDIAL_BINARY ?? execFileSync('which', ['sundial'], { encoding: 'utf8' }).trim();
let environment: TestWorkflowEnvironment;

before(async () => {
  environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: sundial } } });
});

after(() => environment.teardown());

test('somebody is greeted by name', async () => {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'test',
    workflowsPath: require.resolve('../src/workflows'),
    activities: { composeGreeting: async (name: string) => `Good day, ${name}.` },
  });
  const greeting = await worker.runUntil(
    environment.client.workflow.execute(MyWorkflow, { workflowId: 'greeting', taskQueue: 'test', args: ['Ada'] }),
  );
  assert.equal(greeting, 'Good day, Ada.');
});
