//! The JavaScript engine as a core module that speaks our contract: made once for a contract, and kept, because it takes long and
//! depends on nothing of a project. It also says how the engine is told to load a script.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as wasm from './wasm-module.mjs';

const WORLD = 'workflow';
/** What the engine can do besides running a script: nothing. Clocks, randomness, streams and the network stay out. */
const FEATURES = [];

export const SCRIPT = 'workflow.js';
export const BINDINGS = 'bindings.js';

/** @returns `{ wasm, environment }`: the spliced engine, and the variables that tell it of exports and imports */
export async function engine(witFolder, cacheFolder) {
  const componentize = join(dirname(fileURLToPath(import.meta.resolve('@bytecodealliance/componentize-js'))), '..');
  const original = readFileSync(join(componentize, 'lib/starlingmonkey_embedding.wasm'));
  const digest = createHash('sha256').update(original).update(witText(witFolder)).digest('hex').slice(0, 32);
  const cached = join(cacheFolder, `engine-${digest}`);
  const [wasmFile, environmentFile] = [join(cached, 'engine.wasm'), join(cached, 'environment.json')];
  if (!existsSync(environmentFile)) {
    const { splicer } = await import(join(componentize, 'lib/spidermonkey-embedding-splicer.js'));
    const spliced = splicer.spliceBindings(original, FEATURES, undefined, witFolder, WORLD, false);
    mkdirSync(cached, { recursive: true });
    write(wasmFile, Buffer.from(spliced.wasm));
    // Last, because it is what tells that the rest is there.
    write(environmentFile, JSON.stringify(environment(spliced)));
  }
  return { wasm: readFileSync(wasmFile), environment: JSON.parse(readFileSync(environmentFile, 'utf8')) };
}

function witText(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.wit'));
  return files.sort().map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

/** Two builds may write the same file at once: each writes its own and renames it. */
function write(path, content) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, content);
  renameSync(own, path);
}

function environment({ exports, imports }) {
  const variables = {
    DEBUG: '',
    SOURCE_NAME: SCRIPT,
    FEATURE_CLOCKS: '',
    EXPORT_CNT: String(exports.length),
    IMPORT_CNT: String(imports.length),
  };
  exports.forEach(([name, one], index) => {
    variables[`EXPORT${index}_NAME`] = name;
    variables[`EXPORT${index}_ARGS`] = (one.paramptr ? '*' : '') + one.params.join(',');
    variables[`EXPORT${index}_RET`] = (one.retptr ? '*' : '') + (one.ret ?? '');
    variables[`EXPORT${index}_RETSIZE`] = String(one.retsize);
  });
  imports.forEach(([, name, argumentCount], index) => {
    variables[`IMPORT${index}_NAME`] = name;
    variables[`IMPORT${index}_ARGCNT`] = String(argumentCount);
  });
  return variables;
}

/** What the engine imports beside the contract, by module: functions with their types. */
export function foreignImports(engineBytes) {
  const list = wasm.sections(engineBytes);
  const types = wasm.types(list);
  const byModule = new Map();
  for (const { module, name, type } of wasm.imports(list)) {
    if (module.startsWith('sundial:')) continue;
    if (!byModule.has(module)) byModule.set(module, []);
    byModule.get(module).push({ name, type: types[type] });
  }
  return byModule;
}
