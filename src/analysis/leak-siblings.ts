import type { FoundLeak } from './found-leak.js';
import { NONE } from './holder-tree.js';
import { GENERIC } from './group-table.js';
import { type Hop, hopTo } from './hop-names.js';
import { type LeakHolder, nameHolder } from './leak-holder.js';
import { hopsAbove, type Naming } from './naming.js';
import { plainClassName } from './visibility.js';

/** A container in which too few came for a suspect of its own. */
export type MinorLeak = Pick<FoundLeak, 'constructor' | 'group' | 'nodes' | 'bytes' | 'containerNode'>;

/** Fewer containers alike are told one by one: each may be a leak of its own. */
const LEAST_ALIKE = 3;

/**
 * One leak in many containers is one leak: a list per tenant, in a Map of tenants. Those in which the same class piles up,
 * and that differ only in the keys by which they are held, become one, held by the object in which their ways meet.
 * @param minor others in which what is in one piles up too
 */
export function mergeSiblings(
  found: readonly FoundLeak[],
  naming: Naming,
  minor: (leak: FoundLeak) => readonly MinorLeak[],
): FoundLeak[] {
  const alike = new Map<string, FoundLeak[]>();
  for (const leak of found) {
    const key = leak.onlyBytes ? `alone ${leak.containerNode}` : likeness(leak, naming);
    alike.set(key, [...(alike.get(key) ?? []), leak]);
  }
  const known = new Set(found.map(({ containerNode }) => containerNode));
  return [...alike].flatMap(([key, leaks]) => {
    if (areApart(leaks)) return leaks;
    const others = minor(leaks[0]!).filter((each) => !known.has(each.containerNode) && likeness(each, naming) === key);
    return [merge(leaks, others, naming)];
  });
}

/** Whether they are few, and a reader can tell each from the others: lists of Node's timers he cannot. */
function areApart(leaks: readonly FoundLeak[]): boolean {
  return leaks.length < LEAST_ALIKE && new Set(leaks.map(({ holder }) => holder.text)).size === leaks.length;
}

/** The class that piles up and the way to its container, without the keys of Maps, arrays and dictionaries. */
function likeness({ constructor, containerNode }: MinorLeak, naming: Naming): string {
  const { graph } = naming;
  const steps = hopsAbove(naming, containerNode).map(({ holder, node, kind, name }) => {
    const isKey = kind === 'entry' || kind === 'element' || (kind === 'property' && isDictionary(naming, holder));
    // Below what differs, holders do too.
    return `${plainClassName(graph, node)} ${isKey ? '*' : `${kind} ${name}`}`;
  });
  return [constructor, topmost(containerNode, naming), ...steps].join('\0');
}

/** The outermost object on the way. */
function topmost(node: number, naming: Naming): number {
  const last = hopsAbove(naming, node).at(-1)!;
  return last.holder === NONE ? last.node : last.holder;
}

function isDictionary({ graph }: Naming, node: number): boolean {
  return node !== NONE && plainClassName(graph, node) === 'Object';
}

function merge(leaks: readonly FoundLeak[], minor: readonly MinorLeak[], naming: Naming): FoundLeak {
  const all = [...leaks, ...minor];
  const [first] = leaks as readonly [FoundLeak, ...FoundLeak[]];
  const containers = all.map((leak) => leak.containerNode);
  const { levels, meeting: containerNode } = untilTheyMeet(containers, naming);
  const own = nameHolder(naming, containerNode, { link: null, example: first.nodes[0] ?? null, outermost: null });
  const holder =
    own.constructor === 'TimersList'
      ? own
      : { ...own, ...fieldOf(levels, naming), text: `${wordsOf(levels, naming)} in ${own.text}` };
  const along = new Map<string, number>();
  for (const leak of leaks)
    for (const { constructor, count } of leak.along) along.set(constructor, (along.get(constructor) ?? 0) + count);
  return {
    ...first,
    group: {
      ...first.group,
      count: sums(all.map(({ group }) => group.count)),
      bytes: sums(all.map(({ group }) => group.bytes)),
      ages: first.group.ages.map((_, k) => sums(all.map(({ group }) => group.ages[k]!))),
    },
    nodes: all.flatMap(({ nodes }) => nodes),
    holder,
    alsoHeldBy: shared(leaks.map(({ alsoHeldBy }) => alsoHeldBy)),
    along: [...along].map(([constructor, count]) => ({ constructor, count })).toSorted((a, b) => b.count - a.count),
    bytes: sums(all.map(({ bytes }) => bytes)),
    containerNode,
  };
}

/** Hops to the containers, then to what holds these ... up to the nearest visible object above all: their ways are equally long. */
function untilTheyMeet(containers: readonly number[], { graph, tree }: Naming): { levels: Hop[][]; meeting: number } {
  const levels: Hop[][] = [];
  let at = new Set(containers);
  while (at.size > 1) {
    const level = [...at].map((node) => hopTo(graph, tree, node));
    levels.push(level);
    at = new Set(level.map(({ holder }) => holder));
  }
  return { levels, meeting: [...at][0]! };
}

/** `Array "orders" of 5 Customer`, without the keys: a number stands where there are more of one than of what holds them. */
function wordsOf(levels: readonly Hop[][], { graph }: Naming): string {
  const words = levels.map((level, k) => {
    const above = levels[k + 1]?.length ?? 1;
    const name = plainClassName(graph, level[0]!.node);
    const counted = level.length === above ? name : `${level.length} ${GENERIC.has(name) ? pluralOf(name) : name}`;
    if (k === levels.length - 1) return counted;
    const edge = commonEdge(level);
    return edge === null ? `${counted} in` : `${counted} "${edge}" of`;
  });
  return words.join(' ');
}

function pluralOf(name: string): string {
  return name.startsWith('(') ? name : `${name}s`;
}

/** The field in which all of them have what leaks, the nearest to it: that is what a person would cut. */
function fieldOf(levels: readonly Hop[][], { graph, places }: Naming): Partial<LeakHolder> {
  const level = levels.slice(0, -1).find((hops) => commonEdge(hops) !== null);
  if (level === undefined) return {};
  const [{ holder, node, name }] = level as [Hop];
  const location = places.isOfProgram(holder) ? places.ofName(holder, name, 'property') : null;
  const container = plainClassName(graph, node);
  return { constructor: plainClassName(graph, holder), edge: name, container, ...(location !== null && { location }) };
}

/** The name of a property by which all of them are held; null where they are held by keys. */
function commonEdge(level: readonly Hop[]): string | null {
  const [{ name }] = level as [Hop];
  return level.every((hop) => hop.kind === 'property' && hop.name === name) ? name : null;
}

/** Lists of equal length, added up place by place. */
function sums(lists: readonly (readonly number[])[]): number[] {
  return lists[0]!.map((_, k) => lists.reduce((sum, list) => sum + list[k]!, 0));
}

/** Those that hold all of what leaks. */
function shared(lists: readonly (readonly LeakHolder[])[]): LeakHolder[] {
  return lists[0]!.filter(({ nodeId }) => lists.every((list) => list.some((other) => other.nodeId === nodeId)));
}
