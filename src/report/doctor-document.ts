import type { Capture } from '../analysis/comparison-limits.js';
import type { CountFinding, DoctorResult } from '../analysis/doctor.js';
import { formatBytes, formatCount } from '../util/bytes.js';
import type { Cell, Finding, ReportColumn, ReportDocument, ReportTable } from './document.js';
import { visibleText } from './untrusted-text.js';

const FACT_COLUMNS: readonly ReportColumn[] = [
  { key: 'what', title: 'What', align: 'left', rank: 0 },
  { key: 'value', title: 'Value', align: 'left', rank: 0 },
];
const SECTION_COLUMNS: readonly ReportColumn[] = [
  { key: 'section', title: 'Section', align: 'left', rank: 0 },
  { key: 'bytes', title: 'Size', align: 'right', rank: 0 },
];

export function doctorDocument(result: DoctorResult): ReportDocument {
  const { file, sound, verdict, problems, remarks, comparison, sections } = result;
  const name = file === '-' ? '(standard input)' : visibleText(file);
  const findings: Finding[] = sound ? [] : problems.map((text) => ({ text, details: [] }));
  const sectionTable: ReportTable = {
    title: 'Sections, in the order of the file',
    columns: SECTION_COLUMNS,
    rows: sections.map((section) => [
      { type: 'name', text: section.name },
      section.bytes === null ? { type: 'word', text: '–' } : { type: 'bytes', value: section.bytes },
    ]),
  };
  return {
    header: [`${name}: ${visibleText(verdict)}`],
    // Of one problem the verdict says it all.
    findings: findings.length > 1 ? findings : [],
    tables: [
      { columns: FACT_COLUMNS, rows: factRows(result) },
      ...(result.producer !== null && sections.length > 0 ? [sectionTable] : []),
      ...listTable('Worth knowing', remarks),
      ...listTable('Not to be compared', comparison),
    ],
    notes: [],
  };
}

function listTable(title: string, lines: readonly string[]): ReportTable[] {
  if (lines.length === 0) return [];
  const columns: ReportColumn[] = [{ key: 'line', title, align: 'left', rank: 0 }];
  return [{ columns, rows: lines.map((text) => [{ type: 'name', text }]) }];
}

function factRows(result: DoctorResult): Cell[][] {
  const { producer, capture, bytes, nodes, edges, locations, strings, selfSize, repeatedIds, unreachable } = result;
  const rows: [string, string | Cell][] = [
    ['written by', producer ?? 'unknown'],
    ['size of the JSON', bytes === null ? 'not read to its end' : { type: 'bytes', value: bytes }],
  ];
  if (capture) {
    rows.push(
      ['capture', captureText(capture)],
      ['nodes', countText(nodes)],
      [
        'edges',
        countText(edges) + (edges.counted === edges.found ? '' : `; the nodes tell of ${formatCount(edges.counted)}`),
      ],
      ['strings', strings === null ? 'not all are there' : formatCount(strings)],
      ['locations', formatCount(locations)],
      ['self sizes', { type: 'bytes', value: selfSize }],
      [
        'ids',
        repeatedIds === null
          ? 'not looked at'
          : repeatedIds === 0
            ? 'unique'
            : `${formatCount(repeatedIds)} stand twice`,
      ],
      [
        'unreachable nodes',
        unreachable === null
          ? 'not looked for'
          : `${formatCount(unreachable.count)} (${formatBytes(unreachable.selfSize)})`,
      ],
    );
  }
  return rows.map(([what, value]) => [
    { type: 'name', text: what },
    typeof value === 'string' ? { type: 'name', text: value } : value,
  ]);
}

function countText({ declared, found }: CountFinding): string {
  if (declared === null) return `${formatCount(found)}; the header declares none`;
  return declared === found
    ? `${formatCount(found)}, as declared`
    : `${formatCount(found)} of ${formatCount(declared)} declared`;
}

function captureText({ numericValues, internals, allocationsTraced, timeline }: Capture): string {
  const parts = [
    ...(numericValues ? ['with numeric values'] : []),
    ...(internals ? ["with V8's internals by name"] : []),
    ...(allocationsTraced ? ['allocations traced'] : []),
    ...(timeline ? ['allocations over time'] : []),
  ];
  return parts.join(', ') || 'plain';
}
