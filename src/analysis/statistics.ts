import { DETACHED } from '../graph/detachedness.js';
import type { HeapGraph } from '../graph/heap-graph.js';

/** A global environment: a page, a frame, a `vm` context. */
export interface NativeContext {
  readonly nodeId: number;
  /** With its origin, where V8 knows that: `system / NativeContext / https://example.com`. */
  readonly name: string;
  /** Bytes. */
  readonly shallowSize: number;
  /** Bytes. */
  readonly retainedSize: number;
}

export interface Statistics {
  readonly type: 'statistics';
  /** Bytes of all nodes, and what the header declares outside V8's heap. */
  readonly total: number;
  /** Bytes of native nodes and what the header declares; typedArrays: the data of array buffers among them. */
  readonly native: { readonly total: number; readonly typedArrays: number };
  /** Bytes of the rest. jsArrays: arrays and their elements; system: V8's own (type hidden). */
  readonly v8heap: {
    readonly total: number;
    readonly code: number;
    readonly jsArrays: number;
    readonly strings: number;
    readonly system: number;
  };
  /** Nodes that nothing strong connects to the root (V8 did not collect them yet, or the file is not whole). */
  readonly unreachable: { readonly count: number; readonly shallowSize: number };
  /**
   * Native nodes that are detached by DevTools' rule: what is out of the page, and what only that leads to, listeners and
   * styles among it. Node's own objects, which Node 18 to 22 call so too, do not count.
   */
  readonly detached: { readonly count: number; readonly shallowSize: number };
  /** Of these, elements by their names: `<div>`. */
  readonly detachedElements: { readonly count: number; readonly shallowSize: number };
  /** The largest first. */
  readonly nativeContexts: readonly NativeContext[];
}

/** DevTools' statistics, in shallow sizes, and what it does not tell: unreachable and detached nodes, contexts. */
export function computeStatistics(graph: HeapGraph): Statistics {
  const { nodeCount, shallowSize, detachedness, nodeKinds, totalSize } = graph;
  const { nodeType, nodeName, schema } = graph.columns;
  const names = new Names(graph);
  const elements = unsharedElements(graph, names);
  let native = schema.extraNativeBytes ?? 0;
  let typedArrays = 0;
  let code = 0;
  let strings = 0;
  let jsArrays = 0;
  let system = 0;
  const detached = { count: 0, shallowSize: 0 };
  const detachedElements = { count: 0, shallowSize: 0 };
  const contexts: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    const size = shallowSize[node]!;
    const type = nodeType[node]!;
    const name = nodeName[node]!;
    if (type === nodeKinds.hidden || type === nodeKinds.native) {
      if (names.is(name, NATIVE_CONTEXT)) contexts.push(node);
    }
    if (type === nodeKinds.hidden) {
      system += size;
    } else if (type === nodeKinds.native) {
      native += size;
      if (names.is(name, ARRAY_BUFFER_DATA)) typedArrays += size;
      if (detachedness[node] === DETACHED && !names.isOfNode(name)) {
        detached.count++;
        detached.shallowSize += size;
        if (names.isOfElement(name)) {
          detachedElements.count++;
          detachedElements.shallowSize += size;
        }
      }
    } else if (type === nodeKinds.code) {
      code += size;
    } else if (type === nodeKinds.string || type === nodeKinds.concatenatedString || type === nodeKinds.slicedString) {
      strings += size;
    } else if (names.is(name, ARRAY)) {
      jsArrays += size;
      const store = elements.get(node);
      if (store !== undefined) jsArrays += shallowSize[store]!;
    }
  }
  return {
    type: 'statistics',
    total: totalSize,
    native: { total: native, typedArrays },
    v8heap: { total: totalSize - native, code, jsArrays, strings, system },
    unreachable: sumUnreachable(graph),
    detached,
    detachedElements,
    nativeContexts: contexts
      .map((node) => describeContext(graph, node))
      .toSorted((a, b) => b.retainedSize - a.retainedSize),
  };
}

