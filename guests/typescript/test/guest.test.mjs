//! The runtime inside the engine, as a component has it: the fixture's workflows, driven by activations.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Activations, failActivity, fireTimer, query, resolveActivity, signal, update } from './activations.mjs';
import { fixture } from './built.mjs';

const make = await fixture();

const commandsOf = ({ successful, failed }) => {
  assert.equal(failed, undefined, failed?.failure?.message);
  return successful.commands ?? [];
};
/** What a completion's commands are, in short: the variant of each. */
const kinds = (completion) => commandsOf(completion).map((command) => Object.keys(command).find((key) => !['eventGroupMarkers', 'userMetadata'].includes(key)));
const json = (payload) => JSON.parse(Buffer.from(payload.data).toString());
const resultOf = (completion) => json(commandsOf(completion).at(-1).completeWorkflowExecution.result);

function start(type, ...args) {
  const instance = make();
  const activations = new Activations(type, args);
  return { instance, first: instance.activate(activations.start()), next: (...jobs) => instance.activate(activations.of(...jobs)) };
}

test('a workflow goes from activity to timer to local activity', () => {
  const { first, next } = start('steps');
  const [{ scheduleActivity }] = commandsOf(first);
  assert.equal(scheduleActivity.activityType, 'greet');
  assert.equal(scheduleActivity.taskQueue, 'queue');
  assert.equal(json(scheduleActivity.arguments[0]), 'Ada');
  assert.deepEqual(kinds(next(resolveActivity(1, 'hello '))), ['startTimer']);
  const [{ scheduleLocalActivity }] = commandsOf(next(fireTimer(1)));
  assert.equal(scheduleLocalActivity.activityType, 'greet');
  assert.equal(resultOf(next(resolveActivity(scheduleLocalActivity.seq, 'Bob'))), 'hello Bob');
});

test('interceptors and the payload converter of package.json are used', () => {
  const [{ scheduleActivity }] = commandsOf(start('steps').first);
  assert.equal(Buffer.from(scheduleActivity.headers.seen.data).toString(), 'yes');
  assert.equal(Buffer.from(scheduleActivity.arguments[0].metadata.mark).toString(), 'fixture');
});

test('signals, queries and updates reach their handlers, and a validator rejects', () => {
  const { next } = start('messages');
  assert.deepEqual(kinds(next(signal('go', 5))), []);
  const [{ respondToQuery }] = commandsOf(next(query('total')));
  assert.equal(json(respondToQuery.succeeded.response), 5);
  const [{ updateResponse: rejected }] = commandsOf(next(update('add', -1)));
  assert.equal(rejected.rejected.message, 'negative');
  assert.match(rejected.rejected.stackTrace, /src\/workflows\.ts:\d+/);
  const [{ updateResponse: accepted }] = commandsOf(next(update('add', 7)));
  assert.ok(accepted.accepted);
  const [{ updateResponse: completed }] = commandsOf(next(fireTimer(1)));
  assert.equal(json(completed.completed), 12);
  assert.equal(resultOf(next(signal('go', 1_000_000))), 1_000_012);
});

test('a scope that times out cancels its activity, and cleaning up is not cancelled', () => {
  const { first, next } = start('scopes');
  assert.deepEqual(kinds(first).sort(), ['scheduleActivity', 'startTimer']);
  assert.deepEqual(kinds(next(fireTimer(1))), ['requestCancelActivity']);
  const cleaning = next({ resolveActivity: { seq: 1, result: { cancelled: { failure: { message: 'cancelled', canceledFailureInfo: {} } } } } });
  assert.deepEqual(kinds(cleaning), ['scheduleActivity']);
  assert.equal(resultOf(next(resolveActivity(2, 'clean'))), 'clean');
});

