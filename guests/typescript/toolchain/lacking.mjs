//! What a script uses and the engine lacks, with the author's file and line and what to use instead. It reads the bundle, so that
//! libraries are looked at too, as far as they are used. What throws is a problem; what only answers otherwise than in Node is a
//! warning, and so is what a library may well do without.

import { createRequire } from 'node:module';

import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { parse } from 'acorn';
import { full } from 'acorn-walk';

const { ofGlobal } = createRequire(import.meta.url)('./runtime/words.js');

/** The SDK and what it brings along: it is known to work. */
const KNOWN = /node_modules\/(@temporalio|@protobufjs|protobufjs|long|nexus-rpc|ms)\//;
const PROPERTY_ESCAPE = /\\[pP]\{/;

const FORMAT = 'format in an activity or in the client';
const RULES = [
  {
    test: (node) => node.type === 'Literal' && node.regex !== undefined && /[uv]/.test(node.regex.flags) && PROPERTY_ESCAPE.test(node.regex.pattern),
    what: (node) => `the regular expression ${node.raw} has a Unicode property`,
    instead: 'the engine has no Unicode tables; write the ranges out, such as [A-Za-zÀ-ÿ], or match in an activity',
    stopsLoading: true,
  },
  {
    test: (node) => /^(New|Call)Expression$/.test(node.type) && node.callee.name === 'RegExp' && PROPERTY_ESCAPE.test(String(node.arguments[0]?.value ?? '')),
    what: () => 'a regular expression has a Unicode property',
    instead: 'the engine has no Unicode tables; write the ranges out, such as [A-Za-zÀ-ÿ], or match in an activity',
  },
  {
    test: (node) => node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === 'Intl',
    what: (node) => `Intl.${node.property.name ?? '..'} is used`,
    instead: `the engine has no locale data; ${FORMAT}`,
  },
  {
    test: (node) => isCallOf(node, ['normalize']) && (node.arguments.length === 0 || /^NFK?[CD]$/.test(String(node.arguments[0].value))),
    what: () => 'normalize() is called',
    instead: 'the engine has no Unicode tables; normalize in an activity, or before the text becomes input',
    // Other things than strings have a method of this name.
    isSure: (node) => node.arguments.length > 0,
  },
  {
    test: (node) => isCallOf(node, ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'toLocaleUpperCase', 'toLocaleLowerCase', 'localeCompare']),
    what: (node) => `${node.callee.property.name}() is called`,
    instead: `the engine has no locale data and answers the same in every locale; ${FORMAT}, or use toString(), toISOString() or < and >`,
    isSure: () => false,
  },
  {
    test: (node) => node.type === 'NewExpression' && /^(WeakRef|FinalizationRegistry)$/.test(node.callee.name ?? ''),
    what: (node) => `${node.callee.name} is used`,
    instead: 'when garbage is collected is not determined by history; hold the object itself',
  },
];

/** Uses of globals that throw when they are reached: `fetch()`, `new Worker()`, `process.env`. */
const USES = { CallExpression: 'callee', NewExpression: 'callee', MemberExpression: 'object' };

function refusedGlobal(node) {
  const used = node[USES[node.type]];
  const name = used?.type === 'Identifier' ? used.name : undefined;
  const member = node.type === 'MemberExpression' ? node.property.name : undefined;
  const words = name === undefined || name === 'Intl' ? undefined : ofGlobal(name, member);
  return words === undefined ? undefined : { name, member, words };
}

function isCallOf(node, names) {
  return node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && names.includes(node.callee.property.name);
}

/** @returns `{ problems, warnings }`: sentences */
export function findLacking({ code, map }) {
  const trace = new TraceMap(map);
  const problems = [];
  const warnings = [];
  const tree = parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  const declared = new Set();
  full(tree, (node, _, type) => {
    if (type === 'VariablePattern') declared.add(node.name);
    if (/^Function/.test(node.type) && node.id) declared.add(node.id.name);
  });
  full(tree, (node) => {
    const refused = refusedGlobal(node);
    if (refused !== undefined && !declared.has(refused.name)) {
      const { source, line } = originalPositionFor(trace, node.loc.start);
      const isOwn = source !== null && !source.includes('node_modules/') && !source.startsWith('sundial/');
      const what = refused.member === undefined ? `${refused.name}()` : `${refused.name}.${refused.member}`;
      if (isOwn) warnings.push(`${source}:${line}: ${what} is refused when a workflow reaches it: ${refused.words}`);
    }
    for (const rule of RULES) {
      if (!rule.test(node)) continue;
      const { source, line } = originalPositionFor(trace, node.loc.start);
      if (source === null || KNOWN.test(source) || source.startsWith('sundial/')) continue;
      const isLibrary = source.includes('node_modules/');
      const isProblem = rule.stopsLoading === true || (!isLibrary && (rule.isSure?.(node) ?? true));
      (isProblem ? problems : warnings).push(`${source}:${line}: ${rule.what(node)}: ${rule.instead}`);
    }
  });
  return { problems, warnings: [...new Set(warnings)] };
}
