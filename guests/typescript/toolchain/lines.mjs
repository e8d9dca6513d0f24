//! The table from lines of the bundle to lines of the author's files, small enough to be part of a component. Of each line it keeps
//! the first mapping only: the bundler writes a statement per line.

import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';

/** @returns `{ sources, lines }`: lines are joined by `;`, each `source,line` as steps from the entry before, or empty */
export function lineTable(mapText) {
  const map = new TraceMap(mapText);
  let source = 0;
  let line = 0;
  const lines = decodedMappings(map).map((segments) => {
    const first = segments.find((segment) => segment.length > 1);
    if (first === undefined) return '';
    const [, toSource, toLine] = first;
    const entry = `${toSource - source},${toLine + 1 - line}`;
    source = toSource;
    line = toLine + 1;
    return entry;
  });
  return { sources: map.sources.map((path) => display(path)), lines: lines.join(';') };
}

/** A path as a trace shows it: nothing of the machine that built it. */
function display(path) {
  const inModules = path.lastIndexOf('node_modules/');
  if (inModules >= 0) return path.slice(inModules + 'node_modules/'.length);
  const inRuntime = path.lastIndexOf('/runtime/');
  return path.startsWith('../') && inRuntime >= 0 ? `sundial${path.slice(inRuntime)}` : path.replace(/^(\.\.\/)+/, '');
}
