// A worker for the activities alone: the workflow runs in Sundial's worker host, on the same task queue.

import { NativeConnection, Worker } from '@temporalio/worker';

import * as activities from './activities';

async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233' });
  const worker = await Worker.create({ connection, taskQueue: 'my-workflow', activities });
  await worker.run();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
