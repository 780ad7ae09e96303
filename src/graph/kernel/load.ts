import type { BaseLayout } from './layout.js';

/** What graph.wasm exports; described where it is written, in assembly/. Addresses are byte offsets in its memory. */
export interface GraphKernel {
  setGraph(
    nodes: number,
    root: number,
    firstEdges: number,
    edgeTypes: number,
    edgeTargets: number,
    weakType: number,
    classes: number,
  ): void;
  setNames(
    nodeTypes: number,
    nodeNames: number,
    edgeNames: number,
    flags: number,
    object: number,
    hidden: number,
    array: number,
    native: number,
    element: number,
    hiddenEdge: number,
  ): void;
  listFlagged(list: number, flags: number, start: number, end: number): number;
  askNodeNames(start: number, end: number): void;
  sortNodes(ownable: number, ruled: number, start: number, end: number): number;
  edgesNamed(list: number, type: number, low: number, high: number, flag: number, start: number, end: number): number;

  startDistances(
    distances: number,
    queue: number,
    pairEdges: number,
    pairs: number,
    count: number,
    pending: number,
    ruledNodes: number,
    ruledCount: number,
    nodeBits: number,
  ): void;
  startAt(node: number, distance: number): void;
  search(limit: number): number;
  finishDistances(): void;

  sumSizes32(sizes: number, start: number, end: number): number;
  startOwners(ownable: number, shallow: number, isWide: boolean, room: number): void;
  findOwners(start: number, end: number): void;
  beginSizes32(sizes: number, start: number, end: number): void;
  beginSizes32To64(sizes: number, start: number, end: number): void;
  beginSizes64(sizes: number, start: number, end: number): void;
  giveSizes32(sizes: number, nodeTypes: number, synthetic: number, start: number, end: number): void;
  giveSizes32To64(sizes: number, nodeTypes: number, synthetic: number, start: number, end: number): void;
  giveSizes64(sizes: number, nodeTypes: number, synthetic: number, start: number, end: number): void;

  startEntries(entries: number, start: number, end: number): void;
  startSearch(
    entries: number,
    order: number,
    parents: number,
    semis: number,
    pages: number,
    blocks: number,
    room: number,
    roomEnd: number,
  ): void;
  pushSeed(node: number): void;
  pushRootTargets(): void;
  visitPage(limit: number): number;
  visitOthers(limit: number): number;
  visitAll(limit: number): number;
  ledTo(node: number): void;
  finishPage(start: number, end: number): void;
  listUnvisited(list: number, start: number, end: number): number;
  markRetained(list: number, listEnd: number): void;
  pushIslands(list: number, listEnd: number): void;
  finishSearch(list: number, listEnd: number, last: number): number;
  visitedCount(): number;
  isRoomFull(): number;
  keptEnd(): number;

  startRange(start: number, length: number, first: number, sources: number, lastKeeper: number): void;
  useRange(start: number, length: number, first: number, sources: number): void;
  countKept(start: number, end: number): void;
  sumKept(start: number, end: number, sum: number): number;
  endRange(sum: number): void;
  sortKept(start: number, end: number): void;
  startSemidominators(semis: number, links: number): void;
  startLinks(links: number, parents: number, start: number, end: number): void;
  semidominators(last: number, end: number): void;
  startDominators(parents: number, semis: number, jumps: number): void;
  dominators(start: number, last: number): void;
  dominatorsByNode(result: number, order: number, start: number, last: number): void;

  beginRetained32(retained: number, shallow: number, start: number, end: number): void;
  retain(retained: number, order: number, dominators: number, last: number, end: number): void;

  labelNodes(
    labels: number,
    nodeTypes: number,
    nodeNames: number,
    tables: number,
    ofType: number,
    start: number,
    end: number,
  ): number;
  startHolders(
    labels: number,
    regions: number,
    order: number,
    parents: number,
    parentEdges: number,
    passedBy: number,
    edgeNames: number,
    mayPassBy: number,
    voidEdges: number,
    voidEdgeCount: number,
  ): void;
  setHolderEdges(weak: number, shortcut: number, property: number): void;
  closeNodes(label: number, start: number, end: number): void;
  beginAt(node: number, region: number): void;
  takePassedBy(region: number): void;
  searchAgain(): void;
  searchHolders(limit: number, region: number, passesBy: boolean, intoClosed: boolean): number;
  askedEdge(): number;
  reachedCount(): number;
  keepRegions(start: number, end: number): void;

