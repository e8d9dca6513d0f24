//! One script out of a project's workflows, Temporal's SDK and the runtime of this folder. It says which imports a workflow may
//! not have; what the engine lacks is looked for by `lacking.mjs`.

import { readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as esbuild from 'esbuild';

import { reachableMessages } from './messages.mjs';
import { BuildProblem } from './problem.mjs';
import { sdkOf } from './sdk.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const RUNTIME = join(HERE, 'runtime');
/** Where a project without packages of its own finds Temporal's SDK. */
const TOOLCHAIN_MODULES = fileURLToPath(import.meta.resolve('esbuild')).replace(/([\\/]node_modules)[\\/].*$/, '$1');
const NAMESPACE = 'sundial';

/** Node's modules that Temporal's worker lets workflows have, as far as they need nothing of the machine. */
const GRANTED = {
  assert: 'module.exports = globalThis.assert;',
  url: 'module.exports = { URL, URLSearchParams };',
  util: 'module.exports = { TextEncoder, TextDecoder };',
};
/** Temporal's packages that belong to workers, clients and activities. */
const OUTSIDE = [
  '@temporalio/activity',
  '@temporalio/client',
  '@temporalio/worker',
  '@temporalio/common/lib/internal-non-workflow',
  '@temporalio/interceptors-opentelemetry/lib/client',
  '@temporalio/interceptors-opentelemetry/lib/worker',
  '@temporalio/testing',
  '@temporalio/core-bridge',
];
/** It asks whether there are files, and does without them. */
const PROBES = /[\\/]node_modules[\\/]protobufjs[\\/]/;
const words = createRequire(import.meta.url)('./runtime/words.js');

/** @returns `{ code, map, denied }`: the script, its source map, whose sources below `sundial/` are this toolchain's, and the imports that are refused */
export async function bundle(project, { eager, isWarmedUp, handlers }) {
  const denied = [];
  const sdk = sdkOf(project);
  const result = await esbuild
    .build({
      stdin: { contents: entry(project, { eager, isWarmedUp }), resolveDir: project.folder, sourcefile: 'sundial:entry', loader: 'js' },
      bundle: true,
      write: false,
      outfile: 'workflow.js',
      format: 'esm',
      platform: 'neutral',
      target: 'esnext',
      // Lowered, so that each `await` goes through `then`, which carries the context.
      supported: { 'async-await': false, 'async-generator': false, 'for-await': false, 'top-level-await': true, 'dynamic-import': false },
      mainFields: ['main', 'module'],
      conditions: ['require', 'node', 'default'],
      resolveExtensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'],
      external: ['sundial:workflow/host@0.1.0'],
      nodePaths: [TOOLCHAIN_MODULES],
      absWorkingDir: project.folder,
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'none',
      charset: 'utf8',
      keepNames: true,
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
      plugins: [sdkPlugin(sdk), runtimePlugin(project, denied, { handlers, messages: reachableMessages(sdk.require('@temporalio/proto')) })],
    })
    .catch((error) => {
      throw new BuildProblem((error.errors ?? [{ text: error.message }]).map((one) => described(one)));
    });
  const file = (suffix) => result.outputFiles.find(({ path }) => path.endsWith(suffix))?.text;
  const map = JSON.parse(file('workflow.js.map'));
  map.sources = map.sources.map((path) => withoutPlaces(path, project).replace(/^(\.\/)?sundial[:-]/, 'sundial/'));
  return { code: withoutPlaces(withOwnAsync(file('workflow.js')), project), map: JSON.stringify(map), denied };
}

/** Names this toolchain's files by what they are rather than by where they lie: the same source gives the same bytes everywhere. */
function withoutPlaces(text, project) {
  const placeOf = (folder) => `${relative(project.folder, folder).replaceAll('\\', '/')}/`;
  return text.replaceAll(placeOf(TOOLCHAIN_MODULES), 'node_modules/').replaceAll(placeOf(HERE), 'sundial/');
}

/** The bundler's helper for `async` gives way to the runtime's, which restores the context at less cost. */
function withOwnAsync(code) {
  const helper = /^var __async = \(__this, __arguments, generator\) => \{$/m.exec(code);
  if (helper === null) return code;
  const end = code.indexOf('\n};', helper.index) + '\n};'.length;
  // The number of lines stays, for the source map.
  const lines = code.slice(helper.index, end).split('\n').length;
  const own = `var __async = (self, args, generator) => globalThis.__sundial_async(self, args, generator);${'\n'.repeat(lines - 1)}`;
  return code.slice(0, helper.index) + own + code.slice(end);
}

function entry(project, { eager, isWarmedUp }) {
  const quoted = (path) => JSON.stringify(path);
  return `
require('sundial:runtime/globals.js');
const api = require('@temporalio/workflow/lib/worker-interface.js');
require('@temporalio/workflow/lib/global-overrides.js').overrideGlobals();
require('sundial:runtime/denied.js').denyGlobals();
const importWorkflows = () => require(${quoted(project.workflows)});
const importInterceptors = () => [${project.interceptors.map((path) => `require(${quoted(path)})`).join(', ')}];
globalThis.__TEMPORAL__ = { api, importWorkflows, importInterceptors };
const { Run } = require('sundial:runtime/guest.js');
const { describe } = require('sundial:runtime/describe.js');
const warmUp = require('sundial:runtime/warm-up.js');
const importConverters = () => [require('__temporal_custom_payload_converter'), require('__temporal_custom_failure_converter')];
${eager ? 'importWorkflows(); importInterceptors(); importConverters();' : ''}
${isWarmedUp ? 'warmUp.begin();' : ''}
const run = new Run(api);
export const guest = {
  activate: (bytes) => run.activate(bytes),
  describe() {
    warmUp.end();
    return describe(importWorkflows());
  },
};
`;
}

/** The runtime's own imports of the SDK, and of what comes with it, lead to the copy that workflows use. */
function sdkPlugin(sdk) {
  return {
    name: 'sdk',
    setup(build) {
      build.onResolve({ filter: /^@temporalio\// }, ({ path, importer, kind, pluginData }) => {
        if (pluginData === sdk || !importer.startsWith(RUNTIME)) return undefined;
        return build.resolve(path, { kind, importer, resolveDir: sdk.folder, pluginData: sdk });
      });
    },
  };
}

function runtimePlugin(project, denied, { handlers, messages }) {
  const virtual = {
    host: `export { log, run } from 'sundial:workflow/host@0.1.0';`,
    handlers: () => `module.exports = ${JSON.stringify(handlers)};`,
    messages: () => `module.exports = ${JSON.stringify(messages)};`,
  };
  return {
    name: 'sundial',
    setup(build) {
      build.onResolve({ filter: /^sundial:(host|messages|handlers)$/ }, ({ path }) => ({ path: path.slice('sundial:'.length), namespace: NAMESPACE }));
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
        contents: typeof virtual[path] === 'function' ? virtual[path]() : virtual[path],
        loader: 'js',
        resolveDir: project.folder,
      }));
      build.onResolve({ filter: /^sundial:runtime\// }, ({ path }) => ({ path: join(RUNTIME, path.slice('sundial:runtime/'.length)) }));
      build.onResolve({ filter: /^__temporal_custom_(payload|failure)_converter$/ }, ({ path }) => {
        const chosen = path.includes('payload') ? project.payloadConverter : project.failureConverter;
        return chosen === undefined ? { path, namespace: 'sundial-empty' } : { path: chosen };
      });
      build.onLoad({ filter: /.*/, namespace: 'sundial-empty' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
        if (path.startsWith('sundial:')) return undefined;
        const module = path.replace(/^node:/, '');
        if (module in GRANTED && (path.startsWith('node:') || !isInstalled(project, module))) return { path: module, namespace: 'sundial-granted' };
        const isBuiltin = builtinModules.includes(module) || builtinModules.includes(module.split('/')[0]);
        const isDenied = path.startsWith('node:') || isBuiltin || OUTSIDE.some((one) => module === one || module.startsWith(`${one}/`));
        if (!isDenied) return undefined;
        if (!project.ignored.includes(module) && !PROBES.test(importer)) denied.push({ module: path, importer: relative(project.folder, importer), line: lineOf(importer, path) });
        return { path: module, namespace: 'sundial-denied' };
      });
      build.onLoad({ filter: /.*/, namespace: 'sundial-granted' }, ({ path }) => ({ contents: GRANTED[path], loader: 'js' }));
      build.onLoad({ filter: /.*/, namespace: 'sundial-denied' }, ({ path }) => ({
        contents: `module.exports = require('sundial:runtime/denied.js').deniedModule(${JSON.stringify(path)}, ${JSON.stringify(words.ofModule(path))});`,
        loader: 'js',
        resolveDir: project.folder,
      }));
    },
  };
}

/** The line on which a file names a module. */
function lineOf(importer, module) {
  const lines = readFileSync(importer, 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(`'${module}'`) || line.includes(`"${module}"`));
  return index < 0 ? undefined : index + 1;
}

/** A package of the project's own may have the name of one of Node's modules. */
function isInstalled(project, module) {
  try {
    createRequire(join(project.folder, 'package.json')).resolve(`${module}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** The sentence for an import that is refused. */
export function describeDenied({ module, importer, line }) {
  return `${importer}${line === undefined ? '' : `:${line}`}: import of '${module}' is refused: ${words.ofModule(module.replace(/^node:/, ''))}`;
}

function described({ text, location }) {
  return location ? `${location.file}:${location.line}: ${text}` : text;
}
