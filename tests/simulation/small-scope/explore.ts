import { cursorFaults } from '../sync/invariants.ts';
import type { Plant } from '../sync/planted.ts';
import type { Beginning } from './beginning.ts';
import { judge } from './judge.ts';
import type { Scope } from './scope.ts';
import { movesOf, nameOf, type Situation, wordsOf } from './situation.ts';
import { SmallWorld } from './world.ts';

/** What came of trying everything. */
export interface Explored {
  /** Different situations, and moves between them. */
  readonly situations: number;
  readonly moves: number;
  /** Different orders in which everything can happen, from the beginning to the end. */
  readonly histories: bigint;
  /** Different situations in which nothing was left to do. */
  readonly ends: number;
  /** Moves of laptops and messages to the server that the code itself made; all others are one of these again. */
  readonly made: { readonly laptop: number; readonly server: number };
  /** The first fault that was found, with the moves that lead to it. */
  readonly fault: { readonly texts: readonly string[]; readonly path: readonly string[] } | null;
  /** False where more was to be tried than was allowed. */
  readonly complete: boolean;
}

export interface ExploreOptions {
  readonly scope: Scope;
  readonly beginning: Beginning;
  readonly plant?: Plant;
  /** No more situations than these. */
  readonly most?: number;
  /** No more memory than this for the whole process, in bytes: every state of a laptop that was met is kept, as a whole file. */
  readonly mostMemory?: number;
  readonly progress?: (situations: number, histories: bigint) => void;
}

class Found extends Error {
  readonly texts: readonly string[];

  constructor(texts: readonly string[]) {
    super(texts[0] ?? '');
    this.texts = texts;
  }
}

/** Tries every history within a scope, depth first, and each situation once; ends with the first fault. */
export async function explore(options: ExploreOptions): Promise<Explored> {
  const { scope, beginning, plant = {}, most = Infinity, mostMemory = Infinity, progress } = options;
  const world = new SmallWorld(scope, beginning.rows, plant);
  const known = new Map<string, bigint>();
  const rested = new Set<string>();
  const reached = new Set<string>();
  const path: string[] = [];
  let moves = 0;
  let complete = true;

  const holds = (faults: readonly string[]) => {
    if (faults.length > 0) throw new Found(faults);
  };

  const checkReach = ({ laptops, server }: Situation) => {
    for (const { key, name, user, view } of laptops) {
      const pair = `${key} ${server.key}`;
      if (reached.has(pair)) continue;
      reached.add(pair);
      holds(cursorFaults(name, user, view, server.tenant));
    }
  };

  const end = async (situation: Situation): Promise<bigint> => {
    const rest = await world.rest(situation);
    if (rest === null) throw new Found(['V8 the laptops do not come to rest']);
    holds(rest.faults);
    const name = nameOf(rest.situation);
    if (!rested.has(name)) {
      rested.add(name);
      holds(judge(world.laptops, rest.situation, scope.restores));
    }
    return 1n;
  };

  /** Histories from here to the end. */
  const visit = async (situation: Situation): Promise<bigint> => {
    const name = nameOf(situation);
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= most || process.memoryUsage.rss() >= mostMemory) {
      complete = false;
      return 0n;
    }
    checkReach(situation);
    const all = movesOf(situation, scope);
    let histories = all.length === 0 ? await end(situation) : 0n;
    for (const move of all) {
      if (!complete) return 0n;
      path.push(wordsOf(situation, move));
      const step = await world.move(situation, move);
      moves += 1;
      holds(step.faults);
      histories += await visit(step.situation);
      path.pop();
    }
    known.set(name, histories);
    if (known.size % 1000 === 0) progress?.(known.size, histories);
    return histories;
  };

  try {
    let histories = 0n;
    let fault: Explored['fault'] = null;
    try {
      histories = await visit(world.first(beginning));
    } catch (error) {
      if (!(error instanceof Found)) throw error;
      fault = { texts: error.texts, path: [...path] };
    }
    return {
      situations: known.size,
      moves,
      histories,
      ends: rested.size,
      made: { laptop: world.laptops.made, server: world.servers.answered },
      fault,
      complete,
    };
  } finally {
    world.close();
  }
}