  countStaying(labels: number, order: number, start: number, end: number): number;
  startReduced(
    nodeTypes: number,
    nodeNames: number,
    nodeIds: number,
    nodeSizes: number,
    hasWideIds: boolean,
    hasWideSizes: boolean,
    owners: number,
    labels: number,
    order: number,
    parents: number,
  ): void;
  setClassTables(
    tables: number,
    kinds: number,
    detachedness: number,
    classHash: number,
    functionHash: number,
    closure: number,
  ): void;
  setReduced(ids: number, classes: number, parents: number, bytes: number, nodes: number, hashes: number): void;
  giveClass(classAndOne: number): void;
  reduceNodes(start: number, end: number): number;
  stayingBytes(): number;
  startNaming(
    object: number,
    codeOfType: number,
    firstCode: number,
    detachedness: number,
    codes: number,
    codeOfName: number,
    codeOfDetached: number,
    names: number,
    plainObjects: number,
  ): void;
  nameNodes(start: number, end: number): void;
  nameCount(): number;
  plainObjectsEnd(): number;
  startShapes(property: number, shapes: number): void;
  useSlots(slots: number, count: number): void;
  countShapes(): number;
  findShapes(objects: number, shapeOf: number, start: number, end: number): number;
  renumber(column: number, classes: number, start: number, end: number): void;
  renumberPlain(column: number, nodes: number, shapes: number, ofShape: number, start: number, end: number): void;

  startPreorder(dominators: number, numbered: number, ends: number, preorder: number): void;
  startEnds(start: number, end: number): void;
  countDominated(last: number, end: number): void;
  placeRoot(): void;
  placeInPreorder(start: number, end: number): void;
  startGroups(
    groups: number,
    hasSmallGroups: boolean,
    records: number,
    selfSizes: number,
    hasWideSelfSizes: boolean,
    shallow: number,
    hasWideShallow: boolean,
    distances: number,
  ): void;
  sumGroups(start: number, end: number): void;
  sumRetained(order: number, retained: number, start: number, end: number): void;

  countRetainers(firstRetainer: number, start: number, end: number): void;
  sumRetainers(firstRetainer: number): void;
  sortRetainers(firstRetainer: number, retainerNode: number, retainerEdge: number, last: number, end: number): void;
}

/** The kernels of one thread over a memory with this layout. */
export function graphKernel(module: WebAssembly.Module, memory: WebAssembly.Memory, layout: BaseLayout): GraphKernel {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernel = instance.exports as unknown as GraphKernel;
  const { nodeKinds, edgeKinds } = layout;
  kernel.setGraph(
    layout.nodeCount,
    layout.root,
    layout.firstEdge,
    layout.edgeType,
    layout.edgeTarget,
    edgeKinds.weak,
    layout.edgeClasses,
  );
  kernel.setNames(
    layout.nodeType,
    layout.nodeName,
    layout.edgeName,
    layout.stringFlags,
    nodeKinds.object,
    nodeKinds.hidden,
    nodeKinds.array,
    nodeKinds.native,
    edgeKinds.element,
    edgeKinds.hidden,
  );
  return kernel;
}

/** How many nodes or edges a call of a kernel is to go through: so few that the optimised code is soon used. */
export const STEP = 1 << 14;

/** Calls with start and end of each step from 0 up to `end`. */
export function upwards(start: number, end: number, run: (start: number, end: number) => void): void {
  for (let at = start; at < end; at += STEP) run(at, Math.min(end, at + STEP));
}

/** Calls with the last and first of each step from `last` down to `first`, both included. */
export function downwards(last: number, first: number, run: (last: number, first: number) => void): void {
  for (let at = last; at >= first; at -= STEP) run(at, Math.max(first, at - STEP + 1));
}

/** Calls until there is no more to do. */
export function untilDone(run: (limit: number) => number): void {
  while (run(STEP) !== 0);
}
