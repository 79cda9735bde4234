import { franc } from 'franc-min';

/** Characters that are looked at, from the middle of the text where titles and addresses are behind. */
const sampleLength = 4000;

/** Shorter texts give guesses, not answers. */
const leastLength = 40;

/** ISO 639-3 to the two letters of ISO 639-1, for the languages that the detector knows and that have them. */
const twoLetters: Readonly<Record<string, string>> = {
  cmn: 'zh',
  spa: 'es',
  eng: 'en',
  rus: 'ru',
  arb: 'ar',
  ben: 'bn',
  hin: 'hi',
  por: 'pt',
  ind: 'id',
  jpn: 'ja',
  fra: 'fr',
  deu: 'de',
  jav: 'jv',
  kor: 'ko',
  tel: 'te',
  vie: 'vi',
  mar: 'mr',
  ita: 'it',
  tam: 'ta',
  tur: 'tr',
  urd: 'ur',
  guj: 'gu',
  pol: 'pl',
  ukr: 'uk',
  kan: 'kn',
  mal: 'ml',
  pes: 'fa',
  swh: 'sw',
  sun: 'su',
  ron: 'ro',
  pan: 'pa',
  hau: 'ha',
  yor: 'yo',
  amh: 'am',
  uzn: 'uz',
  mya: 'my',
  nld: 'nl',
  srp: 'sr',
  hun: 'hu',
  ell: 'el',
  ces: 'cs',
  bel: 'be',
  swe: 'sv',
  bul: 'bg',
  heb: 'he',
  zul: 'zu',
  kin: 'rw',
  hrv: 'hr',
  som: 'so',
  nya: 'ny',
  zlm: 'ms',
  dan: 'da',
  fin: 'fi',
  nob: 'no',
  azj: 'az',
  kat: 'ka',
  kaz: 'kk',
  sin: 'si',
  tha: 'th',
  run: 'rn',
  orm: 'om',
  ibo: 'ig',
  npi: 'ne',
  qug: 'qu',
  bos: 'bs',
  tgl: 'tl',
  ceb: 'ceb',
  sco: 'sco',
};

/** Neighbours that the detector takes for the larger language when texts are short. */
const unlikely = ['sco'];

/** The language of a text as a BCP 47 tag, or null where it is too short to tell. */
export function detectLanguage(text: string): string | null {
  const from = text.length > sampleLength * 3 ? Math.floor((text.length - sampleLength) / 2) : 0;
  const sample = text
    .slice(from, from + sampleLength)
    .replace(/[\d\p{P}\p{S}]+/gu, ' ')
    .trim();
  if (
    sample.length < leastLength &&
    !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Hangul}]{6}/u.test(sample)
  ) {
    return null;
  }
  const found = franc(sample, { minLength: 6, ignore: unlikely });
  return found === 'und' ? null : (twoLetters[found] ?? found);
}

/** A declared language as a BCP 47 tag (`en_US` becomes `en-US`), or null where it is none. */
export function languageTag(declared: string | null): string | null {
  const tag = declared?.trim().replaceAll('_', '-').split(/[;,.]/)[0] ?? '';
  try {
    return tag === '' ? null : (Intl.getCanonicalLocales(tag)[0] ?? null);
  } catch {
    return null;
  }
}
