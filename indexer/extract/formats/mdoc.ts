/**
 * Lines of mdoc(7), the macro package of the BSDs: a macro name may stand in the middle of a line (`.Op Fl a Ar file`),
 * so names are taken out of the arguments and what they stand for is put in. Called by man.ts.
 */

const CALLABLE = new Set(
  (
    'Ac Ad An Ao Ap Aq Ar Bc Bo Bq Brc Bro Brq Bsx Bx Cd Cm Dc Do Dq Dv Ec Em En Eo Er Es Ev Fa Fc Fl Fn Fr Ft Fx Ic In Lb Li Lk ' +
    'Lt Ms Mt Nm No Ns Nx Oc Oo Op Ot Ox Pa Pc Pf Po Pq Ql Qo Qc Qq Sc So Sq St Sx Sy Ta Tn Ux Va Vt Xc Xo Xr'
  ).split(' '),
);
const WORDS: Readonly<Record<string, string>> = {
  Ux: 'UNIX',
  Bx: 'BSD',
  Fx: 'FreeBSD',
  Nx: 'NetBSD',
  Ox: 'OpenBSD',
  Bsx: 'BSD/OS',
};
/** Closing punctuation stands as an argument of its own; it ends the effect of a macro and takes no blank before it. */
const CLOSING = /^[.,:;)\]?!]$/;

/**
 * `Op Fl a Ar file` → '-a file'; `Xr ls 1` → 'ls(1)'; `Nm` → the name of the page.
 * @param pageName  what `.Nm` without an argument stands for.
 */
export function mdocText(macro: string, args: readonly string[], pageName: string): string {
  const words: string[] = [];
  let current = macro;
  let isFirst = true; // whether no argument of the current macro has been seen
  const start = (name: string): void => {
    if (current === 'Nm' && isFirst) words.push(pageName);
    current = name;
    isFirst = true;
    const word = WORDS[name];
    if (word !== undefined) words.push(word);
  };
  if (WORDS[macro] !== undefined) words.push(WORDS[macro]);
  for (const arg of args) {
    if (CALLABLE.has(arg)) start(arg);
    else {
      addArgument(words, current, isFirst, arg);
      isFirst = false;
    }
  }
  if (current === 'Nm' && isFirst) words.push(pageName);
  return words.join(' ');
}

function addArgument(words: string[], macro: string, isFirst: boolean, arg: string): void {
  const last = words.length - 1;
  if (CLOSING.test(arg) && last >= 0) words[last] += arg;
  else if (macro === 'Xr' && !isFirst && last >= 0 && /^\d\w*$/.test(arg)) words[last] += `(${arg})`;
  else words.push(macro === 'Fl' ? `-${arg}` : arg);
}
