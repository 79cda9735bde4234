import { readFileSync, writeFileSync } from 'node:fs';

/** One hand-written fact: three wordings that state it, one short mention that only touches it. */
type Fact = { id: string; entities: string; headline: string; wordings: string[]; mention: string };
type JudgedFiles = { 'documents.jsonl': string; 'questions.jsonl': string; 'judgements.tsv': string };

const factDocuments = 170;
const otherDocuments = 250;
const kinds = ['exact', 'paraphrase', 'mixed'] as const;
const places = ['Tarnvik', 'Port Aldess', 'Lower Hesk', 'Merrin', 'Caldmoor', 'Dell Harbour', 'Brannoch'];
const people = ['Edda Vorne', 'Jory Hask', 'Petra Lindqvar', 'Caspar Wynd', 'Anneke Solm', 'Lior Tamsin'];
const months = ['January', 'March', 'April', 'June', 'August', 'September', 'November'];
const forms = [
  'Morning news',
  'Visit note',
  'Minutes',
  'Mail',
  'Filing',
  'Digest',
  'Interview note',
  'Lab note',
];

/** The seeded generator mulberry32: the same seed gives the same set on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function source(name: string): string {
  return readFileSync(new URL(`./source/${name}`, import.meta.url), 'utf8');
}

function readFacts(): Fact[] {
  return source('facts-makers.md')
    .split(/^## /mu)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const heading = /^(\S+) \[(.+)\]/u.exec(block);
      const line = (key: string): string => {
        const found = new RegExp(`^${key}: (.+)$`, 'mu').exec(block)?.[1];
        if (found === undefined) throw new Error(`A fact has no line ${key}: ${block.slice(0, 40)}`);
        return found;
      };
      if (heading?.[1] === undefined || heading[2] === undefined) throw new Error('A fact has no heading.');
      return {
        id: heading[1],
        entities: heading[2],
        headline: line('H'),
        wordings: [line('P'), line('T'), line('R')],
        mention: line('B'),
      };
    });
}

/** Builds the three frozen files as text. A stated fact judges 2, a mentioned one 1, the rest is unjudged (0). */
export function generateJudgedSet(): JudgedFiles {
  const random = seededRandom(20_261_121);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  };
  const facts = readFacts();
  const decoyTemplates = source('decoys.txt').trim().split('\n');
  const decoy = (): string =>
    pick(decoyTemplates)
      .replaceAll('{place}', () => pick(places))
      .replaceAll('{person}', () => pick(people))
      .replaceAll('{month}', () => pick(months))
      .replaceAll('{n}', () => String(3 + Math.floor(random() * 26)));
  const documents: string[] = [];
  const grades = new Map<string, Map<string, number>>(facts.map((fact) => [fact.id, new Map()]));
  for (let index = 0; index < factDocuments + otherDocuments; index += 1) {
    const id = `d${String(index + 1).padStart(3, '0')}`;
    const paragraphs = [decoy(), decoy()];
    let title = `${pick(forms)}, ${pick(places)}, ${String(1 + Math.floor(random() * 28))} ${pick(months)}`;
    const place = (text: string): void => {
      paragraphs.splice(Math.floor(random() * (paragraphs.length + 1)), 0, text);
    };
    const stated = new Set<Fact>();
    if (index < factDocuments) {
      const first = facts[index % facts.length];
      if (first !== undefined) stated.add(first);
      if (random() < 0.4) stated.add(pick(facts));
      for (const fact of stated) {
        place(pick(fact.wordings));
        grades.get(fact.id)?.set(id, 2);
      }
      if (first !== undefined && random() < 0.25) title = first.headline;
    }
    if (random() < 0.35) {
      const touched = pick(facts);
      if (!stated.has(touched)) {
        place(`${touched.mention} (${touched.entities})`);
        grades.get(touched.id)?.set(id, 1);
      }
    }
    documents.push(JSON.stringify({ id, title, text: paragraphs.join('\n\n') }));
  }
  const questions: string[] = [];
  const judgements: string[] = [];
  for (const line of source('questions.txt').trim().split('\n')) {
    const [fact = '', ...queries] = line.split('|').map((part) => part.trim());
    queries.forEach((query, index) => {
      const id = `q${String(questions.length + 1).padStart(3, '0')}`;
      questions.push(JSON.stringify({ id, query, kind: kinds[index] }));
      for (const [document, grade] of grades.get(fact) ?? []) judgements.push(`${id}\t${document}\t${grade}`);
    });
  }
  return {
    'documents.jsonl': `${documents.join('\n')}\n`,
    'questions.jsonl': `${questions.join('\n')}\n`,
    'judgements.tsv': `${judgements.join('\n')}\n`,
  };
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(generateJudgedSet()))
    writeFileSync(new URL(`./${name}`, import.meta.url), text);
}
