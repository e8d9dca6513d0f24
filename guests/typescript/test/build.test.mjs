//! The build: what it refuses and where, what it reads from the source, and that the same source gives the same bytes.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from '../toolchain/build.mjs';
import { bundle } from '../toolchain/bundle.mjs';
import { findHandlers } from '../toolchain/handlers.mjs';
import { readProject } from '../toolchain/project.mjs';
import { CACHE, FIXTURE, WIT } from './built.mjs';
import { compile } from './instance.mjs';

/** A project of these files; `package.json` is added. */
function project(files) {
  const folder = mkdtempSync(join(tmpdir(), 'sundial-project-'));
  for (const [path, text] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function problems(files) {
  const built = build(project(files), WIT, CACHE);
  return await built.then(() => [], (error) => error.lines ?? Promise.reject(error));
}

const REFUSED = {
  [String.raw`export async function f(s: string) { return /\p{L}/u.test(s); }`]: /^src\/workflows\.ts:1: the regular expression .*Unicode property: .*(?:list|ranges)/,
  [String.raw`export async function f(s: string) { return new RegExp('\\p{L}', 'u').test(s); }`]: /^src\/workflows\.ts:1: a regular expression has a Unicode property/,
  'export async function f() {\n  return new Intl.NumberFormat("de").format(1);\n}': /^src\/workflows\.ts:2: Intl\.NumberFormat is used: .*activity/,
  'export async function f(s: string) { return s.normalize("NFC"); }': /^src\/workflows\.ts:1: normalize\(\) is called/,
  'export async function f() { return new WeakRef({}); }': /^src\/workflows\.ts:1: WeakRef is used: .*history/,
  'import * as fs from "node:fs";\nexport const f = async () => fs.readFileSync("x");': /^src\/workflows\.ts:1: import of 'node:fs' is refused: a workflow has no files; /,
  'import { request } from "http";\nexport const f = async () => request("x");': /import of 'http' is refused: a workflow has no network/,
  'import { spawn } from "child_process";\nexport const f = async () => spawn("x");': /import of 'child_process' is refused: a workflow starts no processes/,
  'import { randomBytes } from "crypto";\nexport const f = async () => randomBytes(1);': /import of 'crypto' is refused: a workflow has no randomness/,
  'import { Client } from "@temporalio/client";\nexport const f = async () => new Client();': /import of '@temporalio\/client' is refused: this package is for workers and clients/,
  'import { x } from "./missing";\nexport const f = async () => x;': /^src\/workflows\.ts:1: Could not resolve "\.\/missing"/,
  'export async function f( {': /^src\/workflows\.ts:1: /,
};
for (const [source, expected] of Object.entries(REFUSED)) {
  test(`it is named with file and line: ${source.split('\n')[0]}`, async () => {
    const found = await problems({ 'src/workflows.ts': source });
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0], expected);
  });
}

test('what answers otherwise than in Node is a warning', async () => {
  const folder = project({ 'src/workflows.ts': 'export async function f(n: number) {\n  return n.toLocaleString();\n}' });
  const { warnings } = await build(folder, WIT, CACHE);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /^src\/workflows\.ts:2: toLocaleString\(\) is called: .*same in every locale/);
});

test('what is refused when it is reached is a warning, unless the name is the author\'s own', async () => {
  const source = 'const process = (n: number) => n;\nexport async function f() {\n  performance.now();\n  return await fetch(`http://${process(1)}`);\n}';
  const { warnings } = await build(project({ 'src/workflows.ts': source }), WIT, CACHE);
  assert.deepEqual(warnings, [
    'src/workflows.ts:3: performance.now is refused when a workflow reaches it: a workflow has no clock; use Date.now() or new Date(), which come from history',
    'src/workflows.ts:4: fetch() is refused when a workflow reaches it: a workflow has no network; make the call in an activity',
  ]);
});

test('a project without workflows, or with an unknown option, is told what to write', async () => {
  assert.match((await problems({}))[0], /no workflows in .*"workflowsPath"/);
  const unknown = { 'package.json': '{ "sundial": { "workflows": "a.ts" } }', 'src/workflows.ts': 'export const a = 1;' };
  assert.match((await problems(unknown))[0], /"sundial" has no option workflows; it has workflowsPath/);
});

