import type { HeapGraph } from '../graph/heap-graph.js';
import { internalTarget, StringTexts } from '../graph/node-text.js';

export interface DuplicateString {
  /** As far as the snapshot has it. */
  readonly value: string;
  readonly count: number;
  /** Bytes of all of them. */
  readonly shallowSize: number;
  /** Bytes; the sum over all of them. */
  readonly retainedSize: number;
  /** V8 marked the text as cut; length and hash of the whole strings are equal too. */
  readonly truncated: boolean;
  /** In file order. */
  readonly nodeIds: readonly number[];
}

export interface DuplicateStrings {
  readonly type: 'duplicate-strings';
  /** By retained size, the largest first. */
  readonly rows: readonly DuplicateString[];
}

/**
 * Strings that are there more than once. V8 cuts texts at 1024 characters, and only its newest versions mark those that
 * are cut: in older snapshots, different long strings with the same start look equal.
 */
export function findDuplicateStrings(graph: HeapGraph): DuplicateStrings {
  const { nodeCount, shallowSize, retainedSize } = graph;
  const { nodeType, nodeName, nodeId } = graph.columns;
  const { string, concatenatedString } = graph.nodeKinds;
  const groups = new Map<string, number[]>();
  /** Plain strings by string index: saves reading a text again for each of its duplicates. */
  const groupOfName = new Map<number, number[]>();
  const isMarked = new TruncationMarks(graph);
  const texts = new StringTexts(graph);
  const groupFor = (key: string): number[] => {
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = []));
    return group;
  };
  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node]!;
    if ((type !== string && type !== concatenatedString) || shallowSize[node] === 0) continue;
    const mark = isMarked.of(node);
    if (mark !== '' || type === concatenatedString) {
      if (type === concatenatedString && isFlat(graph, node, texts)) continue;
      groupFor(mark + texts.of(node)).push(node);
      continue;
    }
    const name = nodeName[node]!;
    let group = groupOfName.get(name);
    if (group === undefined) {
      group = groupFor(texts.of(node));
      groupOfName.set(name, group);
    }
    group.push(node);
  }

  const rows: DuplicateString[] = [];
  for (const nodes of groups.values()) {
    if (nodes.length < 2) continue;
    rows.push({
      value: texts.of(nodes[0]!),
      count: nodes.length,
      shallowSize: nodes.reduce((sum, node) => sum + shallowSize[node]!, 0),
      retainedSize: nodes.reduce((sum, node) => sum + retainedSize[node]!, 0),
      truncated: isMarked.of(nodes[0]!) !== '',
      nodeIds: nodes.map((node) => nodeId[node]!),
    });
  }
  return { type: 'duplicate-strings', rows: rows.toSorted((a, b) => b.retainedSize - a.retainedSize) };
}

/** V8 empties one half of a concatenated string once it has joined them: that is no duplicate anyone made. */
function isFlat(graph: HeapGraph, node: number, texts: StringTexts): boolean {
  return ['first', 'second'].some((half) => {
    const part = internalTarget(graph, node, half);
    return part !== null && texts.of(part) === '';
  });
}

/** What tells strings apart whose text V8 says it cut: internal edges to `truncated`, `length` and `hash`. */
class TruncationMarks {
  readonly #graph: HeapGraph;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** Empty for a string that is not marked, otherwise equal for strings of equal length and hash. */
  of(node: number): string {
    const graph = this.#graph;
    const { firstEdge, nodeName, strings } = graph.columns;
    if (firstEdge[node] === firstEdge[node + 1]) return '';
    const mark = internalTarget(graph, node, 'truncated');
    if (mark === null || strings.get(nodeName[mark]!) === 'false') return '';
    const value = (name: string): string => {
      const target = internalTarget(graph, node, name);
      return target === null ? '' : strings.get(nodeName[target]!);
    };
    return `truncated ${value('length')} ${value('hash')} `;
  }
}
