import type { PushAnswer } from '../../protocol/messages.ts';
import type { PushRequest } from '../../protocol/push-lines.ts';
import type { FeedEnvironment, Principal } from './environment.ts';
import { InTurn } from './in-turn.ts';
import { push } from './push.ts';
import { pushAhead } from './push-ahead.ts';
import type { ServerStore } from './store.ts';

/** Takes pushes in, those of one client one after the other; what can be made of the next is made while one is written. */
export class PushTurns {
  readonly #turns = new InTurn();
  readonly #store: ServerStore;
  readonly #environment: FeedEnvironment;

  constructor(store: ServerStore, environment: FeedEnvironment) {
    this.#store = store;
    this.#environment = environment;
  }

  /** As `push` does, in its client's turn. */
  take(principal: Principal, request: PushRequest): Promise<PushAnswer> {
    const environment = this.#environment;
    return this.#turns.run(`${principal.tenant} ${principal.user} ${request.client}`, {
      ahead: () => pushAhead(environment, request),
      work: (ahead, given) => push(this.#store, environment, principal, request, ahead, given),
    });
  }
}
