//! The fixture as it is built once for all tests of a process.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from '../toolchain/build.mjs';
import { compile } from './instance.mjs';

export const FIXTURE = fileURLToPath(new URL('fixture', import.meta.url));
export const WIT = fileURLToPath(new URL('../../../wit/sundial-workflow', import.meta.url));
/** Where the spliced engine is kept: splicing takes most of the time. */
export const CACHE = process.env.SUNDIAL_TYPESCRIPT_CACHE ?? mkdtempSync(join(tmpdir(), 'sundial-typescript-'));

let made;
/** @returns a function that makes a new instance of the fixture */
export function fixture() {
  made ??= build(FIXTURE, WIT, CACHE).then((built) => compile(built));
  return made;
}
