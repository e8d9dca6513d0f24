/** Packs the workflows for the worker, once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

void bundleWorkflowCode({
  workflowsPath: join(__dirname, 'workflows.js'),
  logger: new DefaultLogger('WARN'),
}).then(({ code }) => writeFileSync(join(__dirname, 'workflows-bundle.js'), code));
