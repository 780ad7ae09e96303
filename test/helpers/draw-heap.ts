import { buildHeapGraph } from '../../dist/graph/build.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import {
  EDGE_TYPES,
  makeColumns,
  NODE_TYPES,
  type EdgeType,
  type MadeEdge,
  type MadeNode,
  type NodeType,
} from './make-columns.js';

export interface DrawnHeap {
  readonly graph: HeapGraph;
  /** By nodeIndex: the label in the drawing. */
  readonly labels: readonly string[];
  readonly indexOf: (label: string) => number;
}

/**
 * A heap drawn as text, a chain per line:
 *
 *     Root -> Cache:Map[table] -entries-> Table:array(64) -> Session x3
 *
 * A node is a label, which is also its name; `Label:Name` and `Label:"(a name)"` name it
 * otherwise. At its first
 * mention `[type]` gives V8's type (default object), `(64)` the size (default 10), `{2}` the detachedness, `<7,1,2>` the
 * location, and `x3` makes three of it, labelled Session1 to Session3. Several targets are joined by `&`.
 * `->` is a property edge with the target's label as its name, `-a->` one named a, `-"a b"->` one named a b, and
 * `-weak:a->` one of type weak.
 * Root is the synthetic root. `#` starts a comment.
 */
export function drawHeap(text: string): DrawnHeap {
  const drawing = new Drawing();
  for (const line of text.split('\n')) drawing.addChain(line.replace(/(^|\s)#.*$/, '').trim());
  const labels = [...drawing.indexOf.keys()];
  return {
    graph: buildHeapGraph(makeColumns(drawing.nodes)),
    labels,
    indexOf: (label) => {
      const index = drawing.indexOf.get(label);
      if (index === undefined) throw new Error(`nothing in the drawing is labelled ${label}`);
      return index;
    },
  };
}

/** One line per node of the drawing: its label and what `describe` says. */
export function describeNodes(heap: DrawnHeap, describe: (node: number) => unknown): string {
  return heap.labels.map((label, node) => `${label} ${String(describe(node))}`).join('\n');
}

/** Text without the indentation of its first line. */
export function unindent(text: string): string {
  const lines = text.split('\n').slice(1, -1);
  const indent = /^ */.exec(lines[0] ?? '')![0].length;
  return lines.map((line) => line.slice(indent)).join('\n');
}

type Draft = MadeNode & { readonly edges: MadeEdge[] };

const ARROW = /\s+-(?:((?:[^\s>"]|"[^"]*")+)-)?>\s+/;
const NODE =
  /^(?<label>[^\s:[({<]+)(?::(?<name>"[^"]*"|[^[({<"]+))?(?:\[(?<type>[^\]]+)\])?(?:\((?<size>\d+)\))?(?:\{(?<state>\d)\})?(?:<(?<place>[\d,]+)>)?(?:\s+x(?<times>\d+))?$/;

class Drawing {
  readonly nodes: Draft[] = [];
  readonly indexOf = new Map<string, number>();

  constructor() {
    this.#add('Root', { type: 'synthetic', name: '', size: 0, edges: [] });
  }

  addChain(line: string): void {
    if (line === '') return;
    // Splitting by a pattern with a group gives node, arrow's text, node, arrow's text ... node.
    const parts = line.split(ARROW) as (string | undefined)[];
    let from = this.#nodes(parts[0]!);
    for (let i = 1; i < parts.length; i += 2) {
      const to = this.#nodes(parts[i + 1]!);
      for (const source of from) for (const target of to) this.#connect(source, parts[i], target);
      from = to;
    }
  }

  #connect(source: number, arrow: string | undefined, target: number): void {
    const [, type = 'property', name = ''] = /^(?:([a-z]+):)?(.*)$/.exec(arrow ?? '')!;
    if (!EDGE_TYPES.some((known) => known === type)) throw new Error(`no edge type ${type}`);
    const numbered = type === 'element' || type === 'hidden';
    const text = name === '' ? [...this.indexOf.keys()][target]! : name.replaceAll('"', '');
    this.nodes[source]!.edges.push({ type: type as EdgeType, name: numbered ? Number(name) : text, target });
  }

  #nodes(text: string): number[] {
    return text.split(/\s+&\s+/).flatMap((one) => this.#node(one.trim()));
  }

  #node(text: string): number[] {
    const match = NODE.exec(text);
    if (match === null) throw new Error(`no node: ${text}`);
    const { label = '', name, type = 'object', size = '10', state = '0', place, times } = match.groups!;
    if (times === undefined) {
      const known = this.indexOf.get(label);
      if (known !== undefined) return [known];
    }
    if (!NODE_TYPES.some((known) => known === type)) throw new Error(`no node type ${type}`);
    const labels = times === undefined ? [label] : Array.from({ length: Number(times) }, (_, i) => label + (i + 1));
    return labels.map((each) =>
      this.#add(each, {
        type: type as NodeType,
        name: name?.replaceAll('"', '') ?? label,
        size: Number(size),
        detachedness: Number(state),
        ...(place === undefined ? {} : { location: place.split(',').map(Number) as [number, number, number] }),
        edges: [],
      }),
    );
  }

  #add(label: string, node: Draft): number {
    this.indexOf.set(label, this.nodes.length);
    return this.nodes.push(node) - 1;
  }
}
