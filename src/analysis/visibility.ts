import { constructorName } from '../graph/constructor-name.js';
import { DETACHED, DETACHED_PREFIX } from '../graph/detachedness.js';
import type { GraphBase } from '../graph/base.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { MODULE_NAME } from './module-exports.js';

// Values of NodeRoles.role: what a person can know of a node. VISIBLE and MODULE have the bit STAYS of graph/reduced-nodes.ts.
/** Part of another object, or V8's own: passed through in silence (tables, contexts, cells, reactions). */
export const FOLDED = 0;
/** An object of the program, or of what it runs on. */
export const VISIBLE = 1;
/** Compiled code, feedback, hidden classes: holds nothing that a program could let go of. */
export const SYSTEM = 2;
/** A concept that people know although V8 hides it: a module. */
export const MODULE = 5;

export interface NodeRoles {
  /** Uint8, length n: FOLDED, VISIBLE, SYSTEM or MODULE. */
  readonly role: Uint8Array;
  /** nodeIndex of every native context. */
  readonly nativeContexts: readonly number[];
}

/** V8's own objects of this name are hidden, or of type native or object, as the V8 at hand has it. */
const SYSTEM_PREFIX = 'system / ';

/** Newer V8s give these the type code or object shape; those up to Node 18 call them hidden. */
const SYSTEM_NAMES: ReadonlySet<string> = new Set(
  [
    'FeedbackCell',
    'FeedbackVector',
    'FeedbackMetadata',
    'ClosureFeedbackCellArray',
    'Map',
    'DescriptorArray',
    'TransitionArray',
    'PrototypeInfo',
    'EnumCache',
    'SharedFunctionInfo',
    'ScopeInfo',
    'Script',
    'BytecodeArray',
    'AllocationSite',
    'LoadHandler',
    'StoreHandler',
    'UncompiledDataWithPreparseData',
    'UncompiledDataWithoutPreparseData',
    'PreparseData',
    'ObjectBoilerplateDescription',
    'ArrayBoilerplateDescription',
    'ClassBoilerplate',
    'ClassPositions',
    'FunctionTemplateInfo',
    'ObjectTemplateInfo',
    'FunctionTemplateRareData',
    'CallHandlerInfo',
    'AccessorInfo',
    'InterceptorInfo',
  ].map((name) => SYSTEM_PREFIX + name),
);

const NATIVE_CONTEXT = 'system / NativeContext';

/** For a while the label of native contexts, which are FOLDED. */
const CONTEXT = 4;

export function computeRoles(graph: HeapGraph): NodeRoles {
  const { schema, strings } = graph.columns;
  const isNamed = schema.nodeTypes.map((type) => NAMED.has(type));
  const role = graph.holders.labelNodes({
    isNamed,
    of: (type, name) => {
      const text = isNamed[type] ? strings.get(name) : '';
      const own = roleOf(schema.nodeTypes[type]!, text);
      return own === FOLDED && text.startsWith(NATIVE_CONTEXT) ? CONTEXT : own;
    },
  });
  const nativeContexts = nodesOfRole(role, CONTEXT);
  for (const node of nativeContexts) role[node] = FOLDED;
  return { role, nativeContexts };
}

export function nodesOfRole(role: Uint8Array, wanted: number): number[] {
  const nodes: number[] = [];
  for (let node = role.indexOf(wanted); node >= 0; node = role.indexOf(wanted, node + 1)) nodes.push(node);
  return nodes;
}

/** An element that V8's embedder says is no part of a document: `Detached <li>`. */
export function isDetachedElement(base: GraphBase, node: number): boolean {
  const { nodeDetachedness, nodeName, strings } = base.columns;
  return nodeDetachedness?.[node] === DETACHED && strings.get(nodeName[node]!).startsWith('<');
}

const NAMED: ReadonlySet<string> = new Set(['hidden', 'object', 'native']);

function roleOf(type: string, name: string): number {
  switch (name.startsWith(SYSTEM_PREFIX) ? 'hidden' : type) {
    case 'code':
    case 'object shape':
      return SYSTEM;
    case 'array':
    case 'number':
      return FOLDED;
    case 'hidden':
      if (name === MODULE_NAME) return MODULE;
      return SYSTEM_NAMES.has(name) ? SYSTEM : FOLDED;
    default:
      return VISIBLE;
  }
}

/** The class of a node by which snapshots of one process are compared: no interface names, which depend on the heap. */
export function plainClassName(base: GraphBase, node: number): string {
  const { nodeType, nodeName, strings, schema } = base.columns;
  const type = schema.nodeTypes[nodeType[node]!]!;
  if (type === 'native' && isDetachedElement(base, node))
    return constructorName(type, DETACHED_PREFIX + strings.get(nodeName[node]!));
  if (NAMED.has(type) && strings.get(nodeName[node]!) === MODULE_NAME) return 'module';
  if (type === 'synthetic') return strings.get(nodeName[node]!) || '(root)';
  return NAMED.has(type) ? constructorName(type, strings.get(nodeName[node]!)) : constructorName(type, '');
}
