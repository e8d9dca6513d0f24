//! Which copy of Temporal's SDK a project is built with: its own, if one is installed, else the one that this toolchain brings. There must
//! be only one in a component, and it must be of the version that the runtime was written for.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { BuildProblem } from './problem.mjs';

const NAME = '@temporalio/workflow';
const ofToolchain = createRequire(import.meta.url);

/** @returns `{ folder, require }`: where the SDK lies, and what finds what it depends on */
export function sdkOf(project) {
  const own = lookedUp(createRequire(project.workflows));
  const toolchain = lookedUp(ofToolchain);
  const sdk = own ?? toolchain;
  if (minor(sdk.version) !== minor(toolchain.version)) {
    throw new BuildProblem([
      `${NAME} ${sdk.version} is installed, and components are made with ${minor(toolchain.version)}: npm install ${NAME}@${toolchain.version}`,
    ]);
  }
  return sdk;
}

function lookedUp(require) {
  let entry;
  try {
    entry = require.resolve(NAME);
  } catch {
    return undefined;
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version, require: createRequire(entry) };
}

const minor = (version) => version.split('.').slice(0, 2).join('.');
