import type { GraphBase } from './base.js';

/** Where DevTools stops joining the parts of a concatenated string. */
const MAX_JOINED = 1024;

/** The text of a string node: its name, or for a concatenated string its parts, joined until there are 1024 characters. */
export function stringText(base: GraphBase, node: number): string {
  return joined(base, '', node);
}

/** `text`, and the parts of a string node until there are 1024 characters. */
function joined(base: GraphBase, text: string, node: number): string {
  const { nodeCount, edgeCount, firstEdge, nodeType, nodeName, strings } = base.columns;
  const { concatenatedString } = base.nodeKinds;
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

/** As stringText(), of many: a string that was built by adding to it again and again is a chain of first halves, each of which is read once. */
export class StringTexts {
  readonly #base: GraphBase;
  /** Of concatenated strings. */
  readonly #known = new Map<number, string>();

  constructor(base: GraphBase) {
    this.#base = base;
  }

  of(node: number): string {
    const base = this.#base;
    const { nodeType, nodeName, strings } = base.columns;
    const chain: number[] = [];
    let text = '';
    for (let part: number | null = node; part !== null; part = internalTarget(base, part, 'first')) {
      const known =
        nodeType[part] === base.nodeKinds.concatenatedString ? this.#known.get(part) : strings.get(nodeName[part]!);
      if (known !== undefined) {
        text = known;
        break;
      }
      chain.push(part);
      this.#known.set(part, ''); // Until it is known: in a damaged file it may be its own half.
    }
    for (let at = chain.pop(); at !== undefined; at = chain.pop()) {
      const second: number | null = text.length < MAX_JOINED ? internalTarget(base, at, 'second') : null;
      if (second !== null) text = joined(base, text, second);
      this.#known.set(at, text);
    }
    return text;
  }
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
