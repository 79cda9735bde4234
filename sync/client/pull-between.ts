import { ask } from './ask.ts';
import { BadAnswer } from './bad-answer.ts';
import { type Engine, store } from './effects.ts';
import { OtherChain } from './other-chain.ts';
import type { ArrivedPage } from './page.ts';
import { type Following, wanting } from './pull.ts';
import type { Session } from './session.ts';

/** The pulls between the pushes of one run. `page`: one that came and is not applied yet. `isOver`: the rest is left to the pull at the end. */
export interface PullsBetween {
  readonly session: Session;
  readonly following: Following;
  page: ArrivedPage | null;
  isOver: boolean;
}

/**
 * Asks for one page between two pushes, so that what others did, and the versions of what was just sent, do not wait for all that this
 * laptop has to send. Nothing is on its way meanwhile: the page's snapshot ends with the last answer that was taken up, as every page has
 * to that is applied (P30). Scopes that are fetched from their beginning wait: nothing of them is joined row by row.
 */
export function* askBetween(between: PullsBetween): Engine<void> {
  const { session, following } = between;
  const live = following.want.filter(({ whole }) => whole !== true);
  if (live.length === 0) return;
  const page = yield* ask('pull', wanting(session, live));
  // What it asks for beyond its rows is done at the end, where nothing waits for it.
  between.isOver = page.trailer.revoke !== undefined || page.trailer.bootstrap !== undefined;
  between.page = between.isOver ? null : page;
}

/**
 * Applies the page that came, while the pushes after it are on their way: only where it takes nothing away (P35). Answers with the number of
 * its rows.
 */
export function* applyBetween(between: PullsBetween): Engine<number> {
  const { following, page } = between;
  if (page === null) return 0;
  between.page = null;
  const outcome = yield* store('applyBeside', { page });
  if (outcome.damaged !== null) throw new BadAnswer(outcome.damaged);
  if (outcome.foreign) throw new OtherChain();
  between.isOver = outcome.takesAway;
  following.want = outcome.want.filter(({ scope }) => following.granted.has(scope));
  return outcome.rows;
}
