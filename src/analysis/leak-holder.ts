import type { NamedPlace } from './source-places.js';
import { NONE } from './holder-tree.js';
import { calledBackAs, isBrowserInside, isElement, isOfDocumentTree } from './browser-insides.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { hopTo } from './hop-names.js';
import {
  BUILT_IN_GLOBALS,
  EMITTER_LISTENERS,
  EVENT_TARGET_LISTENERS,
  functionBetween,
  functionName,
  globalName,
  hopsAbove,
  hopWords,
  isGlobal,
  isModuleCode,
  isTableCalled,
  moduleFile,
  type Naming,
  ofFunction,
  ownerName,
  rootText,
  rootWords,
  ACTIVE_TIMERS,
  TIMER_CLASSES,
  TIMER_VARIABLES,
} from './naming.js';
import { isBuiltIn } from './source-places.js';
import { plainClassName } from './visibility.js';

/** What a person would cut to let go of what leaks. */
export interface LeakHolder {
  /** The class that owns the container, as `ResponseCache`; the container's own where a variable holds it, as `Map`. */
  readonly constructor: string;
  /** Name of the property or variable that holds the container; null where only a root does. */
  readonly edge: string | null;
  /** V8's id of the container; of many containers alike, of the object in which their ways meet. */
  readonly nodeId: number;
  readonly location: NamedPlace | null;
  /** Class of what things pile up in: Map, Array, Promise ... */
  readonly container: string;
  /** The variable, or the global, from which a person finds it; null where there is none of the program's. */
  readonly variable: string | null;
  /** Where that is declared. */
  readonly variableLocation: NamedPlace | null;
  /** Whether the program has it: a variable, a field or a global of its own, not one of Node's. */
  readonly isOfProgram: boolean;
  /** The words that follow "held by". */
  readonly text: string;
}

/** What is known of the objects that pile up, where the container alone says little. nodeIndex each, or null. */
export interface Piled {
  /** One that is held by another of its class: they form a chain. */
  readonly link: number | null;
  readonly example: number | null;
  /** What the container holds directly, where the example is further down. */
  readonly outermost: number | null;
}

