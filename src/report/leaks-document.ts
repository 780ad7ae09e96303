import type { LeaksResult, LeakSuspect } from '../analysis/leaks.js';
import { formatCount } from '../util/bytes.js';
import type { Finding, FormatOptions, ReportDocument } from './document.js';
import { formatCountChange, formatNumberOf, formatSize, formatSizeChange } from './format.js';
import { foldTemplates } from './fold-templates.js';
import { className } from './node-text.js';
import { edgeLabel } from './path-text.js';
import { snapshotLine } from './summary-document.js';

/** Other classes and steps of a path that are told. */
const MOST_ALONG = 5;

export function leaksDocument(result: LeaksResult, options: FormatOptions): ReportDocument {
  const { snapshots, suspects, hidden } = result;
  return {
    header: snapshots.map((snapshot, i) => `${i + 1}  ${snapshotLine(snapshot)}`),
    findings: suspects.map((suspect) => describe(suspect, result, options)),
    tables: [],
    notes: [
      ...(suspects.length === 0 ? [nothingFound(result)] : []),
      ...(hidden > 0 ? [`${formatNumberOf(hidden, 'more suspect')} not shown (--limit)`] : []),
      result.statement,
      ...noiseLine(result, options),
    ],
  };
}

function describe(suspect: LeakSuspect, { series }: LeaksResult, options: FormatOptions): Finding {
  const { growth, path, along, evidence } = suspect;
  const details: string[] = [];
  if (series !== 'single') {
    const counts = growth.steps.map(({ count }) => formatCount(count)).join(' → ');
    const sizes = growth.steps.map(({ retainedSize }) => formatSize(retainedSize, options)).join(' → ');
    details.push(
      `count ${counts} (${formatCountChange(growth.count)} in the last window), held there ${sizes} (${formatSizeChange(growth.retainedSize, options)})`,
    );
  }
  if (along.length > 0) {
    const some = along
      .slice(0, MOST_ALONG)
      .map(({ constructor, count }) => `${formatCount(count)} ${className(constructor)}`);
    details.push(`with them: ${some.join(', ')}${along.length > MOST_ALONG ? ', ...' : ''}`);
  }
  const steps = path.flatMap(({ edge, constructor, afterGap }) => {
    const step = edge === '' ? className(constructor) : `${edgeLabel(edge)} ${className(constructor)}`;
    return afterGap ? ['...', step] : [step];
  });
  details.push(`path: ${steps.join(' → ')}`, `evidence: ${evidence}`);
  return { text: foldTemplates(suspect.sentence), details };
}

function nothingFound({ series, snapshots }: LeaksResult): string {
  if (series === 'single')
    return 'Nothing stands out: no group of 100 or more objects that the program has in one place holds 5% of the heap.';
  const windows = snapshots.length - 1;
  const every = windows === 1 ? 'the window' : `each of the ${windows} windows`;
  const few = series === 'series' ? ', or fewer that are most of what the heap grew by' : '';
  return `Nothing looks like a leak: no objects of one class pile up in one place in ${every}, at least 3 of the program's own or 10 others${few}.`;
}

function noiseLine({ noise, series }: LeaksResult, options: FormatOptions): string[] {
  if (noise.heapGrowth === null) return [];
  const rest = noise.heapGrowth - noise.suspectGrowth;
  const last = series === 'pair' ? '' : ' in the last window';
  return [
    `Noise: the heap changed by ${formatSizeChange(noise.heapGrowth, options)}${last}, ` +
      `${formatSizeChange(rest, options)} of it apart from the suspects (${formatSizeChange(noise.systemGrowth ?? 0, options)} in compiled code and hidden classes)`,
  ];
}
