import type { ObjectResult } from '../analysis/heap-browser.js';
import type { Cell, FormatOptions, ReportTable } from './document.js';
import { groupText } from './dominators-document.js';
import { formatNumberOf, share } from './format.js';
import { dominatorsTable, entriesTable, factsTable, fieldsTable, retainersTable } from './inspect-document.js';

/** One object of a heap that is browsed, table by table. */
export interface ObjectTables {
  readonly facts: ReportTable;
  readonly fields: ReportTable;
  /** Null for what is no Map or Set. */
  readonly entries: ReportTable | null;
  readonly retainers: ReportTable;
  readonly dominators: ReportTable;
  readonly dominated: ReportTable;
}

/** @param isRaw whether the table of a Map or Set is told as a field, too */
export function objectTables(result: ObjectResult, options: FormatOptions, isRaw: boolean): ObjectTables {
  const { node, totalSize } = result;
  return {
    facts: factsTable(node, totalSize, options, false),
    fields: fieldsTable(isRaw ? { ...node, entries: null } : node),
    entries: node.entries && entriesTable(node.entries),
    retainers: retainersTable(node),
    dominators: dominatorsTable(node),
    dominated: dominatedTable(result),
  };
}

function dominatedTable({ node, dominated, omitted }: ObjectResult): ReportTable {
  const size = (bytes: number): Cell[] => [
    { type: 'bytes', value: bytes },
    { type: 'share', value: share(bytes, node.retainedSize) },
  ];
  const rows = dominated.map((group): Cell[] => [
    {
      type: 'name',
      text: groupText(group, false)
        .map(({ text }) => text)
        .join(''),
    },
    group.nodeId === null ? { type: 'word', text: '' } : { type: 'id', value: group.nodeId },
    ...size(group.retainedSize),
  ]);
  if (omitted.count > 0)
    rows.push([
      { type: 'name', text: `… ${formatNumberOf(omitted.count, 'smaller object')}` },
      { type: 'word', text: '' },
      ...size(omitted.retainedSize),
    ]);
  return {
    title: 'Dominates: what goes with it',
    columns: [
      { key: 'object', title: 'Object', align: 'left', rank: 0 },
      { key: 'nodeId', title: 'Id', align: 'right', rank: 0 },
      { key: 'retainedSize', title: 'Retained size', align: 'right', rank: 0 },
      { key: null, title: 'Share of its own', align: 'right', rank: 0 },
    ],
    rows,
  };
}
