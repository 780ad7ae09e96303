import type { PathEntry, WhyResult } from '../analysis/retaining-paths.js';
import { formatCount } from '../util/bytes.js';
import type { Cell, FormatOptions, ReportColumn, ReportDocument, ReportTable, TextPart, TreeLine } from './document.js';
import { formatNumberOf, formatShare, formatSize, share } from './format.js';
import { foldTemplates } from './fold-templates.js';
import { className } from './node-text.js';
import { hopText, shortPlace } from './path-text.js';
import { snapshotLine } from './summary-document.js';
import { targetLine } from './target-line.js';

const COLUMNS: readonly ReportColumn[] = [
  { key: 'count', title: 'Held', align: 'right', rank: 0 },
  { key: 'retainedSize', title: 'Retained', align: 'right', rank: 1 },
];
const CLASS_COLUMNS: readonly ReportColumn[] = [
  { key: 'constructor', title: 'Constructor', align: 'left', rank: 0 },
  { key: 'count', title: 'Count', align: 'right', rank: 0 },
  { key: 'size', title: 'Size', align: 'right', rank: 0 },
];
const CUT_COLUMNS: readonly ReportColumn[] = [
  { key: 'from', title: 'Of', align: 'left', rank: 0 },
  { key: 'edge', title: 'Edge', align: 'left', rank: 0 },
  { key: 'to', title: 'To', align: 'left', rank: 0 },
  { key: 'whatIf', title: '--what-if', align: 'left', rank: 0 },
];
/** Ways below a line that are drawn; of many, the rest is one line. */
const MOST_CHILDREN = 6;
const MOST_CLASSES = 12;
/** Lines deeper than this are left out: long chains are one line, so few ways are. */
const MOST_DEPTH = 60;

export function whyDocument(result: WhyResult, options: FormatOptions): ReportDocument {
  const { target, totalSize, tree, alsoHeldBy, unheld, ignored } = result;
  const held = { text: target.constructor, ...target };
  return {
    header: [snapshotLine(result.snapshot), targetLine(held, totalSize, options)],
    findings: [
      {
        text: foldTemplates(result.answer),
        details: alsoHeldBy.map(({ holder, count }) => `${formatCount(count)} also by ${foldTemplates(holder.text)}`),
      },
    ],
    tree: { columns: COLUMNS, title: 'Held by', roots: lines(tree.children, 0) },
    tables: [...cutTables(result), ...whatIfTables(result)],
    notes: [
      ...(ignored.length > 0 ? [`Without ${ignored.join(', ')}`] : []),
      ...(unheld.count > 0
        ? [`${formatNumberOf(unheld.count, 'target')} that nothing holds: ${formatSize(unheld.retainedSize, options)}`]
        : []),
      ...cutNotes(result),
      ...whatIfNotes(result, options),
    ],
  };
}

function lines(entries: readonly PathEntry[], depth: number): TreeLine[] {
  const shown = entries.slice(0, entries.length === MOST_CHILDREN + 1 ? entries.length : MOST_CHILDREN);
  const drawn = shown.map((entry) => ({
    cells: cells(entry),
    text: entryText(entry),
    nodeId: entry.nodeId,
    children: depth < MOST_DEPTH ? lines(entry.children, depth + 1) : [],
  }));
  const rest = entries.slice(shown.length);
  if (rest.length === 0) return drawn;
  const sum = {
    count: rest.reduce((total, { count }) => total + count, 0),
    retainedSize: rest.reduce((total, { retainedSize }) => total + retainedSize, 0),
  };
  const text = `… ${formatNumberOf(rest.length, 'more way')}`;
  return [...drawn, { cells: cells(sum), text: [{ text, style: 'faint' as const }], children: [] }];
}

function cells({ count, retainedSize }: { readonly count: number; readonly retainedSize: number }): Cell[] {
  return [
    { type: 'count', value: count },
    { type: 'bytes', value: retainedSize },
  ];
}

function entryText(entry: PathEntry): TextPart[] {
  const { objects, nodeId, links, targets } = entry;
  const parts: TextPart[] = [];
  const hop = hopText(entry);
  if (hop !== '') parts.push({ text: `${hop}: `, style: 'faint' });
  if (objects > 1) parts.push({ text: `${formatCount(objects)} × `, style: 'plain' });
  parts.push({ text: className(entry.constructor), style: targets > 0 ? 'strong' : 'plain' });
  const remarks: string[] = [];
  if (nodeId !== null) remarks.push(`@${nodeId}`);
  if (links > 0) remarks.push(`${formatCount(links)} linked to one another`);
  const place = shortPlace(entry.location);
  if (place !== '') remarks.push(place);
  if (remarks.length > 0) parts.push({ text: ` ${remarks.join(', ')}`, style: 'faint' });
  return parts;
}

function name(text: string): Cell {
  return { type: 'name', text };
}

function cutTables({ cut }: WhyResult): ReportTable[] {
  if (cut === null || cut.edges.length === 0) return [];
  const rows = cut.edges.map(({ from, kind, name: edge, to, edge: raw }) => [
    name(`${className(from.constructor)} @${from.nodeId}`),
    name(hopText({ kind, edge })),
    name(`${className(to.constructor)} @${to.nodeId}`),
    name(raw),
  ]);
  return [{ title: 'The smallest set of edges that frees them', columns: CUT_COLUMNS, rows }];
}

function cutNotes({ cut }: WhyResult): string[] {
  if (cut === null || cut.edges.length > 0) return [];
  return [
    cut.isTooLarge
      ? `It takes more than ${cut.limit} cut edges to free them: they are held one by one`
      : 'No edge has to be cut: nothing holds them',
  ];
}

function whatIfTables({ whatIf }: WhyResult): ReportTable[] {
  if (whatIf === null || whatIf.classes.length === 0) return [];
  const rows = whatIf.classes.slice(0, MOST_CLASSES).map(({ constructor, count, size }): Cell[] => [
    { type: 'name', text: constructor },
    { type: 'count', value: count },
    { type: 'bytes', value: size },
  ]);
  return [{ title: `What goes when ${whatIf.edge} is cut`, columns: CLASS_COLUMNS, rows }];
}

function whatIfNotes({ whatIf, totalSize }: WhyResult, options: FormatOptions): string[] {
  if (whatIf === null) return [];
  const { edge, from, to, count, size } = whatIf;
  const ends = `${className(from)} to ${className(to)}`;
  if (count === 0) return [`Cutting ${edge} (${ends}) frees nothing: something else holds it too`];
  const part = formatShare(share(size, totalSize));
  return [
    `Cutting ${edge} (${ends}) frees ${formatNumberOf(count, 'object')}, ${formatSize(size, options)} (${part} of the heap)`,
  ];
}