test('time and randomness are those of the activation, and the same in every instance', () => {
  const run = () => {
    const { first, next } = start('values');
    assert.deepEqual(kinds(first), ['startTimer']);
    return resultOf(next(fireTimer(1)));
  };
  const values = run();
  assert.deepEqual(values, run());
  assert.equal(values.start, 1_700_000_001_000);
  assert.equal(values.now, new Date(1_700_000_002_000).toISOString());
  assert.ok(values.random > 0 && values.random < 1);
  assert.match(values.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(values.info, 'queue');
});

test('patches, search attributes, continue-as-new, children and triggers become commands', () => {
  assert.deepEqual(kinds(start('patches').first), ['setPatchMarker', 'setPatchMarker', 'completeWorkflowExecution']);
  assert.deepEqual(kinds(start('again', 1).first), ['upsertWorkflowSearchAttributes', 'continueAsNewWorkflowExecution']);
  assert.equal(commandsOf(start('parent').first)[0].startChildWorkflowExecution.workflowId, 'child');
  assert.equal(resultOf(start('triggers').next(fireTimer(1))), 'fired');
});

test('an activity that failed for good fails the workflow with its cause', () => {
  const [{ failWorkflowExecution }] = commandsOf(start('steps').next(failActivity(1, 'no greeting')));
  assert.equal(failWorkflowExecution.failure.cause.message, 'no greeting');
});

test('the microtask queue is emptied, however long that takes', () => {
  assert.equal(resultOf(start('manyTurns', 20_000).first), 20_000);
});

test('a rejection that nobody handles fails the task, one that is handled late does not', () => {
  const { failed } = start('unhandled').first;
  assert.equal(failed.failure.message, 'Unhandled Promise rejection: Error: nobody looks');
  assert.equal(resultOf(start('handledLate').first), 'somebody looks');
});

for (const [type, expected] of Object.entries({
  outside: /^fs\.readFileSync\(\) is refused at src\/workflows\.ts:\d+: a workflow has no files; /,
  fetches: /^fetch\(\) is refused at src\/workflows\.ts:\d+: a workflow has no network; make the call in an activity/,
  randomBytes: /^crypto\.randomUUID\(\) is refused at .*uuid4\(\)/,
})) {
  test(`what reaches outside is refused in words, with the author's line: ${type}`, () => {
    const { failed } = start(type).first;
    assert.match(failed.failure.message, expected);
    assert.match(failed.failure.stackTrace, new RegExp(`at ${type} \\(src/workflows\\.ts:\\d+\\)`));
  });
}

test('the query __stack_trace says where a run waits', () => {
  const { next } = start('scopes');
  const [{ respondToQuery }] = commandsOf(next(query('__stack_trace')));
  assert.match(json(respondToQuery.succeeded.response), /^ {4}at scopes.* \(src\/workflows\.ts:\d+\)/m);
  const [{ respondToQuery: enhanced }] = commandsOf(next(query('__enhanced_stack_trace')));
  const { sdk, stacks } = json(enhanced.succeeded.response);
  assert.equal(sdk.name, 'typescript');
  assert.ok(stacks.some(({ locations }) => locations[0].file_path === 'src/workflows.ts' && locations[0].line > 0));
});

test('of what ran before the image was taken nothing is left', () => {
  assert.match(start('warmUp').first.failed.failure.message, /'warmUp'.*no such function/);
  const [{ scheduleActivity }] = commandsOf(start('steps').first);
  assert.equal(scheduleActivity.seq, 1);
  assert.equal(scheduleActivity.taskQueue, 'queue');
});

test('a workflow type that is not there fails the task with its name', () => {
  assert.match(start('nowhere').first.failed.failure.message, /'nowhere'.*no such function/);
});

test('log lines reach the host, with their attributes', () => {
  const { instance } = start('logs');
  assert.deepEqual(instance.lines.filter(([level]) => level !== 'debug'), [
    ['info', 'printed {"a":1}'],
    ['warn', 'careful {"part":7}'],
  ]);
});

test('the component says which types, signals, queries and updates it has', () => {
  const described = make().describe();
  assert.deepEqual(
    described.find(({ workflowType }) => workflowType === 'messages'),
    {
      workflowType: 'messages',
      description: '',
      signals: [{ name: 'go', description: '' }],
      queries: [{ name: 'total', description: 'what was added' }],
      updates: [{ name: 'add', description: '' }],
    },
  );
  assert.ok(described.length === 17);
  assert.ok(!described.some(({ workflowType }) => workflowType === 'setHandlers'));
});

/** One activation after the other; `next` says what comes after a completion. What a run needs is there after some hundreds. */
function growth(type, next) {
  const rounds = Number(process.env.SUNDIAL_MEMORY_ACTIVATIONS ?? 5_000);
  const { instance, first, next: activate } = start(type);
  let completion = first;
  const go = (count) => {
    for (let index = 0; index < count; index += 1) completion = activate(...next(completion));
  };
  go(1_000);
  const before = instance.memoryBytes;
  go(rounds);
  assert.ok(completion.successful, JSON.stringify(completion));
  return instance.memoryBytes - before;
}

const HOUR_SECONDS = 3600;
const MEMORY = {
  messages: () => [signal('go', 0), update('add', -1)],
  // Timers of an hour are those that never fire.
  rounds: (completion) =>
    commandsOf(completion).flatMap(({ scheduleActivity, startTimer }) => {
      if (scheduleActivity) return [resolveActivity(scheduleActivity.seq, 'done')];
      return startTimer && startTimer.startToFireTimeout.seconds < HOUR_SECONDS ? [fireTimer(startTimer.seq)] : [];
    }),
};
for (const [type, next] of Object.entries(MEMORY)) {
  test(`memory stays flat: ${type}`, { timeout: 600_000 }, () => {
    const more = growth(type, next);
    assert.ok(more <= 2 * 1024 * 1024, `${more} bytes more`);
  });
}

test('cancellation reaches what still waits, in the order in which it began, and scopes that the author kept', () => {
  const { first, next } = start('cancelled');
  const cancelled = (seq) => ({ resolveActivity: { seq, result: { cancelled: { failure: { message: 'cancelled', canceledFailureInfo: {} } } } } });
  assert.deepEqual(kinds(first), ['scheduleActivity']);
  assert.deepEqual(kinds(next(resolveActivity(1, 'over'))), ['scheduleActivity', 'startTimer', 'scheduleActivity', 'startTimer']);
  assert.deepEqual(kinds(next({ cancelWorkflow: {} })), ['requestCancelActivity', 'scheduleActivity', 'cancelTimer', 'requestCancelActivity']);
  assert.deepEqual(kinds(next(cancelled(2), cancelled(3))), []);
  assert.deepEqual(resultOf(next(fireTimer(2))), [
    'awaited',
    'timer true',
    'by hand',
    'condition true',
    'first true',
    'inner true',
    'kept true',
  ]);
});
