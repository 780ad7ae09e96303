// WebAssembly kernels of the heap graph. They work in the memory that the snapshot's columns lie in, and allocate nothing: the host gives
// them the addresses of what they read and write.
export { setGraph } from "./graph";
export {
  finishPage,
  finishSearch,
  isRoomFull,
  keptEnd,
  ledTo,
  listUnvisited,
  markRetained,
  pushIslands,
  pushRootTargets,
  pushSeed,
  startEntries,
  startSearch,
  visitAll,
  visitOthers,
  visitPage,
  visitedCount,
} from "./search";
export {
  countKept,
  dominators,
  dominatorsByNode,
  endRange,
  semidominators,
  sortKept,
  startDominators,
  startLinks,
  startRange,
  startSemidominators,
  sumKept,
  useRange,
} from "./dominators";
export { askNodeNames, edgesNamed, listFlagged, setNames, sortNodes } from "./names";
export {
  countShapes,
  findShapes,
  nameCount,
  nameNodes,
  plainObjectsEnd,
  renumber,
  renumberPlain,
  startNaming,
  startShapes,
  useSlots,
} from "./naming";
export { finishDistances, search, startAt, startDistances } from "./distances";
export {
  beginRetained32,
  beginSizes32,
  beginSizes32To64,
  beginSizes64,
  findOwners,
  giveSizes32,
  giveSizes32To64,
  giveSizes64,
  retain,
  startOwners,
  sumSizes32,
} from "./sizes";
export {
  askedEdge,
  beginAt,
  closeNodes,
  keepRegions,
  reachedCount,
  searchAgain,
  searchHolders,
  setHolderEdges,
  startHolders,
  takePassedBy,
} from "./holders";
export {
  countStaying,
  giveClass,
  labelNodes,
  reduceNodes,
  setClassTables,
  setReduced,
  startReduced,
  stayingBytes,
} from "./reduced";
export {
  countDominated,
  placeInPreorder,
  placeRoot,
  startEnds,
  startGroups,
  startPreorder,
  sumGroups,
  sumRetained,
} from "./groups";
export { countRetainers, sortRetainers, sumRetainers } from "./retainers";
