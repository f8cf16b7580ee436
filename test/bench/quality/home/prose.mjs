/** Sentences out of the words that people use, drawn by a generator that begins with a seed. Used by make-home.mjs. */

const NOUNS =
  'invoice dentist photo rome lease contract slides numbers quarter boat quay light word tax return cake plum grandma torque pump bolt passport scan wifi password cottage flight confirmation lisbon heating landlord insurance song letter biology budget household poem november docker postgres error table customer ingress thesis chapter glacier meeting supplier april birthday dinner plumber storm chord leaf car voucher sicily floor plan certificate vaccination rent electricity hotel rainfall regression bee child sailing router setting essay philosophy garden train ticket window camera summer winter market bridge school lesson team project server network backup report table chair kitchen river forest mountain city street shop price bank account doctor medicine exercise film book page music concert guitar piano bicycle holiday island beach weather wind snow march january may june'.split(
    ' ',
  );
const VERBS =
  'asks brings keeps finds needs shows sends opens closes changes moves takes makes leaves meets reads writes sells buys mends'.split(
    ' ',
  );
const ADJECTIVES =
  'old new small large final first last quiet open late early good cold warm blue quarterly marine rental factory simple long'.split(
    ' ',
  );
const NAMES = 'Anna Tom Marek Giulia Bruno Clara Rita Nina Hannah Lars Olga Yuki Paul Eva Finn Ida'.split(' ');
const SURNAMES = 'Keller Hale Nowak Rossi Lange Stein Alves Lund Berg Petrov Sato Weber Marsh Hall'.split(' ');

/** mulberry32: the same numbers for the same seed. @returns numbers from 0 to 1. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function writerOf(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const number = (from, to) => from + Math.floor(random() * (to - from + 1));
  const noun = () => pick(NOUNS);
  const sentence = () =>
    pick([
      () => `The ${pick(ADJECTIVES)} ${noun()} ${pick(VERBS)} a ${noun()} of ${pick(NAMES)}.`,
      () => `${pick(NAMES)} ${pick(VERBS)} the ${noun()} and the ${noun()}.`,
      () => `In ${pick(['spring', 'summer', 'autumn', 'winter'])} the ${noun()} is ${pick(ADJECTIVES)}.`,
      () => `No ${noun()} without a ${pick(ADJECTIVES)} ${noun()}.`,
    ])();
  const prose = (sentences) => Array.from({ length: sentences }, sentence).join(' ');
  const person = () => {
    const [name, surname] = [pick(NAMES), pick(SURNAMES)];
    return { name: `${name} ${surname}`, address: `${name}.${surname}@mail.example`.toLowerCase() };
  };
  return { pick, number, noun, prose, person, random };
}