/** Names the holder whose container is `node`. */
export function nameHolder(
  naming: Naming,
  node: number,
  piled: Piled = { link: null, example: null, outermost: null },
): LeakHolder {
  const { graph, places } = naming;
  const { nodeType, nodeId } = graph.columns;
  const container = plainClassName(graph, node);
  const words: string[] = [container];
  const named = {
    constructor: container,
    edge: null as string | null,
    variable: null as string | null,
    variableLocation: null as NamedPlace | null,
  };
  let isOfProgram = false;
  const isBrowsers = nodeType[node] === graph.nodeKinds.native && isBrowserInside(container);
  /** What the functions are to a person that the browser keeps there to call them. */
  let calledBack = isBrowsers ? calledBackAs(container) : null;
  /** Whether all holders so far are the browser's own objects, whose classes say nothing to a person; and whether any is. */
  let isInside = isBrowsers;
  let isByWayOfBrowser = isBrowsers;
  /** How many words there are up to where it is only nodes of a document that hold each other. */
  let untilTree: number | null = null;
  /** How many words there are up to the nearest variable of a package, as long as none of the program's own is known. */
  let ofPackage: { readonly words: number } | null = null;
  let location: NamedPlace | null = null;
  if (nodeType[node] === graph.nodeKinds.synthetic) {
    const example = piled.outermost === null ? container : plainClassName(graph, piled.outermost);
    const text = `${rootText(container)}, as ${example}`;
    const roots = { ...named, constructor: example, nodeId: nodeId[node]!, location, container, isOfProgram, text };
    return byWayOfFunction(naming, roots, piled.example, node);
  }
  for (const hop of hopsAbove(naming, node)) {
    if (hop.holder === NONE) {
      const root = rootWords(hop, naming);
      // What holds the last of them may be the root itself.
      if (words.length > 1 && !words.at(-1)!.endsWith(` ${root}`)) words.push(root);
      break;
    }
    if (nodeType[hop.holder] === graph.nodeKinds.synthetic) {
      words.push(rootText(plainClassName(graph, hop.holder)));
      break;
    }
    if (nodeType[hop.holder] === graph.nodeKinds.native) {
      const name = plainClassName(graph, hop.holder);
      if (isBrowserInside(name)) {
        isByWayOfBrowser = true;
        if (isInside) calledBack ??= calledBackAs(name);
        continue;
      }
      if (isOfDocumentTree(name) && isOfDocumentTree(plainClassName(graph, hop.node))) untilTree ??= words.length;
      if (isInside) {
        isInside = false;
        words[0] = `${calledBack === null ? 'what the browser keeps for' : `${calledBack} of`} ${name}`;
        named.constructor = name;
        continue;
      }
    }
    isInside = false;
    const place = places.of(hop.holder);
    if (hop.kind === 'variable') {
      const isOfNode = isBuiltIn(place?.script ?? null);
      if (isOfNode && TIMER_VARIABLES.has(hop.name)) {
        if (named.edge !== null && !TIMER_CLASSES.has(named.constructor)) {
          words.push(ACTIVE_TIMERS);
          break;
        }
        const timers = { ...named, constructor: 'TimersList', edge: null, nodeId: nodeId[node]!, location, container };
        const text = `${ACTIVE_TIMERS} (TimersList)`;
        return byWayOfFunction(naming, { ...timers, isOfProgram, text }, piled.example, node);
      }
      named.edge ??= hop.name;
      if (isOfNode) {
        // Everybody knows process; which of Node's variables leads to it does not matter.
        if (plainClassName(graph, hop.node) !== 'process') words.push(`variable "${hop.name}" of ${place?.script}`);
        break;
      }
      isOfProgram ||= place !== null || places.isOfProgram(hop.holder);
      const declared = places.ofName(hop.holder, hop.name, 'variable');
      location ??= declared;
      words.push(`variable "${hop.name}"${ofFunction(naming, hop)}`);
      const isOfPackage = place !== null && place.package !== null;
      if (isOfPackage && ofPackage !== null) continue;
      named.variable = hop.name;
      named.variableLocation = declared;
      if (!isOfPackage) {
        ofPackage = null;
        break;
      }
      // A package's own variable: the program's that leads to it is the one to look at.
      ofPackage = { words: words.length };
      continue;
    }
    if (hop.kind === 'local' && isModuleCode(naming, hopTo(graph, naming.tree, hop.holder))) {
      if (ofPackage !== null) break;
      // A variable that no closure uses stands in the module's own frame, which keeps no names.
      const name = functionName(graph, hop.node);
      isOfProgram ||= places.isOfProgram(hop.holder);
      named.edge ??= name;
      named.variable = name;
      named.variableLocation = places.ofName(hop.holder, name ?? '', 'variable');
      location ??= named.variableLocation;
      words.push(name === null ? 'a variable of the module' : `variable "${name}"`);
      break;
    }
    if (isGlobal(naming, hop.holder)) {
      if (ofPackage !== null) break;
      if (named.edge === null) named.constructor = 'global';
      const name = globalName(hop.name);
      // What hangs in the document itself a script has put there.
      const isOfDocument =
        !isByWayOfBrowser || (piled.example !== null && isElement(plainClassName(graph, piled.example)));
      isOfProgram ||= !BUILT_IN_GLOBALS.has(name) || (name === 'document' && isOfDocument);
      named.edge ??= name;
      named.variable = name;
      if (!BUILT_IN_GLOBALS.has(name)) named.variableLocation = places.ofGlobal(name);
      location ??= named.variableLocation;
      // Of a document the way goes over siblings as well, which hold nothing that is not held by the document anyway.
      if (name === 'document' && untilTree !== null) {
        words.length = untilTree;
        if (untilTree === 1 && piled.example !== null && plainClassName(graph, piled.example) === container)
          words[0] = parentElement(graph, node) ?? container;
      }
      words.push(`global "${name}"`);
      break;
    }
    const file = hop.kind === 'property' && hop.name === 'exports' ? moduleFile(graph, hop.holder) : null;
    if (file !== null) {
      if (ofPackage !== null) break;
      isOfProgram = true;
      location ??= places.ofScript(file, named.edge ?? 'exports');
      named.edge ??= hop.name;
      words.push(`the exports of ${file.split(/[\\/]/).at(-1)}`);
      break;
    }
    if (hop.kind === 'entry' && isTableCalled(naming, hop.holder, EVENT_TARGET_LISTENERS)) {
      // What an EventTarget keeps its listeners in is Node's own.
      words.splice(1, words.length, `listeners for "${hop.name}"`);
      named.edge = null;
      location = null;
      continue;
    }
    const owner = ownerName(graph, hop.holder);
    isOfProgram ||= places.isOfProgram(hop.holder);
    if (hop.kind === 'property' || hop.kind === 'weak map value') {
      const edge = hop.kind === 'property' ? hop.name : 'WeakMap value';
      const ofListeners = hop.kind === 'property' && isTableCalled(naming, hop.holder, EMITTER_LISTENERS);
      if (named.edge === null && !ofListeners) {
        named.edge = edge;
        named.constructor = owner;
        // No line declares what a WeakMap holds: the variable of its key is the place.
        location =
          hop.kind === 'property' && places.isOfProgram(hop.holder)
            ? places.ofName(hop.holder, hop.name, 'property')
            : null;
      }
      words.push(ofListeners ? `listeners for "${hop.name}"` : `"${edge}" of ${owner}`);
      continue;
    }
    // V8's own names say nothing to a person.
    if (hop.kind !== 'internal') words.push(`${hopWords(hop, graph)} ${owner}`);
  }
  if (ofPackage !== null) words.length = ofPackage.words;
  if (piled.link !== null && !isOfProgram) {
    const link = hopTo(graph, naming.tree, piled.link);
    named.edge = link.name;
    named.constructor = container;
    if (places.isOfProgram(link.holder)) location = places.ofName(link.holder, link.name, 'property');
    words.splice(1, 0, `linked by "${link.name}"`);
  }
  const text = isBrowsers || untilTree === 1 ? words.join(', ') : joinWords(words);
  const holder = { ...named, nodeId: nodeId[node]!, location, container, isOfProgram, text };
  if (calledBack !== null) return ofCalledBack(naming, holder, piled.example, node);
  return isOfProgram || location !== null ? holder : byWayOfFunction(naming, holder, piled.example, node);
}

