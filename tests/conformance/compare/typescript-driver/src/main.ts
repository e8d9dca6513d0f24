/**
 * Runs programs of the TypeScript SDK for the comparison of servers.
 *
 * Each line of the input is a JSON object that says where to run which program, under a name that is unique on that server. Each is
 * answered by a line that says what the program recorded, in its order. With the argument `list` it prints the names of its programs.
 */
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { programs } from './programs/index.js';
import { Scene, type Recorded } from './scene.js';

/** No program waits for longer than a few seconds: what takes this long hangs. */
const LIMIT_MS = 35_000;

interface Request {
  id: number;
  address: string;
  namespace: string;
  name: string;
  program: string;
}

interface Answer {
  id: number;
  recorded: Recorded[];
  /** Why the program broke off, if it did. */
  error?: string;
}

async function run(request: Request): Promise<Answer> {
  const recorded: Recorded[] = [];
  const body = programs[request.program];
  if (!body) return { id: request.id, recorded, error: `no program is called ${request.program}` };
  let clock: NodeJS.Timeout | undefined;
  try {
    const scene = await Scene.open(request.address, request.namespace, request.name, recorded);
    const over = new Promise<never>((_, reject) => {
      clock = setTimeout(() => {
        scene.over = true;
        reject(new Error('its time is over'));
      }, LIMIT_MS);
    });
    await Promise.race([body(scene).finally(() => scene.close()), over]);
    return { id: request.id, recorded };
  } catch (error) {
    return { id: request.id, recorded, error: inspect(error) };
  } finally {
    clearTimeout(clock);
  }
}

if (process.argv[2] === 'list') {
  console.log(JSON.stringify(Object.keys(programs).sort()));
} else {
  // Workers log every failure that a program provokes.
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}), telemetryOptions: { logging: { filter: 'off', forward: {} } } });
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      void run(JSON.parse(line) as Request).then((answer) => process.stdout.write(JSON.stringify(answer) + '\n'));
    })
    // Its workers go with it.
    .on('close', () => process.exit(0));
}
