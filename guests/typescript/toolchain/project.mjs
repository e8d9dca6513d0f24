//! What a project says about itself: where its workflows are and the options that Temporal's worker would be given in code. They
//! stand in package.json under "sundial", or are found by their usual names.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { BuildProblem } from './problem.mjs';

const USUAL_PLACES = ['src/workflows', 'workflows', 'src/workflow', 'workflow', 'src/index', 'index'];
const ENDINGS = ['.ts', '.mts', '.tsx', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'];
const OPTIONS = ['workflowsPath', 'workflowInterceptorModules', 'payloadConverterPath', 'failureConverterPath', 'ignoreModules'];

export function readProject(folder) {
  const manifest = join(folder, 'package.json');
  let options;
  try {
    options = JSON.parse(readFileSync(manifest, 'utf8')).sundial ?? {};
  } catch (error) {
    throw new BuildProblem([`${manifest} can't be read: ${error.message}`]);
  }
  const unknown = Object.keys(options).filter((key) => !OPTIONS.includes(key));
  if (unknown.length > 0) {
    throw new BuildProblem([`package.json: "sundial" has no option ${unknown.join(', ')}; it has ${OPTIONS.join(', ')}`]);
  }
  const file = (path, option) => (path === undefined ? undefined : found(folder, path, `package.json: "sundial" "${option}"`));
  return {
    folder: resolve(folder),
    workflows: options.workflowsPath === undefined ? usual(folder) : file(options.workflowsPath, 'workflowsPath'),
    interceptors: (options.workflowInterceptorModules ?? []).map((path) =>
      /^[./]/.test(path) ? file(path, 'workflowInterceptorModules') : path,
    ),
    payloadConverter: file(options.payloadConverterPath, 'payloadConverterPath'),
    failureConverter: file(options.failureConverterPath, 'failureConverterPath'),
    ignored: options.ignoreModules ?? [],
  };
}

function usual(folder) {
  for (const place of USUAL_PLACES) {
    const path = ENDINGS.map((ending) => resolve(folder, place + ending)).find(existsSync);
    if (path !== undefined) return path;
  }
  throw new BuildProblem([
    `no workflows in ${folder}: looked for ${USUAL_PLACES.join(', ')}; name the file in package.json: "sundial": { "workflowsPath": "src/my-workflows.ts" }`,
  ]);
}

function found(folder, path, option) {
  const candidates = [path, ...ENDINGS.map((ending) => path + ending)].map((one) => resolve(folder, one));
  const existing = candidates.find((one) => /\.[cm]?[jt]sx?$/.test(one) && existsSync(one));
  if (existing === undefined) throw new BuildProblem([`${option} names ${path}, which is not there`]);
  return existing;
}
