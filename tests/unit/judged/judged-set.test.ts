import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { generateJudgedSet } from '../../../bench/judged/generate.ts';

const frozen = {
  'documents.jsonl': '5e0d3320c0d7e2a4c6a972df91648128ecf62c7adf8ecb13b86ae7cde197fc4b',
  'questions.jsonl': 'd83f9bb8977fa27feaa94050d8f201f389e26e4a93750b8f8d1d431c073fa1ad',
  'judgements.tsv': 'a999dffa5dc56870cdaf55400c8e57d687f7b8168ad264527a832f906677b24e',
} as const;
const documentSchema = z.object({ id: z.string(), title: z.string().min(1), text: z.string() });
const questionSchema = z.object({
  id: z.string(),
  query: z.string().min(1),
  kind: z.enum(['exact', 'paraphrase', 'mixed']),
});

function read(name: keyof typeof frozen): string {
  return readFileSync(new URL(`../../../bench/judged/${name}`, import.meta.url), 'utf8');
}

function rows(name: keyof typeof frozen): string[] {
  return read(name).trimEnd().split('\n');
}

test.each(Object.entries(frozen))('%s has not changed since it was frozen', (name, hash) => {
  const text = read(z.enum(['documents.jsonl', 'questions.jsonl', 'judgements.tsv']).parse(name));
  expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
});

test('the generator makes the frozen files again, byte for byte', () => {
  expect(generateJudgedSet()).toEqual({
    'documents.jsonl': read('documents.jsonl'),
    'questions.jsonl': read('questions.jsonl'),
    'judgements.tsv': read('judgements.tsv'),
  });
});

test('ids are unique, no judgement dangles, every question has an answer', () => {
  const documents = rows('documents.jsonl').map((line) => documentSchema.parse(JSON.parse(line)));
  const questions = rows('questions.jsonl').map((line) => questionSchema.parse(JSON.parse(line)));
  const documentIds = new Set(documents.map(({ id }) => id));
  const questionIds = new Set(questions.map(({ id }) => id));
  expect(documentIds.size).toBe(420);
  expect(questionIds.size).toBe(93);
  const judgements = rows('judgements.tsv').map((line) => line.split('\t'));
  const dangling = judgements.filter(
    ([question = '', document = '', grade = '']) =>
      !questionIds.has(question) || !documentIds.has(document) || !['1', '2'].includes(grade),
  );
  expect(dangling).toEqual([]);
  const answered = new Set(judgements.filter(([, , grade]) => grade === '2').map(([question]) => question));
  expect(answered).toEqual(questionIds);
});

test('the kinds of question are in equal shares and documents are of the length they should have', () => {
  const kinds = rows('questions.jsonl').map((line) => questionSchema.parse(JSON.parse(line)).kind);
  for (const kind of ['exact', 'paraphrase', 'mixed'])
    expect(kinds.filter((each) => each === kind)).toHaveLength(31);
  const lengths = rows('documents.jsonl').map(
    (line) => documentSchema.parse(JSON.parse(line)).text.split(/\s+/u).length,
  );
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(50);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(350);
});
