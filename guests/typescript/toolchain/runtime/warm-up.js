//! A workflow that is run before the image is taken, so that no run has to: the engine compiles a function when it is first called, and
//! a run's first activation would call nearly everything for the first time. The build drives it, by `warm-up.mjs`; then `end` takes
//! away every trace of it, and nothing can run it again.

const wf = require('@temporalio/workflow');

const hooks = globalThis.__TEMPORAL__;
const { importWorkflows, importInterceptors } = hooks;
let isRunning = false;

const { greet } = wf.proxyActivities({ startToCloseTimeout: '1 minute', retry: { maximumAttempts: 3 } });
const local = wf.proxyLocalActivities({ startToCloseTimeout: '1 minute' });

/** What most workflows do, several times: what is called often is compiled better. */
async function warmUp({ rounds }) {
  const said = [];
  wf.setHandler(wf.defineSignal('say'), (what) => void said.push(what));
  wf.setHandler(wf.defineQuery('said'), () => said);
  wf.setHandler(
    wf.defineUpdate('add'),
    async (what) => {
      await wf.condition(() => true);
      said.push(what);
      return said.length;
    },
    {
      validator(what) {
        if (what === '') throw new Error('nothing to add');
      },
    },
  );
  wf.patched('warm-up');
  for (let round = 0; round < rounds; round += 1) {
    await greet({ name: 'Ada', at: new Date().toISOString() });
    await wf.sleep('1 minute');
    await wf.CancellationScope.withTimeout('1 hour', () => local.greet(wf.uuid4(), Math.random()));
    await wf.condition(() => said.length > 2 * round, '1 hour');
    await greet('Bob').catch((error) => error.stack);
    await Promise.all([new Promise((resolve) => setTimeout(resolve, 1000)), wf.executeChild('child', { args: [round] })]);
    wf.log.debug('warm', { round, said: said.length });
  }
  return { said };
}

/** Makes the workflow the only one there is. */
function begin() {
  isRunning = true;
  hooks.importWorkflows = () => ({ warmUp });
  hooks.importInterceptors = () => [];
}

/** From now on the author's workflows are there, and no run has been. */
function end() {
  if (!isRunning) return;
  isRunning = false;
  Object.assign(hooks, { importWorkflows, importInterceptors });
  delete globalThis.__TEMPORAL_ACTIVATOR__;
}

module.exports = { begin, end, isRunning: () => isRunning };
