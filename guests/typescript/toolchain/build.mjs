//! From a project's folder to a core module and what stands in for WASI. `sundial build` runs it and makes the component of them:
//! encoding is the host's, and so is what is printed. Usage: node build.mjs PROJECT WIT CACHE OUTPUT
//!
//! The last line on stdout is JSON: `{ "module": FILE, "standIns": { MODULE: FILE }, "warnings": [TEXT] }`, or
//! `{ "problems": [TEXT] }` with exit code 1.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundle, describeDenied } from './bundle.mjs';
import { BINDINGS, engine, foreignImports, SCRIPT } from './engine.mjs';
import { findHandlers } from './handlers.mjs';
import { findLacking } from './lacking.mjs';
import { lineTable } from './lines.mjs';
import { LoadError, preinitialise } from './preinitialise.mjs';
import { BuildProblem } from './problem.mjs';
import { readProject } from './project.mjs';
import { WarmUpError } from './warm-up.mjs';
import { standIn } from './wasi.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

export async function build(projectFolder, witFolder, cacheFolder) {
  const project = readProject(projectFolder);
  const engineMade = engine(witFolder, cacheFolder);
  const handlers = await findHandlers(project);
  // A module that asks for the time or a random number when it is loaded can't be loaded before a run is there.
  let loaded = await load(project, handlers, engineMade, { eager: true, isWarmedUp: true });
  // What a project does to the engine as it loads may keep our own workflow from running: then its first activation is slower.
  if (loaded.error instanceof WarmUpError) loaded = await load(project, handlers, engineMade, { eager: true, isWarmedUp: false });
  if (loaded.error !== undefined) loaded = await load(project, handlers, engineMade, { eager: false, isWarmedUp: false });
  if (loaded.error !== undefined) throw new BuildProblem([loaded.error.message]);
  const standIns = [...foreignImports((await engineMade).wasm)].map(([module, functions]) => [module, standIn(module, functions)]);
  return { module: loaded.module, standIns, warnings: loaded.warnings };
}

async function load(project, handlers, engineMade, { eager, isWarmedUp }) {
  const bundled = await bundle(project, { eager, isWarmedUp, handlers });
  const lacking = findLacking(bundled);
  const problems = [...bundled.denied.map((one) => describeDenied(one)), ...lacking.problems];
  if (problems.length > 0) throw new BuildProblem([...new Set(problems)]);
  const script = `${bundled.code}\nglobalThis.__SUNDIAL_LINES__ = ${JSON.stringify(lineTable(bundled.map))};\n`;
  const { wasm, environment } = await engineMade;
  try {
    const files = new Map([
      [SCRIPT, Buffer.from(script)],
      [BINDINGS, readFileSync(join(HERE, BINDINGS))],
    ]);
    const module = await preinitialise({ engine: wasm, files, environment, script: SCRIPT, bindings: BINDINGS, isWarmedUp });
    return { module, warnings: lacking.warnings };
  } catch (error) {
    if (!(error instanceof LoadError || error instanceof WarmUpError)) throw error;
    return { error };
  }
}

async function main([projectFolder, witFolder, cacheFolder, outputFolder]) {
  try {
    const { module, standIns, warnings } = await build(projectFolder, witFolder, cacheFolder);
    mkdirSync(outputFolder, { recursive: true });
    const files = {};
    standIns.forEach(([name, bytes], index) => {
      files[name] = join(outputFolder, `stand-in-${index}.wasm`);
      writeFileSync(files[name], bytes);
    });
    const moduleFile = join(outputFolder, 'module.wasm');
    writeFileSync(moduleFile, module);
    console.log(JSON.stringify({ module: moduleFile, standIns: files, warnings }));
  } catch (error) {
    if (!(error instanceof BuildProblem)) throw error;
    console.log(JSON.stringify({ problems: error.lines }));
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
