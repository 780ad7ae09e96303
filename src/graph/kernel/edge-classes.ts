import type { EdgeKinds } from '../edge-kinds.js';
import { essentialRules, FROM_ROOT, NEVER } from '../edge-kinds.js';
import { TABLE_HALF_TYPE } from './layout.js';

// Classes of assembly/graph.ts.
const ESSENTIAL = 0;
const WEAK = 1;
const SHORTCUT = 2;
const TABLE_HALF = 3;

/** Tells the kernels which edges count. @param classes 256 bytes, by edge type */
export function writeEdgeClasses(edgeKinds: EdgeKinds, classes: Uint8Array): void {
  essentialRules(edgeKinds).forEach((rule, type) => (classes[type] = classOf(rule)));
  classes[TABLE_HALF_TYPE] = TABLE_HALF;
}

function classOf(rule: number): number {
  if (rule === NEVER) return WEAK;
  return rule === FROM_ROOT ? SHORTCUT : ESSENTIAL;
}
