import type {
  CollectionEntries,
  DominatorStep,
  FieldView,
  InspectedNode,
  InspectResult,
  NodeSummary,
  RetainerView,
} from '../analysis/inspect.js';
import { formatCount } from '../util/bytes.js';
import type { Cell, FormatOptions, ReportColumn, ReportDocument, ReportTable } from './document.js';
import { formatDistance, formatShare, formatSize, share } from './format.js';
import { edgeText, nodeText } from './node-text.js';
import { sourceText } from './source-text.js';
import { targetLine } from './target-line.js';
import { snapshotLine } from './summary-document.js';
import { visibleText } from './untrusted-text.js';

const ID: ReportColumn = { key: 'nodeId', title: 'Id', align: 'right', rank: 0 };
const DISTANCE: ReportColumn = { key: 'distance', title: 'Distance', align: 'right', rank: 1 };
const SIZES: readonly ReportColumn[] = [
  { key: 'shallowSize', title: 'Shallow size', align: 'right', rank: 1 },
  { key: 'retainedSize', title: 'Retained size', align: 'right', rank: 0 },
];

function left(key: string, title: string): ReportColumn {
  return { key, title, align: 'left', rank: 0 };
}

/** The details of one node; where more than one was asked for, a table of the largest before them. */
export function inspectDocument(result: InspectResult, options: FormatOptions): ReportDocument {
  const { target, node, totalSize } = result;
  const header = [snapshotLine(result.snapshot)];
  const tables: ReportTable[] = [];
  if (target.count > 1) {
    header.push(targetLine(target, totalSize, options));
    tables.push(instancesTable(result));
  }
  tables.push(factsTable(node, totalSize, options, target.count > 1), fieldsTable(node));
  if (node.entries !== null) tables.push(entriesTable(node.entries));
  tables.push(retainersTable(node));
  tables.push(dominatorsTable(node));
  return { header, tables, notes: [] };
}

export function instancesTable({ rows, target }: Pick<InspectResult, 'rows' | 'target'>): ReportTable {
  return {
    title: `The largest (${countOf(rows.length, target.count)})`,
    columns: [left('object', 'Object'), ID, DISTANCE, ...SIZES],
    rows: rows.map((row) => [
      { type: 'name', text: nodeText(row) },
      { type: 'id', value: row.nodeId },
      { type: 'distance', value: row.distance },
      ...sizes(row),
    ]),
  };
}

function sizes({ shallowSize, retainedSize }: { shallowSize: number; retainedSize: number }): Cell[] {
  return [
    { type: 'bytes', value: shallowSize },
    { type: 'bytes', value: retainedSize },
  ];
}

export function factsTable(node: InspectedNode, total: number, options: FormatOptions, isFirst: boolean): ReportTable {
  const { type, constructor, selfSize, shallowSize, retainedSize, distance, detachedness, location } = node;
  const facts: [string, string][] = [
    ['type', type],
    ['constructor', constructor],
    ['self size', formatSize(selfSize, options)],
    ['shallow size', `${formatSize(shallowSize, options)} (with its backing stores)`],
    ['retained size', `${formatSize(retainedSize, options)} (${formatShare(share(retainedSize, total))} of the heap)`],
    ['distance', formatDistance(distance)],
  ];
  if (detachedness !== 'unknown') facts.push(['state', detachedness]);
  if (location !== null) facts.push([type === 'closure' ? 'code' : 'constructor at', sourceText(location)]);
  return {
    title: `${isFirst ? 'The first: ' : ''}${visibleText(nodeText(node))} @${node.nodeId}`,
    columns: [left('fact', 'What'), left('value', 'Value')],
    rows: facts.map(([fact, value]) => [
      { type: 'name', text: fact },
      { type: 'name', text: value },
    ]),
  };
}

export function entriesTable({ first, count }: CollectionEntries): ReportTable {
  const isSet = first.every(({ value }) => value === undefined);
  return {
    title: `Entries (${countOf(first.length, count)})`,
    columns: isSet
      ? [left('key', 'Member'), ID, ...SIZES]
      : [left('key', 'Key'), left('value', '→ Value'), ID, ...SIZES],
    rows: first.map(({ key, value }) => {
      const held = isSet ? key : (value ?? null);
      const nothing: Cell = { type: 'name', text: '', whenEmpty: '–' };
      return [
        entryCell(key),
        ...(isSet ? [] : [entryCell(value ?? null)]),
        ...(held === null
          ? [nothing, nothing, nothing]
          : [{ type: 'id', value: held.nodeId } as const, ...sizes(held)]),
      ];
    }),
  };
}

function entryCell(node: NodeSummary | null): Cell {
  const text = node === null ? '' : nodeText(node);
  return { type: 'name', text, whenEmpty: '(a small number, true, undefined...)' };
}

function isTable({ edge }: FieldView): boolean {
  return edge.type === 'internal' && edge.name === 'table';
}

export function fieldsTable({ fields: all, fieldCount, entries }: InspectedNode): ReportTable {
  const fields = entries === null ? all : all.filter((field) => !isTable(field));
  return {
    title: `Fields (${countOf(fields.length, fieldCount - (all.length - fields.length))})`,
    columns: [left('field', 'Field'), left('value', 'Value'), ID, ...SIZES],
    rows: fields.map(({ edge, target }: FieldView) => [
      { type: 'name', text: edgeText(edge) },
      { type: 'name', text: nodeText(target) },
      { type: 'id', value: target.nodeId },
      ...sizes(target),
    ]),
  };
}

export function retainersTable({ retainers, retainerCount }: InspectedNode): ReportTable {
  return {
    title: `Retainers (${countOf(retainers.length, retainerCount)})`,
    columns: [left('retainer', 'Retainer'), left('field', 'Holds it as'), ID, DISTANCE, ...SIZES],
    rows: retainers.map(({ edge, source, distance }: RetainerView) => [
      { type: 'name', text: nodeText(source) },
      { type: 'name', text: edgeText(edge) },
      { type: 'id', value: source.nodeId },
      { type: 'distance', value: distance },
      ...sizes(source),
    ]),
  };
}

export function dominatorsTable({ dominators: { fromRoot, skipped, toNode } }: InspectedNode): ReportTable {
  const gap: Cell[] = [
    { type: 'name', text: `… ${formatCount(skipped)} more …` },
    { type: 'name', text: '', whenEmpty: '' },
    { type: 'name', text: '', whenEmpty: '' },
    { type: 'name', text: '', whenEmpty: '' },
    { type: 'name', text: '', whenEmpty: '' },
  ];
  return {
    title: 'Dominators, from the root: while one of them lives, so does all below it',
    columns: [left('dominator', 'Dominator'), left('field', 'Held as'), ID, ...SIZES],
    rows: [...fromRoot.map(stepRow), ...(skipped > 0 ? [gap] : []), ...toNode.map(stepRow)],
  };
}

function stepRow(step: DominatorStep): Cell[] {
  return [
    { type: 'name', text: nodeText(step) },
    { type: 'name', text: step.edge === null ? '' : edgeText(step.edge), whenEmpty: '–' },
    { type: 'id', value: step.nodeId },
    ...sizes(step),
  ];
}

function countOf(shown: number, all: number): string {
  return shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
}