const ARRAY = 'Array';
const ARRAY_BUFFER_DATA = 'system / JSArrayBufferData';
const NATIVE_CONTEXT = 'system / NativeContext';

/** Compares a string of the file with a few names; each is read once. */
class Names {
  readonly #graph: HeapGraph;
  readonly #text = new Map<number, string>();
  readonly #ofNode = new Map<number, boolean>();
  readonly #ofElement = new Map<number, boolean>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** Whether it is the name of one of Node's own objects. */
  isOfNode(index: number): boolean {
    let known = this.#ofNode.get(index);
    if (known === undefined) {
      known = this.#graph.columns.strings.get(index).startsWith(OF_NODE);
      this.#ofNode.set(index, known);
    }
    return known;
  }

  /** Whether an element is called so: `<div>`, in files of some age `Detached <div>`. */
  isOfElement(index: number): boolean {
    let known = this.#ofElement.get(index);
    if (known === undefined) {
      known = ELEMENT.test(this.#graph.columns.strings.get(index));
      this.#ofElement.set(index, known);
    }
    return known;
  }

  is(index: number, text: string): boolean {
    let known = this.#text.get(index);
    if (known === undefined) {
      known = this.#graph.columns.strings.get(index);
      if (known.startsWith(`${NATIVE_CONTEXT} / `)) known = NATIVE_CONTEXT;
      if (known !== ARRAY && known !== ARRAY_BUFFER_DATA && known !== NATIVE_CONTEXT && known !== ELEMENTS) known = '';
      this.#text.set(index, known);
    }
    return known === text;
  }
}

const ELEMENTS = 'elements';
/** What the names of Node's own objects begin with. */
const OF_NODE = 'Node / ';
const ELEMENT = /^(?:Detached )?</;

/** By array: the backing store its first `elements` edge leads to, where no other edge of any kind does. */
function unsharedElements(graph: HeapGraph, names: Names): Map<number, number> {
  const { nodeCount, edgeCount, nodeKinds, edgeKinds } = graph;
  const { nodeType, nodeName, firstEdge, edgeType, edgeName, edgeTarget } = graph.columns;
  const { hidden, native, code, string, concatenatedString, slicedString } = nodeKinds;
  const others = new Set([hidden, native, code, string, concatenatedString, slicedString]);
  const elements = new Map<number, number>();
  /** By nodeIndex: 0 no array's elements, 1 no edge met yet, 2 one edge, 3 more. */
  const met = new Uint8Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if (others.has(nodeType[node]!) || !names.is(nodeName[node]!, ARRAY)) continue;
    const end = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      if (edgeType[edge] !== edgeKinds.internal || !names.is(edgeName[edge]!, ELEMENTS)) continue;
      elements.set(node, edgeTarget[edge]!);
      met[edgeTarget[edge]!] = 1;
      break;
    }
  }
  for (let edge = 0; edge < edgeCount; edge++) {
    const target = edgeTarget[edge]!;
    const state = met[target]!;
    if (state === 1 || state === 2) met[target] = state + 1;
  }
  for (const [array, store] of elements) if (met[store] !== 2) elements.delete(array);
  return elements;
}

function sumUnreachable(graph: HeapGraph): { count: number; shallowSize: number } {
  const { visitOrder, reachableCount, shallowSize, nodeCount } = graph;
  let sum = 0;
  for (let i = reachableCount; i < nodeCount; i++) sum += shallowSize[visitOrder[i]!]!;
  return { count: nodeCount - reachableCount, shallowSize: sum };
}

function describeContext(graph: HeapGraph, node: number): NativeContext {
  return {
    nodeId: graph.columns.nodeId[node]!,
    name: graph.columns.strings.get(graph.columns.nodeName[node]!),
    shallowSize: graph.shallowSize[node]!,
    retainedSize: graph.retainedSize[node]!,
  };
}
