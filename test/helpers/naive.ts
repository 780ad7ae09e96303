/**
 * Summary and diff straight from JSON.parse, one node after the other: slow, and short enough to be seen to be right.
 * Shares no code with src/.
 */
export interface ParsedSnapshot {
  snapshot: {
    meta: { node_fields: string[]; node_types: (string | string[])[]; edge_fields: string[] };
    node_count: number;
    edge_count: number;
  };
  nodes: number[];
  edges: number[];
  locations?: number[];
  strings: string[];
}

interface NaiveNode {
  id: number;
  className: string;
  selfSize: number;
  edges: number;
}

export function parseSnapshot(bytes: Buffer): ParsedSnapshot {
  return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')) as ParsedSnapshot;
}

function className(type: string, name: string): string {
  if (type === 'object' || type === 'native') {
    const tag = /^(Detached <|<)([^ ]*) /s.exec(name);
    return tag ? `${tag[1]}${tag[2]}>` : name;
  }
  if (type === 'closure') return 'Function';
  if (type === 'regexp') return 'RegExp';
  if (type === 'code') return '(compiled code)';
  if (type === 'hidden') return '(system)';
  return `(${type})`;
}

function naiveNodes({ snapshot, nodes, strings }: ParsedSnapshot): NaiveNode[] {
  const fields = snapshot.meta.node_fields;
  const types = snapshot.meta.node_types[fields.indexOf('type')] as string[];
  const result: NaiveNode[] = [];
  for (let at = 0; at < nodes.length; at += fields.length) {
    const field = (name: string): number => nodes[at + fields.indexOf(name)]!;
    result.push({
      id: field('id'),
      className: className(types[field('type')]!, strings[field('name')]!),
      selfSize: field('self_size'),
      edges: field('edge_count'),
    });
  }
  return result;
}

interface Sum {
  count: number;
  selfSize: number;
}

function sum(nodes: readonly NaiveNode[]): Sum {
  return { count: nodes.length, selfSize: nodes.reduce((size, node) => size + node.selfSize, 0) };
}

function byClass(nodes: readonly NaiveNode[]): Map<string, NaiveNode[]> {
  const classes = new Map<string, NaiveNode[]>();
  for (const node of nodes) {
    const members = classes.get(node.className);
    if (members) members.push(node);
    else classes.set(node.className, [node]);
  }
  return classes;
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : 1;
}

export function naiveSummary(json: ParsedSnapshot): object {
  const nodes = naiveNodes(json);
  return {
    nodes: nodes.length,
    edges: nodes.reduce((edges, node) => edges + node.edges, 0),
    zeroSized: nodes.filter((node) => node.selfSize === 0).length,
    total: sum(nodes),
    rows: [...byClass(nodes)]
      .map(([name, members]) => ({ constructor: name, ...sum(members) }))
      .toSorted((a, b) => b.selfSize - a.selfSize || ascending(a.constructor, b.constructor)),
  };
}

export function naiveDiff(beforeJson: ParsedSnapshot, afterJson: ParsedSnapshot): object {
  const [before, after] = [naiveNodes(beforeJson), naiveNodes(afterJson)];
  const beforeIds = new Set(before.map((node) => node.id));
  const afterIds = new Set(after.map((node) => node.id));
  const [olds, news] = [byClass(before), byClass(after)];
  const change = (was: readonly NaiveNode[], is: readonly NaiveNode[]) => {
    const [old, now] = [sum(was), sum(is)];
    return {
      before: old,
      after: now,
      new: sum(is.filter((node) => !beforeIds.has(node.id))),
      deleted: sum(was.filter((node) => !afterIds.has(node.id))),
      delta: { count: now.count - old.count, selfSize: now.selfSize - old.selfSize },
    };
  };
  return {
    total: change(before, after),
    rows: [...new Set([...olds.keys(), ...news.keys()])]
      .map((name) => ({ constructor: name, ...change(olds.get(name) ?? [], news.get(name) ?? []) }))
      .toSorted((a, b) => b.delta.selfSize - a.delta.selfSize || ascending(a.constructor, b.constructor)),
  };
}
