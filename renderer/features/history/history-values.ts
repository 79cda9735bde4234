import type { HistoryEntry } from '../../../preload/contract/shapes.ts';
import { historyWords } from '../../messages/history.ts';

const identifier = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{64}$/;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const longest = 400;

/** A logged value in words; ids and hashes mean nothing to a person. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return historyWords.nothing;
  if (typeof value === 'string') {
    if (identifier.test(value)) return historyWords.reference;
    if (moment.test(value)) return new Date(value).toLocaleString();
    return value.length > longest ? `${value.slice(0, longest)} …` : value;
  }
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return valueText(JSON.stringify(value));
}

/** Whether a column only says who wrote the row, and when, which a person reads beside it. */
function isOwnField(name: string): boolean {
  return /^(created|updated)_(at|by)$/.test(name);
}

/** What was written into each field, in words; links by ids are left out. */
export function writtenFields(
  written: Readonly<Record<string, unknown>>,
): readonly { name: string; value: string }[] {
  return Object.entries(written)
    .filter(([name]) => !isOwnField(name))
    .map(([name, value]) => ({ name: historyWords.field(name), value: valueText(value) }))
    .filter(({ value }) => value !== historyWords.reference);
}

/** What one step did to each field, without those that say nothing to a person. */
export function fieldsOf(step: HistoryEntry): readonly { name: string; old: string; new: string }[] {
  return Object.entries(step.columns)
    .filter(([name]) => !isOwnField(name))
    .map(([name, { old, new: now }]) => ({
      name: historyWords.field(name),
      old: valueText(old),
      // A text's edits are logged as such, without the words of each.
      new: old === null && now === null ? historyWords.text : valueText(now),
    }));
}
