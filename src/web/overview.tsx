import type { JSX } from 'preact';
import type { ReportResult } from '../analysis/report.js';
import type { StatsResult } from '../analysis/stats.js';
import { formatShare, formatSizeChange, share } from '../report/format.js';
import { statsDocument } from '../report/stats-document.js';
import { snapshotLine } from '../report/summary-document.js';
import { formatBytes, formatCount } from '../util/bytes.js';
import { exactBytes } from './cell.js';
import { DataTable } from './data-table.js';
import { Sparkline } from './sparkline.js';

/** The heap in a few numbers, and what it is made of. */
export function Overview({
  result,
  hasObjects,
}: {
  readonly result: ReportResult;
  readonly hasObjects: boolean;
}): JSX.Element {
  const { snapshots, summary, stats, leaks, diff, trend } = result;
  const growth = diff?.total.delta.shallowSize;
  return (
    <>
      <ol class={snapshots.length > 1 ? 'snapshots' : 'snapshots single'}>
        {snapshots.map((snapshot, i) => (
          <li key={i}>{snapshotLine(snapshot)}</li>
        ))}
      </ol>
      <dl class="figures">
        <Figure name="Heap" value={formatBytes(stats.total)} title={exactBytes(stats.total)} />
        <Figure name="Objects" value={formatCount(summary.total.count)} />
        <Figure name="Constructors" value={formatCount(summary.constructors)} />
        {growth !== undefined && (
          <Figure
            name={snapshots.length > 2 ? 'Growth, first to last' : 'Growth'}
            value={formatSizeChange(growth, { exactBytes: false })}
            title={exactBytes(growth)}
            tone={growth > 0 ? 'growth' : 'shrinkage'}
          >
            {trend && <Sparkline values={trend.total.sizes} />}
          </Figure>
        )}
        <Figure
          name={leaks.series === 'single' ? 'Stands out' : 'Leak suspects'}
          value={formatCount(leaks.suspects.length + leaks.hidden)}
          tone={leaks.suspects.length > 0 && leaks.series !== 'single' ? 'growth' : undefined}
        />
      </dl>
      <Composition stats={stats} />
      <div class="columns">
        {statsDocument(stats, { exactBytes: false }).tables.map((table, i) => (
          <div key={i}>
            <h3>{table.title}</h3>
            <DataTable table={table} label={table.title ?? ''} hasObjects={hasObjects} />
          </div>
        ))}
      </div>
    </>
  );
}

/** A number with its name, for a list of them. */
export function Figure(props: {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
  readonly tone?: 'growth' | 'shrinkage' | undefined;
  readonly children?: JSX.Element | null;
}): JSX.Element {
  const { name, value, title, tone, children } = props;
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd class={tone} title={title}>
        {value}
        {children}
      </dd>
    </div>
  );
}

/** One bar of all bytes, by what they are. */
function Composition({ stats }: { readonly stats: StatsResult }): JSX.Element {
  const { total, v8heap, native } = stats;
  const { code, strings, jsArrays, system } = v8heap;
  const parts = [
    { key: 'objects', title: 'objects, functions, numbers', size: v8heap.total - code - strings - jsArrays - system },
    { key: 'arrays', title: 'arrays', size: jsArrays },
    { key: 'strings', title: 'strings', size: strings },
    { key: 'code', title: 'code', size: code },
    { key: 'engine', title: "the engine's own", size: system },
    { key: 'functions', title: 'typed arrays and buffers', size: native.typedArrays },
    { key: 'native', title: 'other native memory', size: native.total - native.typedArrays },
  ].filter(({ size }) => size > 0);
  return (
    <figure class="composition">
      <figcaption class="visually-hidden">What the heap is made of</figcaption>
      <div class="bar" aria-hidden="true">
        {parts.map(({ key, title, size }) => (
          <span key={key} class={`part ${key}`} style={{ width: `${100 * share(size, total)}%` }} title={title} />
        ))}
      </div>
      <ul class="legend">
        {parts.map(({ key, title, size }) => (
          <li key={key}>
            <span class={`swatch ${key}`} aria-hidden="true" />
            {title} <strong title={exactBytes(size)}>{formatBytes(size)}</strong>{' '}
            <span class="faint">{formatShare(share(size, total))}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
