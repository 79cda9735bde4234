import { beginning } from './beginning.ts';
import { explore } from './explore.ts';
import { type ScopeName, scopes } from './scope.ts';

/** Four gigabytes: a computer has other things to do meanwhile. */
const mostMemory = 4 * 2 ** 30;

/**
 * Tries every history within the named scope, or within each, and prints what that came to. `most`: situations after which a scope is
 * left as it is; so is one that takes more memory than it may. Answers with false where a fault was found.
 */
export async function exploreByCommand(words: string, most: number): Promise<boolean> {
  const names = (Object.keys(scopes) as ScopeName[]).filter((name) => words === 'all' || name === words);
  if (names.length === 0) console.log(`No small scope is called “${words}”.`);
  const start = await beginning();
  let isRight = names.length > 0;
  for (const name of names) {
    const began = performance.now();
    const { fault, ...found } = await explore({ scope: scopes[name], beginning: start, most, mostMemory });
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const bound = found.complete ? `all ${found.histories} histories` : 'not all histories';
    console.log(
      `${name}: ${found.situations} situations, ${found.moves} moves, ${found.ends} ends, ${bound} in ${seconds} s`,
    );
    console.log(
      `  ${found.made.laptop} moves of laptops and ${found.made.server} answers by the code itself`,
    );
    if (fault === null) continue;
    isRight = false;
    console.log(`  ${fault.texts.join('; ')}`);
    console.log(fault.path.map((move) => `    ${move}`).join('\n'));
  }
  return isRight;
}
