import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Milliseconds that a statement waits at most. */
export const longestPause = 12;

/**
 * A pool whose connections wait a random while before each statement, and keep their order: transactions overlap in every order. What is
 * sent is what `altered` makes of a statement's text. Statements beside transactions do not wait.
 */
export function slowPool(pool: pg.Pool, altered: (text: string) => string = (text) => text): pg.Pool {
  const change = (statement: unknown): unknown => {
    if (typeof statement === 'string') return altered(statement);
    const named = statement as { readonly name: string; readonly text: string };
    const text = altered(named.text);
    // A connection knows a statement by its name.
    return text === named.text ? named : { ...named, name: `${named.name} altered`, text };
  };
  const connect = async () => {
    const client = await pool.connect();
    let turn: Promise<unknown> = Promise.resolve();
    return new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        if (name !== 'query') return value.bind(target) as unknown;
        return (statement: unknown, ...more: unknown[]) => {
          turn = turn.then(() => sleep(Math.random() * longestPause));
          const query = value as (...given: unknown[]) => Promise<unknown>;
          return turn.then(() => query.apply(target, [change(statement), ...more]));
        };
      },
    });
  };
  return { connect, query: pool.query.bind(pool) } as unknown as pg.Pool;
}
