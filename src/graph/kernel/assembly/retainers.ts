// Edges by target; see ../../retainers.ts.
import { at, edgeTarget, firstEdge, nodeCount, put } from "./graph";

/** firstRetainer[node]: how many edges lead to it; zero before. */
export function countRetainers(firstRetainer: usize, start: u32, end: u32): void {
  for (let edge = start; edge < end; edge++) {
    const target = at(edgeTarget, edge);
    put(firstRetainer, target, at(firstRetainer, target) + 1);
  }
}

/** From counts to where each run ends. */
export function sumRetainers(firstRetainer: usize): void {
  let sum: u32 = 0;
  for (let node: u32 = 0; node <= nodeCount; node++) {
    sum += at(firstRetainer, node);
    put(firstRetainer, node, sum);
  }
}

/** From the last node down to `end`: each run is filled from its end down to its start, so that the order of edges is kept. */
export function sortRetainers(firstRetainer: usize, retainerNode: usize, retainerEdge: usize, last: u32, end: u32): void {
  for (let node = last + 1; node > end; ) {
    node--;
    const begin = at(firstEdge, node);
    for (let edge = at(firstEdge, node + 1); edge > begin; ) {
      edge--;
      const target = at(edgeTarget, edge);
      const place = at(firstRetainer, target) - 1;
      put(firstRetainer, target, place);
      put(retainerNode, place, node);
      put(retainerEdge, place, edge);
    }
  }
}
