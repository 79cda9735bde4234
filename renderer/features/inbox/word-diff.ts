/** A stretch of a text: said before too, or new. */
export interface Stretch {
  readonly text: string;
  readonly isNew: boolean;
}

/** Beyond so many words the comparison would be felt; the text is then shown as it is. */
const mostWords = 600;

/** Words and what stands between them. */
function wordsOf(text: string): string[] {
  return text.split(/(\s+)/).filter((part) => part !== '');
}

/** What of a text is new against an earlier one, word by word: the longest common subsequence is what stayed. */
export function newWords(before: string, now: string): readonly Stretch[] {
  const [old, next] = [wordsOf(before), wordsOf(now)];
  if (old.length === 0 || old.length > mostWords || next.length > mostWords)
    return [{ text: now, isNew: false }];
  const width = next.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = next.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        old[i] === next[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const stretches: { text: string; isNew: boolean }[] = [];
  const add = (text: string, isNew: boolean) => {
    const last = stretches.at(-1);
    if (last?.isNew === isNew) last.text += text;
    else stretches.push({ text, isNew });
  };
  let i = 0;
  for (let j = 0; j < next.length;) {
    const word = next[j] ?? '';
    if (old[i] === word) {
      add(word, false);
      i += 1;
      j += 1;
    } else if (i < old.length && at(i + 1, j) >= at(i, j + 1)) i += 1;
    else {
      add(word, true);
      j += 1;
    }
  }
  return stretches;
}
