import type { FoundLeak } from './found-leak.js';
import { NONE } from './holder-tree.js';
import { hopTo } from './hop-names.js';
import { type LeakHolder, nameHolder } from './leak-holder.js';
import { hopsAbove, type Naming } from './naming.js';
import { plainClassName } from './visibility.js';

/** Fewer containers alike are told one by one: each may be a leak of its own. */
const LEAST_ALIKE = 3;

/**
 * One leak in many containers is one leak: a list per tenant, in a Map of tenants. Those in which the same class piles up,
 * and that differ only in the keys by which they are held, become one, held by the object in which their ways meet.
 */
export function mergeSiblings(found: readonly FoundLeak[], naming: Naming): FoundLeak[] {
  const alike = new Map<string, FoundLeak[]>();
  for (const leak of found) {
    const key = leak.onlyBytes ? `alone ${leak.containerNode}` : likeness(leak, naming);
    alike.set(key, [...(alike.get(key) ?? []), leak]);
  }
  return [...alike.values()].flatMap((leaks) => (areApart(leaks) ? leaks : [merge(leaks, naming)]));
}

/** Whether they are few, and a reader can tell each from the others: lists of Node's timers he cannot. */
function areApart(leaks: readonly FoundLeak[]): boolean {
  return leaks.length < LEAST_ALIKE && new Set(leaks.map(({ holder }) => holder.text)).size === leaks.length;
}

/** The class that piles up and the way to its container, without the keys of Maps, arrays and dictionaries. */
function likeness({ constructor, containerNode }: FoundLeak, naming: Naming): string {
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

function merge(leaks: readonly FoundLeak[], naming: Naming): FoundLeak {
  const [first] = leaks as readonly [FoundLeak, ...FoundLeak[]];
  const containerNode = meeting(
    leaks.map((leak) => leak.containerNode),
    naming,
  );
  const own = nameHolder(naming, containerNode, { link: null, example: first.nodes[0] ?? null, outermost: null });
  const text = own.constructor === 'TimersList' ? own.text : `${leaks.length} ${first.holder.container} in ${own.text}`;
  const along = new Map<string, number>();
  for (const leak of leaks)
    for (const { constructor, count } of leak.along) along.set(constructor, (along.get(constructor) ?? 0) + count);
  return {
    ...first,
    group: {
      ...first.group,
      count: sums(leaks.map(({ group }) => group.count)),
      bytes: sums(leaks.map(({ group }) => group.bytes)),
      ages: first.group.ages.map((_, k) => sums(leaks.map(({ group }) => group.ages[k]!))),
    },
    nodes: leaks.flatMap(({ nodes }) => nodes),
    holder: { ...own, text },
    alsoHeldBy: shared(leaks.map(({ alsoHeldBy }) => alsoHeldBy)),
    along: [...along].map(([constructor, count]) => ({ constructor, count })).toSorted((a, b) => b.count - a.count),
    bytes: sums(leaks.map(({ bytes }) => bytes)),
    containerNode,
  };
}

/** The nearest visible object above all of the nodes: their ways are equally long, and meet at the latest in a holder. */
function meeting(nodes: readonly number[], { graph, tree }: Naming): number {
  let at = new Set(nodes);
  while (at.size > 1) at = new Set([...at].map((node) => hopTo(graph, tree, node).holder));
  return [...at][0]!;
}

/** Lists of equal length, added up place by place. */
function sums(lists: readonly (readonly number[])[]): number[] {
  return lists[0]!.map((_, k) => lists.reduce((sum, list) => sum + list[k]!, 0));
}

/** Those that hold all of what leaks. */
function shared(lists: readonly (readonly LeakHolder[])[]): LeakHolder[] {
  return lists[0]!.filter(({ nodeId }) => lists.every((list) => list.some((other) => other.nodeId === nodeId)));
}
