// What all kernels know of the graph. Addresses are byte offsets in the memory that the columns lie in; see ../../../snapshot/columns.ts
// for the columns. The host calls every kernel whose name it gives a limit again until it says that it is done: an engine runs a function
// of WebAssembly as its first, quick compiler left it until the call returns, and only a later call gets the optimised code.

export let nodeCount: u32 = 0;
export let root: u32 = 0;
export let firstEdge: usize = 0;
export let edgeType: usize = 0;
export let edgeTarget: usize = 0;
/** The type of edges that never count for anything. */
let weak: u32 = 0;
/** 256 bytes, by edge type: one of the classes below. */
export let classOfEdge: usize = 0;

/** Counts for dominators. */
export const ESSENTIAL: u32 = 0;
// 1: counts for nothing; a weak edge.
/** A shortcut. Counts at the root only, but leads to page objects everywhere. */
export const SHORTCUT: u32 = 2;
// 3: the same, but not at the root either; the half of a WeakMap's pair that starts at the table.

export function setGraph(
  nodes: u32,
  rootNode: u32,
  firstEdges: usize,
  edgeTypes: usize,
  edgeTargets: usize,
  weakType: u32,
  classes: usize,
): void {
  nodeCount = nodes;
  root = rootNode;
  firstEdge = firstEdges;
  edgeType = edgeTypes;
  edgeTarget = edgeTargets;
  weak = weakType;
  classOfEdge = classes;
}

@inline
export function at(column: usize, index: u32): u32 {
  return load<u32>(column + ((<usize>index) << 2));
}

@inline
export function signedAt(column: usize, index: u32): i32 {
  return load<i32>(column + ((<usize>index) << 2));
}

@inline
export function put(column: usize, index: u32, value: u32): void {
  store<u32>(column + ((<usize>index) << 2), value);
}

@inline
export function isWeak(edge: u32): bool {
  return <u32>load<u8>(edgeType + <usize>edge) == weak;
}

@inline
export function classAt(edge: u32): u32 {
  return <u32>load<u8>(classOfEdge + <usize>load<u8>(edgeType + <usize>edge));
}
