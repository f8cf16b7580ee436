/** The text of the files of the burst section, and the word that only one of them has. */
/** None of them is asked for by queries.json: what slows those down is the burst, not that they find more. */
const WORDS =
  `module export value string number import package version license object array promise path file folder index
  result option default build test run install update`.split(/\s+/);

export const ownWord = (word, n) => `${word}${n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[digit])}q`;

/** Some 700 bytes. */
export function textOf(word, n) {
  const some = Array.from({ length: 100 }, (_, at) => WORDS[(n * 7 + at * (1 + (n % 5))) % WORDS.length]);
  return `${word} ${ownWord(word, n)}\n${some.join(' ')}\n`;
}
