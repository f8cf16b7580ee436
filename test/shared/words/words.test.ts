import { describe, expect, it } from 'vitest';
import { isOrdinary, toWords, wordSpans } from '../../../shared/words/words.js';

describe('toWords', () => {
  it.each([
    // Case, accents, letters that people take for the same
    ['Résumé-v2.doc', 'resume v 2 doc'],
    ['GRÖSSE Größe Straße STRASSE', 'grosse grosse strasse strasse'],
    ['cœur ære rødgrød đường łódź þing IŞIK ısıtıcı', 'coeur aere rodgrod duong lodz thing isik isitici'],
    ['Αθήνα ΟΔΟΣ οδός', 'αθηνα οδοσ οδοσ'],
    ['Ёлка елка йод їжак', 'елка елка иод іжак'],
    ['إسلام اسلام كِتَاب كتـــاب مدرسة', 'اسلام اسلام كتاب كتاب مدرسه'],
    ['שָׁלוֹם', 'שלום'],
    ['٣٤ २०२६', '34 2026'],
    // Vowel signs belong to their word
    ['दिन दान दीन', 'दिन दान दीन'],
    ['हिन्दी हिंदी', 'हिंदी हिंदी'],
    ['படி பாடு', 'படி பாடு'],
    // Pairs where nobody writes blanks
    ['東京都庁', '東京 京都 都庁 庁'],
    ['データ ﾃﾞｰﾀ でーた', 'でー ーた た でー ーた た でー ーた た'],
    ['검색엔진을 한', '검색 색엔 엔진 진을 을 한'],
    ['กิน กัน', 'กิน น กัน น'],
    ['ພາສາ abc', 'ພາ າສ ສາ າ abc'],
    ['Linuxの本2冊', 'linux の本 本 2 冊'],
    // What has no width, and other forms of a letter
    ['co\u00adop zero\u200bwidth می\u200cخواهم', 'coop zerowidth ميخواهم'],
    ['ﬁle oﬃce Ｆｕｌｌ', 'file office full'],
    ['x² ½ 1½ 10² Linux™', 'x 2 1 2 1 1 2 10 2 linux'],
    ["don’t don't", 'don t don t'],
    // Letters and digits
    ['2026-05-01T12:34:56.789Z', '2026 05 01 t 12 34 56 789 z'],
    ['v2.10 10px 5GB sha256', 'v 2 10 10 px 5 gb sha 256'],
    ['1920x1080p60 20260501T123456Z', '1920 x 1080 p 60 20260501 t 123456 z'],
    ['9f86d081884c7d65 0x1F', '9f86d081884c7d65 0x1f'],
    // Escapes
    ['one\\ntwo \\t\\tthree\\n', 'one n two t t three n'],
    ['M\\u00fcller m\\xc3\\xbcller M%C3%BCller a%20b 100%', 'muller muller muller a b 100'],
    ['\\ud83d\\ude00', '😀'],
    ['\u001b[1;31mERROR\u001b[0m: \\u001b[32mok\\x1b[m \\033[1mbold', 'error ok bold'],
    // Signs
    ['C++ and C#, g++, i++; C++17', 'c ＋＋ and c ＃ g ＋＋ i c ＋＋ 17'],
    ['😀 smile 👍🏽', '😀 smile 👍'],
    ['', ''],
    ['-- +++ ##', ''],
    ['{\\textbf{x}', 'textbf x'],
  ])('%s → %s', (text, words) => {
    expect(toWords(text).join(' ')).toBe(words);
  });

  it('gives composed letters the same words as letters with the parts apart', () => {
    let composed = 0;
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const letter = codePoint >= 0xd800 && codePoint < 0xe000 ? '' : String.fromCodePoint(codePoint);
      if (!/\p{L}/u.test(letter) || letter.normalize('NFD') === letter) continue;
      composed++;
      const text = `a ${letter} x${letter}y`;
      const words = toWords(text);
      if (toWords(text.normalize('NFD')).join(' ') !== words.join(' ') || words.length < 3)
        expect([letter, toWords(text.normalize('NFD'))]).toEqual([letter, words]);
    }
    expect(composed).toBeGreaterThanOrEqual(13_106);
  });
});

describe('wordSpans', () => {
  it('tells where each word stands', () => {
    const source = 'Ein Résumé, zwei co\u00adop ﬁle M\\u00fcller Re\u0301sume\u0301 01T';
    expect(wordSpans(source).map(({ start, end }) => source.slice(start, end))).toEqual([
      'Ein',
      'Résumé',
      'zwei',
      'co\u00adop',
      'ﬁle',
      'M\\u00fcller',
      'Re\u0301sume\u0301',
      '01',
      'T',
    ]);
  });
});

describe('isOrdinary', () => {
  it('is a word that people mistype', () => {
    expect(['kernel', 'елка', '東京', '＋＋', 'ค้น'].filter(isOrdinary)).toEqual(['kernel', 'елка']);
  });
});
