//! What the component says of itself: the workflow types are the functions that the project's workflows export; signals, queries and
//! updates were read from the source by the build, because the SDK learns of them only while a workflow runs.

const handlers = require('sundial:handlers');

const NONE = { signals: [], queries: [], updates: [] };

function describe(exported) {
  return Object.keys(exported)
    .filter((name) => typeof exported[name] === 'function' && name !== '__esModule')
    .map((workflowType) => ({ workflowType, description: '', ...(handlers[workflowType] ?? NONE) }));
}

module.exports = { describe };
