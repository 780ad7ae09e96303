import type { GraphBase } from './base.js';

/** Where DevTools stops joining the parts of a concatenated string. */
const MAX_JOINED = 1024;

/** The text of a string node: its name, or for a concatenated string its parts, joined until there are 1024 characters. */
export function stringText(base: GraphBase, node: number): string {
  const { nodeCount, edgeCount, firstEdge, nodeType, nodeName, strings } = base.columns;
  const { concatenatedString } = base.nodeKinds;
  if (nodeType[node] !== concatenatedString) return strings.get(nodeName[node]!);
  let text = '';
  const stack = [node];
  // In a damaged file strings can be parts of themselves, or empty ones be parts over and over.
  for (let left = 2 * (nodeCount + edgeCount); stack.length > 0 && text.length < MAX_JOINED && left > 0;) {
    const part = stack.pop()!;
    left -= 1 + firstEdge[part + 1]! - firstEdge[part]!;
    if (nodeType[part] !== concatenatedString) {
      text += strings.get(nodeName[part]!);
      continue;
    }
    const first = internalTarget(base, part, 'first');
    const second = internalTarget(base, part, 'second');
    if (second !== null) stack.push(second);
    if (first !== null) stack.push(first);
  }
  return text;
}

/** nodeIndex of what the node's internal edge of this name leads to; null where there is none. */
export function internalTarget(base: GraphBase, node: number, name: string): number | null {
  const { firstEdge, edgeType, edgeName, edgeTarget, strings } = base.columns;
  const { internal } = base.edgeKinds;
  const end = firstEdge[node + 1]!;
  for (let edge = firstEdge[node]!; edge < end; edge++) {
    if (edgeType[edge] === internal && strings.get(edgeName[edge]!) === name) return edgeTarget[edge]!;
  }
  return null;
}
