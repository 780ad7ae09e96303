import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { AllocationSitesResult } from '../analysis/allocation-sites.js';
import type { LiveMemoryResult } from '../analysis/live-memory.js';
import type { LookSchedule, LooksResult } from '../analysis/looks.js';
import type { ReportDocument } from '../report/document.js';
import { formatNumberOf, formatShare, share } from '../report/format.js';
import { clockTime, sitesTable, spacesTable } from '../report/live-document.js';
import { summaryDocument } from '../report/summary-document.js';
import { visibleText } from '../report/untrusted-text.js';
import { trendDocument } from '../report/trend-document.js';
import { formatBytes } from '../util/bytes.js';
import { exactBytes } from './cell.js';
import { DataTable } from './data-table.js';
import type { TextFilter } from './filter.js';
import { Notes } from './leaks-section.js';
import { classOf } from './links.js';
import { Figure } from './overview.js';
import { Section } from './report-sections.js';
import { Sparkline } from './sparkline.js';

const FORMAT = { exactBytes: false };
/** Bytes. */
const FLOORS = [0, 1e3, 1e4, 1e5, 1e6, 1e7];

/** The process as it is, its constructors from look to look, and who allocated what is held. */
export function LiveSections(props: {
  readonly memory: LiveMemoryResult;
  readonly looks: LooksResult | null;
  readonly schedule: LookSchedule | null;
  readonly sites: AllocationSitesResult | null;
  readonly filter: TextFilter | null;
}): JSX.Element {
  const { memory, looks, schedule, sites, filter } = props;
  const [floor, setFloor] = useState(1e3);
  const spaces = useMemo(() => spacesTable(memory), [memory]);
  const constructors = useMemo(() => looks && constructorsDocument(looks, floor), [looks, floor]);
  const sitesRows = useMemo(() => sites && sitesTable(sites, floor), [sites, floor]);
  const floorBox = (
    <label class="floor">
      At least{' '}
      <select value={floor} onChange={(event) => setFloor(Number(event.currentTarget.value))}>
        {FLOORS.map((value) => (
          <option key={value} value={value}>
            {formatBytes(value)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <Section id="memory" title="Memory">
        <MemoryFigures memory={memory} />
        <DataTable table={spaces} label="Spaces of the heap" filter={filter} />
      </Section>
      <Section id="constructors" title="Constructors">
        <LooksText looks={looks} schedule={schedule} />
        {floorBox}
        {constructors ? (
          <>
            <DataTable
              table={constructors.tables[0]!}
              label="Constructors"
              filter={filter}
              addressOf={classOf}
              whenEmpty="No constructor has so much."
            />
            <Notes notes={constructors.notes} />
          </>
        ) : (
          <p class="faint">
            Nobody has looked yet: each look, and each snapshot, adds a point to every constructor's line.
          </p>
        )}
      </Section>
      <Section id="allocations" title="Allocated since the start, and still held">
        {sites && sitesRows && (
          <>
            <p class="lead">{sitesLine(sites)}</p>
            <DataTable
              table={sitesRows}
              label="Allocations by function"
              filter={filter}
              whenEmpty="No function holds so much."
            />
          </>
        )}
      </Section>
    </>
  );
}

/** Who takes looks, and what the last one cost. It is read out when there is another. */
function LooksText(props: { readonly looks: LooksResult | null; readonly schedule: LookSchedule | null }): JSX.Element {
  const { looks, schedule } = props;
  const last = looks?.looks.at(-1);
  return (
    <p class="lead" role="status">
      {schedule && (
        <>
          The service takes a look by itself every {formatNumberOf(schedule.every / 60_000, 'minute')}
          {schedule.nextAt !== null && <>, the next at {clockTime(schedule.nextAt)}</>}.{' '}
          {schedule.skipped !== null && <>The last one due was left out: {visibleText(schedule.skipped)}. </>}
        </>
      )}
      {last && (
        <>
          The last {last.kind}, at {clockTime(last.at)}, stopped the service for {Math.round(last.stopped)} ms.
        </>
      )}
    </p>
  );
}

function MemoryFigures({ memory }: { readonly memory: LiveMemoryResult }): JSX.Element {
  const { rss, usedHeap, external, arrayBuffers, limits, at } = memory;
  return (
    <>
      <dl class="figures">
        <SizeFigure name="Resident (RSS)" values={rss} limit={limits.process} />
        <SizeFigure name="Heap used" values={usedHeap} limit={limits.heap} />
        <SizeFigure name="External" values={external} />
        <SizeFigure name="of it ArrayBuffers" values={arrayBuffers} />
      </dl>
      <p class="lead">
        {formatNumberOf(at.length, 'sample')}, since {clockTime(at[0] ?? 0)}
      </p>
    </>
  );
}

/** Bytes over time, and how much that is of what it may be. */
function SizeFigure(props: {
  readonly name: string;
  readonly values: readonly number[];
  readonly limit?: number;
}): JSX.Element {
  const { name, values, limit } = props;
  const value = values.at(-1) ?? 0;
  const of = limit === undefined ? '' : `, ${formatShare(share(value, limit))} of ${formatBytes(limit)}`;
  return (
    <Figure name={`${name}${of}`} value={formatBytes(value)} title={exactBytes(value)}>
      <Sparkline values={values} />
    </Figure>
  );
}

/** What grew, over two looks or more; of a single one, what there is. Null without any. */
function constructorsDocument({ trend, latest }: LooksResult, floor: number): ReportDocument | null {
  if (trend) return trendDocument({ ...trend, rows: trend.rows.filter(({ last }) => last.selfSize >= floor) }, FORMAT);
  if (!latest) return null;
  return summaryDocument({ ...latest, rows: latest.rows.filter(({ selfSize }) => selfSize >= floor) }, FORMAT);
}

function sitesLine({ reason, samplingInterval, at, cost }: AllocationSitesResult): string {
  if (reason !== null) return `Not sampled: ${reason}`;
  return (
    `One object in ${formatBytes(samplingInterval)} allocated is sampled, so these are estimates. ` +
    `${formatNumberOf(at.length, 'reading')}; the last took ${Math.round(cost)} ms, most of it a garbage collection`
  );
}
