import type { Reply, ServerEffect } from '../../../sync/client/effects.ts';
import type { PullTrailer } from '../../../sync/protocol/messages.ts';
import type { Chance } from './chance.ts';
import type { OnItsWay } from './device.ts';
import type { Edge } from './edge.ts';
import type { Fault } from './faults.ts';

interface Late {
  readonly user: string;
  readonly effect: ServerEffect;
}

/** One message that crossed the wire, with who sent or got it. */
export interface Crossed {
  readonly user: string;
  readonly way: 'up' | 'down';
  readonly text: string;
}

/** What the network tells of what it did. */
export interface NetworkEvents {
  readonly fired: (fault: Fault) => void;
  readonly answered: (status: number, code: string | null) => void;
}

const refusals = {
  'server busy': { status: 429, code: 'BUSY', retryAfter: 1 },
  'token expired': { status: 401, code: 'UNAUTHENTICATED' },
  'too old': { status: 426, code: 'VERSION' },
  'too large': { status: 413, code: 'TOO_LARGE' },
} as const;

function refusal(fault: keyof typeof refusals): Reply {
  const { status, code, ...rest } = refusals[fault];
  return { status, text: JSON.stringify({ code, message: fault }), ...rest };
}

/** What a server that has lost its rows and does not know it would answer to a pull: nothing, and nothing more to come. */
export function emptyPage(pull: string, reply: Reply): Reply {
  if (reply?.status !== 200) return reply;
  const { want } = JSON.parse(pull) as {
    readonly want: readonly { readonly scope: string; readonly seq: string }[];
  };
  const next = Object.fromEntries(want.map(({ scope, seq }) => [scope, seq]));
  const { trailer } = JSON.parse(reply.text.trimEnd().split('\n').at(-1) ?? '') as {
    readonly trailer: PullTrailer;
  };
  const { lastMutation, lastHash } = trailer;
  return {
    ...reply,
    text: `${JSON.stringify({ trailer: { next, more: false, lastMutation, lastHash } })}\n`,
  };
}

/** Everything that may happen to a message between a laptop and the server. */
export class Network {
  readonly #edge: Edge;
  /** Everything that left somebody. */
  readonly wire: Crossed[] = [];
  #late: Late[] = [];
  /** Messages that are still refused while a storm lasts, and how. */
  #storm: { readonly fault: keyof typeof refusals; left: number } | null = null;

  constructor(edge: Edge) {
    this.#edge = edge;
  }

  /** A number of messages in a row will be refused, whosever they are. */
  beginStorm(chance: Chance): void {
    const fault = chance.pick(['server busy', 'too large', 'token expired'] as const) ?? 'server busy';
    this.#storm = { fault, left: 2 + chance.below(6) };
  }

  calm(): void {
    this.#storm = null;
  }

  /** Carries a message and its answer; null where no answer comes. Without chance nothing goes wrong. */
  async send(
    user: string,
    effect: ServerEffect,
    chance: Chance | null,
    events: NetworkEvents,
  ): Promise<Reply> {
    this.wire.push({ user, way: 'up', text: effect.text });
    const refused = chance === null ? null : this.#refused(effect, chance, events);
    if (refused !== null) return refused;
    const dice = chance?.next() ?? 1;
    if (dice < 0.02) {
      events.fired('request dropped');
      return null;
    }
    if (dice < 0.03) {
      events.fired('request late');
      this.#late.push({ user, effect });
      return null;
    }
    if (dice < 0.035) {
      events.fired('request repeated');
      await this.#edge.answer(user, effect.call, effect.text);
    }
    if (dice > 0.035 && dice < 0.045) {
      events.fired('server crashed');
      this.#edge.store.crashAt(1 + (chance?.below(12) ?? 0));
    }
    const reply = await this.#edge.answer(user, effect.call, effect.text);
    if (reply !== null) {
      this.wire.push({ user, way: 'down', text: reply.text });
      const code = reply.status === 200 ? null : (JSON.parse(reply.text) as { readonly code: string }).code;
      events.answered(reply.status, code);
    }
    return chance === null ? reply : this.#damaged(reply, effect, dice, chance, events);
  }

  #refused(effect: ServerEffect, chance: Chance, events: NetworkEvents): Reply {
    const storm = this.#storm;
    if (storm !== null && storm.left > 0 && (storm.fault !== 'too large' || effect.call === 'push')) {
      storm.left -= 1;
      events.fired(storm.fault);
      return refusal(storm.fault);
    }
    const dice = chance.next();
    const fault =
      dice < 0.006
        ? 'server busy'
        : dice < 0.012
          ? 'token expired'
          : dice < 0.016
            ? 'too old'
            : dice < 0.026 && effect.call === 'push'
              ? 'too large'
              : null;
    if (fault === null) return null;
    events.fired(fault);
    return refusal(fault);
  }

  #damaged(reply: Reply, effect: ServerEffect, dice: number, chance: Chance, events: NetworkEvents): Reply {
    if (dice > 0.055 && dice < 0.085) {
      events.fired('answer lost');
      return null;
    }
    if (reply === null) return null;
    if (dice > 0.085 && dice < 0.1 && effect.call === 'pull' && chance.hits(0.3)) {
      events.fired('page emptied');
      return emptyPage(effect.text, reply);
    }
    if (dice > 0.085 && dice < 0.1) {
      events.fired('answer cut');
      return { ...reply, text: reply.text.slice(0, chance.below(reply.text.length)) };
    }
    if (dice > 0.1 && dice < 0.115 && effect.call === 'pull' && reply.text.includes('"t')) {
      events.fired('answer altered');
      return { ...reply, text: reply.text.replace(/"t(\d)/, '"T$1') };
    }
    return reply;
  }

  /** The sender of these has stopped. What has not arrived is lost, or arrives late. */
  leave(user: string, sent: readonly OnItsWay[], chance: Chance | null): void {
    for (const { message, reply } of sent)
      if (reply === undefined && chance?.hits(0.5) === true) this.#late.push({ user, effect: message });
  }

  /** A message that was thought lost arrives after all. */
  async deliverLate(): Promise<void> {
    const late = this.#late.shift();
    if (late !== undefined) await this.#edge.answer(late.user, late.effect.call, late.effect.text);
  }

  async deliverAll(): Promise<void> {
    while (this.#late.length > 0) await this.deliverLate();
  }

  /**
   * A push that came once comes again with other numbers: it leaves numbers out, or takes numbers that others have. Whatever it is, the
   * server refuses it or has it already.
   */
  async splice(chance: Chance, events: NetworkEvents): Promise<void> {
    const push = chance.pick(
      this.wire.filter(({ way, text }) => way === 'up' && text.includes('"previousHash"')),
    );
    if (push === undefined) return;
    const by = 1 + chance.below(5);
    const text = push.text.replace(/"first":"(\d+)"/, (_, first) => `"first":"${Number(first) + by}"`);
    events.fired('push spliced');
    const reply = await this.#edge.answer(push.user, 'push', text);
    const code =
      reply === null || reply.status === 200 ? null : (JSON.parse(reply.text) as { code: string }).code;
    events.answered(reply?.status ?? 0, code);
  }
}
