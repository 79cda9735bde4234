import { parseArgs } from 'node:util';

/** What a person may say after `npm start --`. */
export interface StartOptions {
  readonly workspace?: string;
  readonly browser: boolean;
  readonly port?: string;
  readonly open: boolean;
}

/** Reads the options of `npm start`; throws with a readable message at one that does not exist. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workspace: { type: 'string' },
      browser: { type: 'boolean', default: false },
      port: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
    },
  });
  return {
    ...(values.workspace === undefined ? {} : { workspace: values.workspace }),
    browser: values.browser,
    ...(values.port === undefined ? {} : { port: values.port }),
    open: !values['no-open'],
  };
}
