/**
 * What lies around in a home, drawn from a seed: letters, papers, photos, music, source code, notes, settings, archives,
 * and what programs keep for themselves. Among it long files that have the words of every question. Used by make-home.mjs.
 */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { flac, jpeg, mbox, message, mp3 } from './writers.mjs';

const CAMERAS = [
  ['Canon', 'Canon EOS 80D'],
  ['NIKON CORPORATION', 'NIKON D7000'],
  ['FUJIFILM', 'X-T3'],
  ['Google', 'Pixel 6'],
];
const CITIES = ['Bergen', 'Lisbon', 'Porto', 'Berlin', 'Naples', 'Vienna'];
const FOLDERS = [
  'Documents',
  'Documents/Letters',
  'Documents/Papers',
  'Work',
  'Work/Archive',
  'Downloads',
  'University',
];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const SOURCE = {
  js: ({ noun, prose }) => `// ${prose(1)}\nexport const ${noun()} = (${noun()}) => ${noun()}(${noun()});\n`,
  ts: ({ noun, prose }) =>
    `/** ${prose(1)} */\nexport function ${noun()}${capital(noun())}(${noun()}: string): void {}\n`,
  py: ({ noun, prose }) => `def ${noun()}_${noun()}(${noun()}):\n    """${prose(1)}"""\n    return ${noun()}\n`,
  c: ({ noun, prose }) => `/* ${prose(1)} */\nint ${noun()}_${noun()}(int ${noun()})\n{\n\treturn 0;\n}\n`,
  h: ({ noun }) => `int ${noun()}_${noun()}(int ${noun()});\n`,
  go: ({ noun, prose }) => `package ${noun()}\n\n// ${prose(1)}\nfunc ${capital(noun())}() error { return nil }\n`,
  rs: ({ noun, prose }) => `/// ${prose(1)}\npub fn ${noun()}_${noun()}() {}\n`,
  java: ({ noun, prose }) => `/** ${prose(1)} */\npublic class ${capital(noun())} { int ${noun()}; }\n`,
  sh: ({ noun, prose }) => `#!/bin/sh\n# ${prose(1)}\necho ${noun()} "$1"\n`,
  sql: ({ noun, prose }) => `-- ${prose(1)}\nSELECT ${noun()} FROM ${noun()};\n`,
  css: ({ noun }) => `.${noun()} .${noun()} { margin: 0 }\n`,
  json: ({ noun, prose }) => `{"${noun()}": "${noun()}", "note": "${prose(1)}"}\n`,
  yml: ({ noun }) => `${noun()}:\n  ${noun()}: true\n`,
  toml: ({ noun, number }) => `[${noun()}]\n${noun()} = ${number(1, 99)}\n`,
};

