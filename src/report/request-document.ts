import type { CallTree } from '../analysis/call-tree.js';
import type { RequestProfilesResult } from '../analysis/request-profile.js';
import type { Cell, ReportColumn, ReportTable, ReportTree, TreeLine } from './document.js';
import { formatShare, share } from './format.js';
import { clockTime } from './live-document.js';

/** Tables and trees of what requests took. */

const ROUTES: readonly ReportColumn[] = [
  { key: 'route', title: 'Route', align: 'left', rank: 0 },
  { key: 'count', title: 'Requests', align: 'right', rank: 1 },
  { key: 'trend', title: 'Kept, over time', align: 'right', rank: 0 },
  { key: 'held', title: 'Keeps per request', align: 'right', rank: 0 },
  { key: 'allocated', title: 'Allocates', align: 'right', rank: 0 },
  { key: 'cpuTime', title: 'CPU, ms', align: 'right', rank: 0 },
  { key: 'duration', title: 'Duration, ms', align: 'right', rank: 0 },
];

export function routesTable({ routes }: RequestProfilesResult): ReportTable {
  const rows = routes.map((cost): Cell[] => [
    { type: 'name', text: cost.route },
    { type: 'count', value: cost.count },
    { type: 'spark', values: cost.heldSeries },
    { type: 'bytesChange', value: cost.held },
    { type: 'bytes', value: Math.round(cost.allocated) },
    { type: 'count', value: tenths(cost.cpuTime) },
    { type: 'count', value: tenths(cost.duration) },
  ]);
  return { columns: ROUTES, rows };
}

const REQUESTS: readonly ReportColumn[] = [
  { key: 'request', title: 'Request', align: 'left', rank: 0 },
  { key: 'at', title: 'When', align: 'right', rank: 0 },
  { key: 'status', title: 'Status', align: 'right', rank: 0 },
  { key: 'duration', title: 'Duration, ms', align: 'right', rank: 0 },
  { key: 'cpuTime', title: 'CPU, ms', align: 'right', rank: 0 },
  { key: 'allocated', title: 'Allocated', align: 'right', rank: 0 },
  { key: 'held', title: 'Still held', align: 'right', rank: 0 },
  { key: 'others', title: 'Others meanwhile', align: 'right', rank: 1 },
  { key: 'id', title: 'No.', align: 'right', rank: 0 },
];

/** The last cell of a row is the request's number. */
export function requestsTable({ requests }: RequestProfilesResult): ReportTable {
  const rows = requests.map((request): Cell[] => [
    { type: 'name', text: `${request.method} ${request.route}` },
    { type: 'word', text: clockTime(request.at) },
    { type: 'word', text: String(request.status) },
    { type: 'count', value: tenths(request.duration) },
    { type: 'count', value: tenths(request.cpuTime) },
    { type: 'bytes', value: Math.round(request.allocated) },
    { type: 'bytesChange', value: request.held },
    { type: 'count', value: request.others },
    { type: 'count', value: request.id },
  ]);
  return { columns: REQUESTS, rows };
}

/** @param unit what the tree's numbers are */
export function callTreeOf(tree: CallTree, unit: 'milliseconds' | 'bytes'): ReportTree {
  const cell = (value: number): Cell =>
    unit === 'bytes' ? { type: 'bytes', value: Math.round(value) } : { type: 'count', value: tenths(value) };
  const line = (node: CallTree): TreeLine => ({
    cells: [cell(node.total), { type: 'word', text: formatShare(share(node.total, tree.total)) }, cell(node.self)],
    text: [
      { text: node.function, style: 'plain' },
      ...(node.place === '' ? [] : [{ text: ` ${node.place}`, style: 'faint' } as const]),
    ],
    // A few hundred deep at most: V8 keeps no longer stacks.
    children: node.children.map(line),
  });
  const ms = unit === 'bytes' ? '' : ', ms';
  return {
    columns: [
      { key: 'total', title: `Total${ms}`, align: 'right', rank: 0 },
      { key: null, title: 'Share', align: 'right', rank: 0 },
      { key: 'self', title: `Self${ms}`, align: 'right', rank: 0 },
    ],
    title: 'Function',
    roots: tree.children.map(line),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
