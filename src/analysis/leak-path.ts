import type { FoundLeak } from './found-leak.js';
import type { Hop } from './hop-names.js';
import { hopsAbove, isModuleCode, type Naming } from './naming.js';
import type { NamedPlace } from './source-places.js';
import { plainClassName } from './visibility.js';

/** A visible object on the way to what leaks, the outermost first. */
export interface LeakPathStep {
  readonly constructor: string;
  /** The property, variable or key by which the one before holds it; empty for a root. */
  readonly edge: string;
  /** V8's id. */
  readonly nodeId: number;
  readonly location: NamedPlace | null;
  /** Whether objects between it and the one before are left out: then that is not what has the edge. */
  readonly afterGap: boolean;
}

/** Steps from the container down to one of those that leak: of a chain there may be any number. */
const MOST_BELOW = 6;

/** From the outermost object down to one of those that leak; links of a chain are left out. */
export function pathTo(leak: FoundLeak, naming: Naming): LeakPathStep[] {
  const above = hopsAbove(naming, leak.containerNode).filter((hop) => !isModuleCode(naming, hop));
  return [...above.toReversed().map((hop) => stepOf(hop, naming, false)), ...stepsBelow(leak, naming)];
}

function stepsBelow({ nodes: [example], containerNode }: FoundLeak, naming: Naming): LeakPathStep[] {
  if (example === undefined || example === containerNode) return [];
  const hops = hopsAbove(naming, example, MOST_BELOW);
  const first = hops.findIndex(({ holder }) => holder === containerNode);
  const way = hops.slice(0, first < 0 ? hops.length : first + 1).toReversed();
  const isLink = (hop: Hop, next: Hop | undefined): boolean =>
    next?.kind === 'property' &&
    next.name === hop.name &&
    plainClassName(naming.graph, next.node) === plainClassName(naming.graph, hop.node);
  const steps: LeakPathStep[] = [];
  let afterGap = first < 0;
  way.forEach((hop, i) => {
    const isLeftOut = isLink(hop, way[i + 1]);
    if (!isLeftOut) steps.push(stepOf(hop, naming, afterGap));
    afterGap = isLeftOut;
  });
  return steps;
}

function stepOf({ node, name }: Hop, { graph, places }: Naming, afterGap: boolean): LeakPathStep {
  return {
    constructor: plainClassName(graph, node),
    edge: name,
    nodeId: graph.columns.nodeId[node]!,
    location: places.of(node),
    afterGap,
  };
}
