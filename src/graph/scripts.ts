import type { GraphBase } from './base.js';
import { internalTarget } from './node-text.js';

/**
 * Names of scripts (path, URL, `node:fs`) by V8's script id, as far as functions of theirs are in the snapshot: a function
 * has both the id, in its location, and a way to the script, over what V8 shares between closures of one function.
 */
export function scriptNames(base: GraphBase): Map<number, string> {
  const { nodeType, nodeName, locations, strings } = base.columns;
  const { closure } = base.nodeKinds;
  const names = new Map<number, string>();
  for (let at = 0; at < locations.length; at += 4) {
    const node = locations[at]!;
    const scriptId = locations[at + 1]!;
    if (nodeType[node] !== closure || names.has(scriptId)) continue;
    const script = scriptOf(base, node);
    const name = script === null ? null : internalTarget(base, script, 'name');
    if (name !== null) names.set(scriptId, strings.get(nodeName[name]!));
  }
  for (const [scriptId, name] of names) if (name === '') names.delete(scriptId);
  return names;
}

function scriptOf(base: GraphBase, closure: number): number | null {
  const shared = internalTarget(base, closure, 'shared');
  if (shared === null) return null;
  // Up to Node 20 a debugger's notes may stand in between.
  const found = internalTarget(base, shared, 'script') ?? internalTarget(base, shared, 'script_or_debug_info');
  return found === null ? null : (internalTarget(base, found, 'script') ?? found);
}
