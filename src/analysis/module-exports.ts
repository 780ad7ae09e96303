import type { HeapGraph } from '../graph/heap-graph.js';

/** What V8 calls an ECMAScript module. */
export const MODULE_NAME = 'system / SourceTextModule';
const CELL_NAME = 'system / Cell';

export interface ModuleExport {
  /** nodeIndex of the module. */
  readonly module: number;
  readonly name: string;
}

/** By graph: of the cells of its modules. */
const known = new WeakMap<HeapGraph, ReadonlyMap<number, ModuleExport>>();

/** What a cell of `module` is exported as, and by which module: one that imports it has the same cell, without a name. */
export function exportInCell(graph: HeapGraph, module: number, cell: number): ModuleExport | null {
  const { nodeName, strings } = graph.columns;
  if (strings.get(nodeName[module]!) !== MODULE_NAME || strings.get(nodeName[cell]!) !== CELL_NAME) return null;
  let exports = known.get(graph);
  if (exports === undefined) known.set(graph, (exports = findExports(graph, nodeName[module]!)));
  return exports.get(cell) ?? null;
}

function findExports(graph: HeapGraph, moduleName: number): Map<number, ModuleExport> {
  const { nodeName, nodeType, firstEdge, edgeTarget } = graph.columns;
  const exports = new Map<number, ModuleExport>();
  for (let module = nodeName.indexOf(moduleName); module >= 0; module = nodeName.indexOf(moduleName, module + 1)) {
    for (let edge = firstEdge[module]!; edge < firstEdge[module + 1]!; edge++) {
      const table = edgeTarget[edge]!;
      if (nodeType[table] === graph.nodeKinds.array) addEntries(graph, module, table, exports);
    }
  }
  return exports;
}

/** In a module's table of exports a name stands before its cell. */
function addEntries(graph: HeapGraph, module: number, table: number, exports: Map<number, ModuleExport>): void {
  const { nodeName, nodeType, firstEdge, edgeTarget, edgeType, edgeName, strings } = graph.columns;
  const names = new Map<number, string>();
  for (let edge = firstEdge[table]!; edge < firstEdge[table + 1]!; edge++) {
    if (edgeType[edge] !== graph.edgeKinds.internal) continue;
    const index = Number(strings.get(edgeName[edge]!));
    const target = edgeTarget[edge]!;
    if (nodeType[target] === graph.nodeKinds.string) names.set(index + 1, strings.get(nodeName[target]!));
    const name = names.get(index);
    if (name !== undefined && strings.get(nodeName[target]!) === CELL_NAME && !exports.has(target))
      exports.set(target, { module, name });
  }
}