/** Kind → how many, and how one is made: `(tools, index, write) → [path, bytes]`. */
const KINDS = {
  note: [
    420,
    ({ noun, number, pick, prose }, at) => [
      `Notes/${noun()} ${at}.${pick(['md', 'txt', 'org', 'rst'])}`,
      `# ${noun()}\n\n${prose(number(3, 25))}\n`,
    ],
  ],
  source: [1300, (tools, at) => source(tools, at, 'Projects')],
  package: [620, (tools, at) => source(tools, at, 'Projects/webshop/node_modules')],
  cache: [200, ({ noun, number }, at) => [`.cache/${noun()}/${at}.bin`, Buffer.alloc(number(100, 2000), at)]],
  letter: [
    620,
    (tools, at) => [
      `Maildir/${at % 9 ? 'cur' : 'new'}/${1500000000 + at * 3571}.M${at}P2.home:2,S`,
      message(letter(tools)),
    ],
  ],
  pdf: [200, (tools, at, write) => paper(tools, at, 'pdf', write.pdf([lines(tools), lines(tools)], title(tools)))],
  docx: [140, (tools, at, write) => paper(tools, at, 'docx', write.docx(lines(tools), core(tools)))],
  odt: [70, (tools, at, write) => paper(tools, at, 'odt', write.odt(lines(tools), core(tools)))],
  xlsx: [70, (tools, at, write) => paper(tools, at, 'xlsx', write.xlsx({ [tools.noun()]: rows(tools) }))],
  ods: [30, (tools, at, write) => paper(tools, at, 'ods', write.ods(rows(tools)))],
  pptx: [50, (tools, at, write) => paper(tools, at, 'pptx', write.pptx([lines(tools), lines(tools)], core(tools)))],
  odp: [20, (tools, at, write) => paper(tools, at, 'odp', write.odp([lines(tools), lines(tools)]))],
  rtf: [40, (tools, at) => paper(tools, at, 'rtf', `{\\rtf1\\ansi ${tools.prose(12)}\\par}`)],
  tex: [25, (tools, at) => paper(tools, at, 'tex', `\\section{${tools.noun()}}\n${tools.prose(20)}\n`)],
  html: [
    90,
    (tools, at) => paper(tools, at, 'html', `<html><title>${tools.noun()}</title><p>${tools.prose(12)}</p></html>`),
  ],
  csv: [
    50,
    (tools, at) =>
      paper(
        tools,
        at,
        'csv',
        rows(tools)
          .map((row) => row.join(','))
          .join('\n'),
      ),
  ],
  epub: [
    15,
    (tools, at, write) => [
      `Books/${tools.noun()} ${at}.epub`,
      write.epub({ '1.xhtml': `<html><body><p>${tools.prose(900)}</p></body></html>` }),
    ],
  ],
  fb2: [
    8,
    (tools, at) => [
      `Books/${tools.noun()} ${at}.fb2`,
      `<FictionBook><description><title-info><book-title>${tools.noun()}</book-title></title-info></description><body><p>${tools.prose(400)}</p></body></FictionBook>`,
    ],
  ],
  photo: [420, ({ number, pick, random, noun }, at) => photo({ number, pick, random, noun }, at)],
  png: [
    50,
    ({ number }, at) => [
      `Pictures/Screenshots/2024-${two(number(1, 12))}-${two(number(1, 28))} ${at}.png`,
      Buffer.from('89504e470d0a1a0a', 'hex'),
    ],
  ],
  svg: [
    30,
    ({ noun }, at) => [
      `Pictures/icons/${noun()}-${at}.svg`,
      `<svg xmlns="http://www.w3.org/2000/svg"><title>${noun()}</title></svg>`,
    ],
  ],
  mp3: [
    190,
    (tools, at) => [`Music/${tools.person().name}/${two(at % 12)} ${tools.noun()} ${at}.mp3`, mp3(track(tools))],
  ],
  flac: [
    50,
    (tools, at) => [`Music/${tools.person().name}/${two(at % 12)} ${tools.noun()} ${at}.flac`, flac(track(tools))],
  ],
  srt: [
    18,
    ({ prose }, at) => [
      `Videos/Film ${at}.en.srt`,
      Array.from({ length: 60 }, (_, i) => `${i + 1}\n00:00:${two(i)},000 --> 00:00:${two(i)},900\n${prose(1)}\n`).join(
        '\n',
      ),
    ],
  ],
  mp4: [20, ({ noun }, at) => [`Videos/${noun()} ${at}.mp4`, Buffer.from('0000001866747970', 'hex')]],
  vcf: [50, ({ person, number, pick }) => contact(person(), number, pick)],
  ipynb: [
    20,
    ({ noun, prose }, at) => [
      `Projects/analysis/${noun()}-${at}.ipynb`,
      JSON.stringify({ cells: [{ cell_type: 'markdown', source: `# ${noun()}\n${prose(4)}` }] }),
    ],
  ],
  log: [
    40,
    ({ noun, prose, number }, at) => [
      `Projects/webshop/logs/${noun()}-${at}.log`,
      Array.from({ length: 50 }, () => `${two(number(0, 23))}:00:01 ${prose(1)}\n`).join(''),
    ],
  ],
  conf: [
    40,
    ({ noun, number }, at) => [
      `.config/${noun()}/${noun()}${at}.conf`,
      `[${noun()}]\n${noun()}=${number(0, 100)}\n${noun()}=true\n`,
    ],
  ],
  ini: [10, ({ noun, number }, at) => [`.config/${noun()}/${at}.ini`, `[${noun()}]\n${noun()}=${number(0, 9)}\n`]],
  desktop: [
    12,
    ({ noun }, at) => [
      `.local/share/applications/${noun()}${at}.desktop`,
      `[Desktop Entry]\nType=Application\nName=${capital(noun())}\nComment=${noun()}\n`,
    ],
  ],
  zip: [
    15,
    (tools, at, write) => [
      `Downloads/${tools.noun()}-${at}.zip`,
      write.zipBytes(
        ...Array.from({ length: 4 }, (_, i) => ({
          name: `${tools.noun()}/${tools.noun()}${i}.txt`,
          bytes: tools.prose(5),
        })),
      ),
    ],
  ],
  gz: [
    10,
    (tools, at, write) => [
      `Downloads/${tools.noun()}-${at}.tar.gz`,
      gzipSync(
        write.tarBytes(
          { name: `${tools.noun()}/README`, text: tools.prose(8) },
          { name: `${tools.noun()}/main.c`, text: SOURCE.c(tools) },
        ),
      ),
    ],
  ],
  ttf: [6, ({ noun }, at) => [`.local/share/fonts/${noun()}${at}.ttf`, Buffer.from('0001000000', 'hex')]],
  xml: [12, (tools, at) => paper(tools, at, 'xml', `<notes><note>${tools.prose(5)}</note></notes>`)],
  eml: [12, (tools, at) => [`Downloads/message ${at}.eml`, message(letter(tools))]],
  bak: [10, ({ noun, prose }, at) => [`Documents/${noun()} ${at}.txt.bak`, prose(6)]],
};