test('a module that asks for the time when it is loaded is loaded when a run is there', async () => {
  const source = 'const loaded = Date.now();\nexport async function f() { return loaded; }';
  const make = await compile(await build(project({ 'src/workflows.ts': source }), WIT, CACHE));
  const { Activations } = await import('./activations.mjs');
  const { successful } = make().activate(new Activations('f').start());
  assert.equal(Buffer.from(successful.commands[0].completeWorkflowExecution.result.data).toString(), '1700000001000');
});

test('the same source gives the same bytes, wherever it lies', async () => {
  const elsewhere = join(mkdtempSync(join(tmpdir(), 'sundial-elsewhere-')), 'deeper', 'fixture');
  cpSync(FIXTURE, elsewhere, { recursive: true });
  const [one, other] = [await build(FIXTURE, WIT, CACHE), await build(elsewhere, WIT, CACHE)];
  assert.ok(one.module.equals(other.module));
});

test('handlers are found through calls, other files and namespaces', async () => {
  const folder = project({
    'src/workflows.ts': `import * as wf from '@temporalio/workflow'; import { listen } from './shared'; export * from './shared';
      const NAME = 'named'; const inline = wf.defineQuery(NAME);
      export async function one() { listen(); wf.setHandler(inline, () => 1, { description: 'says one' }); }
      export const two = async () => { wf.setHandler(wf.defineUpdate('there'), () => 2); };
      export async function three() {}`,
    'src/shared.ts': `import { defineSignal, setHandler } from '@temporalio/workflow'; export const stop = defineSignal('stop');
      export function listen() { setHandler(stop, () => {}); }`,
  });
  const { one, two, three } = await findHandlers(readProject(folder));
  assert.deepEqual(one, {
    signals: [{ name: 'stop', description: '' }],
    queries: [{ name: 'named', description: 'says one' }],
    updates: [],
  });
  assert.deepEqual(two.updates, [{ name: 'there', description: '' }]);
  assert.equal(three, undefined);
});

const TOOLCHAIN_MODULES = fileURLToPath(new URL('../toolchain/node_modules', import.meta.url));

test('the SDK that is installed in a project is the only one in its component', async () => {
  const folder = project({ 'src/workflows.ts': "import { sleep } from '@temporalio/workflow';\nexport const f = () => sleep(1);" });
  for (const name of ['@temporalio/workflow', '@temporalio/common', '@temporalio/proto', 'nexus-rpc', 'protobufjs', 'long', 'ms']) {
    cpSync(join(TOOLCHAIN_MODULES, name), join(folder, 'node_modules', name), { recursive: true });
  }
  const { map } = await bundle(readProject(folder), { eager: true, isWarmedUp: true, handlers: {} });
  const { sources } = JSON.parse(map);
  for (const file of ['workflow/src/cancellation-scope.ts', 'workflow/src/internals.ts', 'common/src/failure.ts']) {
    assert.deepEqual(sources.filter((path) => path.endsWith(`@temporalio/${file}`)), [`node_modules/@temporalio/${file}`]);
  }
});

test('another version of the SDK is named, with what to install', async () => {
  const manifest = { name: '@temporalio/workflow', version: '1.13.2', main: 'lib/index.js' };
  const found = await problems({
    'src/workflows.ts': 'export async function f() {}',
    'node_modules/@temporalio/workflow/package.json': JSON.stringify(manifest),
    'node_modules/@temporalio/workflow/lib/index.js': '',
  });
  assert.deepEqual(found, [
    '@temporalio/workflow 1.13.2 is installed, and components are made with 1.24: npm install @temporalio/workflow@1.24.0',
  ]);
});

test('a project that an unwarmed engine can load is built all the same', async () => {
  const source = "globalThis.structuredClone = () => { throw new Error('no copies'); };\nexport async function f() { return 1; }";
  const make = await compile(await build(project({ 'src/workflows.ts': source }), WIT, CACHE));
  const { Activations } = await import('./activations.mjs');
  assert.ok(make().activate(new Activations('f').start()));
});
