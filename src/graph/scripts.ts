import type { GraphBase } from './base.js';
import { internalTarget } from './node-text.js';

/**
 * Names of scripts (path, URL, `node:fs`) by V8's script id, as far as functions of theirs are in the snapshot: a function
 * has both the id, in its location, and a way to the script, over what V8 shares between closures of one function.
 */
export function scriptNames(base: GraphBase): Map<number, string> {
  const { nodeName, strings } = base.columns;
  const names = new Map<number, string>();
  for (const [scriptId, script] of findScripts(base)) {
    const name = internalTarget(base, script, 'name');
    const text = name === null ? '' : strings.get(nodeName[name]!);
    if (text !== '') names.set(scriptId, text);
  }
  return names;
}

/** nodeIndex of scripts by V8's script id. */
export function findScripts(base: GraphBase): Map<number, number> {
  const { nodeType, locations } = base.columns;
  const { closure } = base.nodeKinds;
  const scripts = new Map<number, number>();
  for (let at = 0; at < locations.length; at += 4) {
    const node = locations[at]!;
    const scriptId = locations[at + 1]!;
    if (nodeType[node] !== closure || scripts.has(scriptId)) continue;
    const script = scriptOf(base, node);
    if (script !== null) scripts.set(scriptId, script);
  }
  return scripts;
}

function scriptOf(base: GraphBase, closure: number): number | null {
  const shared = internalTarget(base, closure, 'shared');
  if (shared === null) return null;
  // Up to Node 20 a debugger's notes may stand in between.
  const found = internalTarget(base, shared, 'script') ?? internalTarget(base, shared, 'script_or_debug_info');
  return found === null ? null : (internalTarget(base, found, 'script') ?? found);
}