/** @param questions  whose words the long files have. @returns path → bytes or text. */
export function noise(tools, write, questions) {
  const files = { ...longFiles(tools, questions) };
  for (const [count, make] of Object.values(KINDS)) {
    for (let at = 0; at < count; at++) {
      const [path, bytes] = make(tools, at, write);
      files[path] = bytes;
    }
  }
  return files;
}

/** Years of a diary, a talk, a list of words: the words of every question are in them, here and there. */
function longFiles(tools, questions) {
  const words = [
    ...new Set(
      questions.flatMap(({ query, mistyped }) => query.match(/[\p{L}\d]+/gu).filter((one) => one !== mistyped)),
    ),
  ];
  const scattered = (sentences) =>
    tools
      .prose(sentences)
      .replace(/\. /g, (end) => (tools.random() < 0.3 ? `, ${tools.pick(words)}${end}` : `${end}\n`));
  const years = [2019, 2020, 2021, 2022, 2023, 2024].map((year) => [
    `Notes/diary/${year}.md`,
    `# ${year}\n\n${scattered(4000)}\n`,
  ]);
  const letters = (count) => mbox(Array.from({ length: count }, () => message(letter(tools))));
  return {
    ...Object.fromEntries(years),
    'Projects/spell/words.txt': `${words.sort().join('\n')}\n`,
    'Documents/chat export.txt': scattered(3000),
    'Documents/bookmarks.html': `<html><title>Bookmarks</title>${Array.from({ length: 600 }, () => `<a href="https://${tools.noun()}.example/">${tools.prose(1)}</a>`).join('\n')}</html>`,
    'Mail/lists.mbox': letters(400),
    'Mail/work.mbox': letters(250),
  };
}

function letter({ person, noun, prose, number, random }) {
  const { name, address } = person();
  const date = new Date(
    Date.UTC(number(2019, 2024), number(0, 11), number(1, 28), number(0, 23), number(0, 59), number(0, 59)),
  );
  const subject = random() < 0.5 ? noun() : `${noun()} and ${noun()}`;
  return { from: `${name} <${address}>`, subject, date: date.toUTCString(), body: prose(number(2, 10)) };
}

function source(tools, at, folder) {
  const ending = tools.pick(Object.keys(SOURCE));
  const make = SOURCE[ending];
  return [
    `${folder}/${tools.noun()}/${tools.noun()}-${at}.${ending}`,
    Array.from({ length: 5 }, () => make(tools)).join('\n'),
  ];
}

function photo({ number, pick, random, noun }, at) {
  const [make, model] = pick(CAMERAS);
  const year = number(2019, 2024);
  const taken = `${year}:${two(number(1, 12))}:${two(number(1, 28))} ${two(number(7, 20))}:00:00`;
  const told =
    random() < 0.3
      ? { city: pick(CITIES), description: `The ${noun().replace(/^(?:rome|lisbon|sicily)$/, 'city')}` }
      : {};
  return [`Pictures/${year}/IMG_${6000 + at}.jpg`, jpeg({ make, model, taken, ...told })];
}

function contact({ name, address }, number, pick) {
  const phone = `+49 30 555${number(1000, 9999)}`;
  const lines = [
    `FN:${name}`,
    `EMAIL:${address}`,
    `TEL:${phone}`,
    `TITLE:${pick(['Teacher', 'Doctor', 'Editor', 'Plumber'])}`,
  ];
  return [
    `Contacts/${name} ${phone.slice(-4)}.vcf`,
    `BEGIN:VCARD\r\nVERSION:3.0\r\n${lines.join('\r\n')}\r\nEND:VCARD\r\n`,
  ];
}

function track({ noun, person, pick }) {
  return {
    title: `${capital(noun())} ${noun()}`,
    artist: person().name,
    album: `${pick(['The', 'A', 'My'])} ${noun()}`,
  };
}

function paper({ pick, noun, number }, at, ending, bytes) {
  const name = pick([
    () => `${noun()} ${noun()} ${at}`,
    () => `${number(2015, 2024)}-${two(number(1, 12))} ${noun()} ${at}`,
    () => `scan${1000 + at}`,
  ])();
  return [`${pick(FOLDERS)}/${name}.${ending}`, bytes];
}

function lines({ prose, number, pick }) {
  const date = `${number(1, 28)} ${pick(MONTHS)} ${number(2015, 2024)}`;
  return [date, ...Array.from({ length: number(3, 12) }, () => prose(1))];
}

function rows({ noun, number }) {
  return Array.from({ length: number(5, 30) }, () => [noun(), number(1, 999), noun()]);
}

function title({ noun, random }) {
  return random() < 0.5 ? { Title: `${capital(noun())} and ${noun()}` } : {};
}

function core({ noun, person }) {
  return { title: `${capital(noun())} ${noun()}`, author: person().name };
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}

function two(number) {
  return String(number).padStart(2, '0');
}
