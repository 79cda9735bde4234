import { type ExchangedTransaction, exchangedTransactionSchema, exchangeVersion } from './exchange.ts';

/**
 * Whether a line of a push has the form that `exchangedTransactionSchema` describes, told without making a copy of it: a push is thousands
 * of rows, and the schema takes as long for it as everything else that the server does in its process. What is accepted here the schema
 * accepts as it is; of what is not accepted the schema decides, and says what is wrong with it (a test holds both together).
 */

type Plain = Readonly<Record<string, unknown>>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const stamp = /^[0-9a-f]{32}$/;
const mapKey = /^[1-9]\d*\//;
const origins = new Set(['local', 'undo', 'import', 'migration', 'enrol']);
const mostDepth = 64;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown, fits: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(fits);
}

function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isStamp(value: unknown): boolean {
  return matches(stamp, value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** True for a transaction that needs no closer look. */
export function isPlainTransaction(tx: unknown): tx is ExchangedTransaction {
  if (!isPlain(tx)) return false;
  const optional = ('undoes' in tx ? 1 : 0) + ('pick' in tx ? 1 : 0);
  return (
    Object.keys(tx).length === 9 + optional &&
    tx['v'] === exchangeVersion &&
    isStamp(tx['stamp']) &&
    typeof tx['command'] === 'string' &&
    origins.has(tx['origin'] as string) &&
    matches(uuid, tx['author']) &&
    matches(uuid, tx['replica']) &&
    isCount(tx['schemaVersion']) &&
    (!('undoes' in tx) || isStamp(tx['undoes'])) &&
    (!('pick' in tx) || tx['pick'] === true) &&
    isList(tx['entries'], isEntry) &&
    hasBodies(tx['bodies'])
  );
}

/** Most transactions carry none; those that do are left to the schema. */
function hasBodies(bodies: unknown): boolean {
  if (!isPlain(bodies)) return false;
  return (
    Object.keys(bodies).length === 0 || exchangedTransactionSchema.shape.bodies.safeParse(bodies).success
  );
}

function isEntry(entry: unknown): boolean {
  return isPlain(entry) && hasFrame(entry) && Object.keys(entry).length === 4 + ownKeys(entry);
}

function hasFrame({ entity, row, scope }: Plain): boolean {
  return isCount(entity) && matches(uuid, row) && typeof scope === 'string' && scope !== '';
}

/** How many keys an entry of its kind has beside the frame; NaN where one of them does not fit. */
function ownKeys(entry: Plain): number {
  switch (entry['op']) {
    case 'insert':
      return isList(entry['values'], isJson) ? 1 : Number.NaN;
    case 'update':
      return isList(entry['cells'], isCellWrite) ? 1 : Number.NaN;
    case 'delete':
      return isList(entry['base'], isStamp) && isList(entry['stamps'], isStamp) ? 2 : Number.NaN;
    case 'restore':
      return isList(entry['base'], isStamp) ? 1 : Number.NaN;
    case 'dismiss': {
      const named = entry['cell'] === '@' || isCell(entry['cell']);
      return named && isList(entry['stamps'], isStamp) ? 2 : Number.NaN;
    }
    case 'purge':
      return 0;
    default:
      return Number.NaN;
  }
}

function isCell(cell: unknown): boolean {
  return isCount(cell) || matches(mapKey, cell);
}

function isCellWrite(write: unknown): boolean {
  if (!isPlain(write)) return false;
  return (
    Object.keys(write).length === ('seen' in write ? 4 : 3) &&
    isCell(write['cell']) &&
    isJson(write['value']) &&
    isList(write['base'], isStamp) &&
    (!('seen' in write) || isList(write['seen'], isStamp))
  );
}

/** Most values of most rows nest nothing, and need no look into them. */
function isJson(value: unknown): boolean {
  return isAtom(value) || isJsonWithin(value, mostDepth);
}

function isAtom(value: unknown): value is string | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function isJsonWithin(value: unknown, depth: number): boolean {
  if (isAtom(value)) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isJsonWithin(item, depth - 1));
  return Object.entries(value).every(([key, item]) => key !== '__proto__' && isJsonWithin(item, depth - 1));
}
