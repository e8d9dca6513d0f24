//! Which signals, queries and updates a workflow has, read from the source: the SDK learns of them only while a workflow runs, but the
//! contract asks before. It follows calls by name through the project's own files. What is named at run time can't be seen here,
//! and works all the same.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import * as esbuild from 'esbuild';

const KINDS = { defineSignal: 'signals', defineQuery: 'queries', defineUpdate: 'updates' };

/** @returns by workflow type: `{ signals, queries, updates }`, each a list of `{ name, description }` */
export async function findHandlers(project) {
  const source = { functions: new Map(), definitions: new Map(), renamed: new Map() };
  for (const file of await projectFiles(project)) readFile(file, await scriptOf(file), source);
  const result = {};
  const exported = new Map([...source.functions.keys()].map((name) => [name, name]));
  for (const [outside, inside] of source.renamed) exported.set(outside, inside);
  for (const [outside, inside] of exported) {
    const found = reachable(inside, source);
    if (found.size > 0) result[outside] = sorted([...found.values()]);
  }
  return result;
}

async function projectFiles(project) {
  const result = await esbuild
    .build({ entryPoints: [project.workflows], absWorkingDir: project.folder, bundle: true, write: false, packages: 'external', platform: 'neutral', metafile: true, logLevel: 'silent' })
    // Whatever is wrong with the files, the bundle says it with file and line.
    .catch(() => undefined);
  const inputs = Object.keys(result?.metafile.inputs ?? {});
  return inputs.filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !path.includes('node_modules')).map((path) => resolve(project.folder, path));
}

async function scriptOf(file) {
  const loader = /\.[cm]?ts$/.test(file) ? 'ts' : /\.tsx$/.test(file) ? 'tsx' : 'jsx';
  return (await esbuild.transform(readFileSync(file, 'utf8'), { loader, target: 'esnext' })).code;
}

function readFile(file, script, { functions, definitions, renamed }) {
  const tree = parse(script, { ecmaVersion: 'latest', sourceType: 'module' });
  const strings = new Map();
  const text = (node) => {
    if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
    if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked;
    return node?.type === 'Identifier' ? strings.get(node.name) : undefined;
  };
  const definition = (node) => {
    const kind = node?.type === 'CallExpression' ? KINDS[lastName(node.callee)] : undefined;
    const name = kind === undefined ? undefined : text(node.arguments[0]);
    return name === undefined ? undefined : { kind, name };
  };
  const functionOf = (ancestors) => {
    for (const node of ancestors) {
      const name = node.type === 'FunctionDeclaration' ? node.id?.name ?? 'default' : node.type === 'VariableDeclarator' && isFunction(node.init) ? node.id.name : undefined;
      if (name !== undefined) return entryOf(functions, name);
    }
    return undefined;
  };
  ancestor(tree, {
    VariableDeclarator(node) {
      if (node.id.type !== 'Identifier') return;
      const value = text(node.init);
      if (value !== undefined) strings.set(node.id.name, value);
      const defined = definition(node.init);
      if (defined !== undefined) definitions.set(node.id.name, defined);
      if (isFunction(node.init)) entryOf(functions, node.id.name);
    },
    FunctionDeclaration(node) {
      entryOf(functions, node.id?.name ?? 'default');
    },
    CallExpression(node, _, ancestors) {
      const within = functionOf(ancestors);
      if (within === undefined) return;
      const name = lastName(node.callee);
      if (name !== 'setHandler') within.calls.add(name);
      else within.handlers.push({ of: definition(node.arguments[0]) ?? lastName(node.arguments[0]), description: description(node.arguments[2], text) });
    },
    ExportNamedDeclaration(node) {
      for (const { local, exported } of node.specifiers) renamed.set(exported.name, local.name);
    },
  });
}

const isFunction = (node) => node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';
const lastName = (node) => (node?.type === 'MemberExpression' ? node.property.name : node?.name);

function entryOf(functions, name) {
  if (!functions.has(name)) functions.set(name, { calls: new Set(), handlers: [] });
  return functions.get(name);
}

function description(options, text) {
  const property = options?.type === 'ObjectExpression' ? options.properties.find((one) => one.key?.name === 'description') : undefined;
  return text(property?.value) ?? '';
}

/** The handlers that a function sets, or one that it calls. */
function reachable(start, { functions, definitions }) {
  const found = new Map();
  const seen = new Set();
  const waiting = [start];
  while (waiting.length > 0) {
    const name = waiting.pop();
    const entry = functions.get(name);
    if (entry === undefined || seen.has(name)) continue;
    seen.add(name);
    waiting.push(...entry.calls);
    for (const { of, description: about } of entry.handlers) {
      const defined = typeof of === 'object' ? of : definitions.get(of);
      if (defined !== undefined) found.set(`${defined.kind} ${defined.name}`, { ...defined, description: about });
    }
  }
  return found;
}

function sorted(handlers) {
  const of = (wanted) => handlers.filter(({ kind, name }) => kind === wanted && !name.startsWith('__')).map(({ name, description: about }) => ({ name, description: about })).sort((one, other) => (one.name < other.name ? -1 : 1));
  return { signals: of('signals'), queries: of('queries'), updates: of('updates') };
}
