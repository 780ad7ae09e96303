import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ReportResult } from '../analysis/report.js';
import { dominatorsDocument } from '../report/dominators-document.js';
import { heapDiffDocument } from '../report/heap-diff-document.js';
import { heapSummaryDocument } from '../report/heap-summary-document.js';
import { trendDocument } from '../report/trend-document.js';
import { visibleText } from '../report/untrusted-text.js';
import { DataTable } from './data-table.js';
import type { TextFilter } from './filter.js';
import { LeaksSection, Notes } from './leaks-section.js';
import { classOf } from './links.js';
import { Overview } from './overview.js';
import { TreeGrid } from './tree-grid.js';
import { Treemap } from './treemap.js';

const FORMAT = { exactBytes: false };

export interface SectionName {
  readonly id: string;
  readonly title: string;
}

/** The sections that a result has, in order. */
export function sectionsOf({ diff, trend, leaks }: ReportResult): readonly SectionName[] {
  return [
    { id: 'overview', title: 'Overview' },
    { id: 'leaks', title: leaks.series === 'single' ? 'Stands out' : 'Leaks' },
    { id: 'treemap', title: 'Treemap' },
    { id: 'dominators', title: 'Dominators' },
    ...(trend ? [{ id: 'trend', title: 'Trend' }] : []),
    ...(diff ? [{ id: 'growth', title: 'Growth' }] : []),
    { id: 'constructors', title: 'Constructors' },
  ];
}

/** @param typed the filter's text @param hasObjects whether classes and objects have pages of their own */
export function ReportSections(props: {
  readonly result: ReportResult;
  readonly filter: TextFilter | null;
  readonly typed: string;
  readonly hasObjects: boolean;
}): JSX.Element {
  const { result, filter, typed, hasObjects } = props;
  const { dominators, trend, diff, summary, leaks } = result;
  const documents = useMemo(
    () => ({
      dominators: dominatorsDocument(dominators, FORMAT),
      trend: trend && trendDocument(trend, FORMAT),
      diff: diff && heapDiffDocument(diff, FORMAT),
      summary: heapSummaryDocument(summary, FORMAT),
    }),
    [dominators, trend, diff, summary],
  );
  const addressOf = hasObjects ? classOf : undefined;
  return (
    <>
      {result.warnings.length > 0 && (
        <ul class="warnings" aria-label="Warnings">
          {result.warnings.map((warning, i) => (
            <li key={i}>{visibleText(warning)}</li>
          ))}
        </ul>
      )}
      <Section id="overview" title="Overview">
        <Overview result={result} hasObjects={hasObjects} />
      </Section>
      <Section id="leaks" title={leaks.series === 'single' ? 'What stands out' : 'What leaks'}>
        <LeaksSection result={result} filter={filter} hasObjects={hasObjects} />
      </Section>
      <Section id="treemap" title="Treemap by retained size">
        <Treemap roots={dominators.roots} totalSize={dominators.totalSize} hasObjects={hasObjects} />
      </Section>
      <Section id="dominators" title="Dominator tree">
        <p class="lead">What goes when an object goes. Lines of many objects are told by class.</p>
        <TreeGrid
          key={typed}
          tree={documents.dominators.tree!}
          label="Dominator tree"
          filter={filter}
          open={1}
          hasObjects={hasObjects}
        />
      </Section>
      {documents.trend && (
        <Section id="trend" title={`Trend over ${result.snapshots.length} snapshots`}>
          <DataTable table={documents.trend.tables[0]!} label="Trend" filter={filter} addressOf={addressOf} />
          <Notes notes={documents.trend.notes} />
        </Section>
      )}
      {documents.diff && (
        <Section id="growth" title="Growth from the first to the last">
          <DataTable
            table={documents.diff.tables[0]!}
            label="Growth"
            filter={filter}
            addressOf={addressOf}
            whenEmpty="Nothing changed in any class."
          />
          <Notes notes={documents.diff.notes} />
        </Section>
      )}
      <Section id="constructors" title="Constructors">
        <DataTable table={documents.summary.tables[0]!} label="Constructors" filter={filter} addressOf={addressOf} />
        <Notes notes={documents.summary.notes} />
      </Section>
    </>
  );
}

/** A part of the page that an address can lead to. */
export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { id, title, children } = props;
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}