/** Class of the element in which an element stands: the edge to it comes after the one to the document. */
function parentElement(graph: HeapGraph, node: number): string | null {
  const { firstEdge, edgeTarget } = graph.columns;
  for (let edge = firstEdge[node]!; edge + 1 < firstEdge[node + 1]!; edge++) {
    if (!/^(?:HTMLDocument|ShadowRoot)$/.test(plainClassName(graph, edgeTarget[edge]!))) continue;
    const name = plainClassName(graph, edgeTarget[edge + 1]!);
    return isElement(name) ? name : null;
  }
  return null;
}

/** What the browser calls back is the program's, wherever it is registered: its place is that of the function. */
function ofCalledBack(naming: Naming, holder: LeakHolder, example: number | null, container: number): LeakHolder {
  const found = example === null ? null : functionBetween(naming, example, container);
  if (found === null) return holder;
  const placed = { ...holder, location: naming.places.of(found), isOfProgram: true };
  if (holder.variableLocation === null) return byWayOfFunction(naming, placed, example, container);
  // The text ends with the variable, whose place follows.
  const name = functionName(naming.graph, found);
  return name === null ? placed : { ...placed, text: holder.text.replace(' of ', ` (${name}()) of `) };
}

/** What Node or V8 holds has no place in the program; the function over which it holds an example of what piles up has. */
function byWayOfFunction(naming: Naming, holder: LeakHolder, example: number | null, container: number): LeakHolder {
  const found = example === null ? null : functionBetween(naming, example, container);
  if (found === null) return holder;
  const name = functionName(naming.graph, found);
  const text = `${holder.text}, by way of ${name === null ? 'a function' : `${name}()`}`;
  return { ...holder, location: naming.places.of(found), text };
}

/** `Map "entries" of ResponseCache, variable "cache"`. */
function joinWords([container, first, ...rest]: readonly string[]): string {
  if (first === undefined) return container!;
  return [`${container}${/^[a-z]*\W*"/.test(first) ? ' ' : ', '}${first}`, ...rest].join(', ');
}
