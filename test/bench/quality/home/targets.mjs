/**
 * The files that the questions are about (questions.json), and beside each some that are nearly what was asked for. All
 * written by hand. Used by make-home.mjs.
 */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { escaped, flac, jpeg, mbox, message, mp3 } from './writers.mjs';

/** @returns path → bytes or text. */
export function targets(write, prose) {
  return {
    ...papers(write),
    ...officeFiles(write),
    ...foreign(write),
    ...mail(write),
    ...pictures(),
    ...music(),
    ...notes(),
    ...code(),
    ...containers(write, prose),
    ...books(write, prose),
  };
}

function papers(write) {
  const invoice = (head, date, lines) =>
    write.pdf([[head, `Invoice of ${date}`, 'To: Ann Berg, Lindenweg 4', ...lines]]);
  const manual = Array.from({ length: 12 }, (_, at) => [
    `Chapter ${at + 1}`,
    at === 6 ? 'Tighten the bolts of the coolant pump with a torque of 11 Nm.' : 'Tighten all bolts with care.',
    at === 2 ? 'The coolant pump needs no service.' : 'Check the engine.',
    at === 9 ? 'Torque of wheel bolts: 110 Nm.' : 'See the table of fluids.',
  ]);
  return {
    'Documents/Invoices/2024/RE-2024-0311.pdf': invoice('Dr. Weber, dentist', '11 March 2024', [
      'Filling, two surfaces',
      'Total 184.20 EUR',
    ]),
    'Documents/Invoices/2024/RE-2024-0115.pdf': invoice('Dr. Weber, dentist', '15 January 2024', [
      'Check-up and cleaning',
      'Total 62.00 EUR',
    ]),
    'Documents/Invoices/2024/RE-2024-0322.pdf': invoice('Klempner & Sons, plumber', '22 March 2024', [
      'Kitchen sink',
      'Total 240.00 EUR',
    ]),
    'Documents/Invoices/2023/RE-2023-0908.pdf': invoice('Dr. Weber, dentist', '8 September 2023', [
      'Check-up',
      'Total 41.00 EUR',
    ]),
    'Documents/Tax/2022/tax_return_2022_final_v2.pdf': write.pdf([['Annual declaration', 'Berg, Ann', 'Year 2022']]),
    'Documents/Tax/2022/tax_return_2022_draft.pdf': write.pdf([
      ['Annual declaration', 'Berg, Ann', 'Year 2022, not complete'],
    ]),
    'Documents/Tax/2023/tax_return_2023_final.pdf': write.pdf([['Annual declaration', 'Berg, Ann', 'Year 2023']]),
    'Documents/Manuals/workshop manual.pdf': write.pdf(manual, { Title: 'Workshop manual' }),
    'Documents/Manuals/washing machine.pdf': write.pdf([
      ['The pump of the machine', 'Remove the bolts and clean the filter.'],
    ]),
    'Documents/Health/scan0001.pdf': write.pdf([['Ann Berg', 'Tetanus 2019', 'Measles 1991']], {
      Title: 'Vaccination certificate',
    }),
    'Documents/Health/lab results.pdf': write.pdf([['Certificate of the laboratory', 'Blood count']]),
    'Notes/vaccination.txt': 'Ask whether the vaccination certificate must be shown at the border.\n',
    'Downloads/88213.pdf': write.pdf([
      ['Voucher', 'Rental car, group B', 'Pick-up: Catania airport, Sicily, 3 June 2024'],
    ]),
    'Downloads/88190.pdf': write.pdf([['Voucher', 'Ferry to Sicily, two persons and a car', 'Naples, 2 June 2024']]),
    'Downloads/fritz help.html':
      '<html><head><title>Help</title></head><body><h2>Restoring the factory settings</h2><p>To reset your router to its factory settings, press the button on its back for ten seconds.</p></body></html>',
    'Downloads/fritz wifi.html':
      '<html><head><title>Help</title></head><body><p>How to set up the wireless network of the router: open its settings.</p></body></html>',
  };
}

function officeFiles(write) {
  return {
    'Work/Board/2024-Q3.pptx': write.pptx([
      ['Quarterly numbers', 'Third quarter 2024'],
      ['Revenue', 'Up by four percent'],
      ['Costs', 'Stable'],
    ]),
    'Work/Board/2024-Q3 strategy.pptx': write.pptx([
      ['Strategy', 'Markets'],
      ['Risks', 'Currency'],
    ]),
    'Work/Board/numbers Q3.xlsx': write.xlsx({
      Quarterly: [
        ['Month', 'Numbers'],
        ['July', 411],
        ['August', 388],
      ],
    }),
    'Documents/Applications/letter_oceanlab.docx': write.docx(
      ['Dear Dr. Lund,', 'I apply for the post in marine biology at the Ocean Lab.', 'Yours, Ann Berg'],
      { title: 'Cover letter', author: 'Ann Berg' },
    ),
    'Documents/Applications/letter_museum.docx': write.docx(
      ['Dear Ms. Hall,', 'I apply for the post of a guide at the museum of natural history.'],
      { title: 'Cover letter', author: 'Ann Berg' },
    ),
    'Documents/Applications/cv.docx': write.docx(['Curriculum vitae', 'Studies of marine biology in Bergen'], {
      author: 'Ann Berg',
    }),
    'Documents/Finance/money.xlsx': write.xlsx({
      'Household budget 2024': [
        ['Item', 'Month'],
        ['Rent', 890],
        ['Groceries', 420],
      ],
      Savings: [
        ['Account', 'Sum'],
        ['Bank', 5000],
      ],
    }),
    'Documents/Finance/money old.xlsx': write.xlsx({
      'Household budget 2021': [
        ['Item', 'Month'],
        ['Rent', 790],
        ['Groceries', 350],
      ],
    }),
    'Writing/untitled 3.odt': write.odt([
      'November',
      'A poem',
      'The leaves lie wet upon the stair,',
      'the year goes home by candlelight.',
    ]),
    'Writing/untitled 2.odt': write.odt(['A poem', 'In May the wind forgets its name.']),
    'Writing/november.txt': 'Ideas for a poem about November: fog, chestnuts, the last tram.\n',
    'Work/Minutes/2024-04-12.docx': write.docx([
      'Minutes of the meeting with the supplier',
      'Friday, 12 April',
      'Prices rise by two percent in autumn.',
    ]),
    'Work/Minutes/2024-04-19.docx': write.docx([
      'Minutes of the meeting of the team',
      'Friday, 19 April',
      'The supplier has raised its prices.',
    ]),
    'Work/Minutes/2024-03-12.docx': write.docx([
      'Minutes of the meeting with the supplier',
      'Tuesday, 12 March',
      'Samples are late.',
    ]),
    'Documents/School/talk.odp': write.odp(
      [['Bees', 'For children from six to nine'], ['How honey is made'], ['The dance']],
      { title: 'What bees tell each other', author: 'Ann Berg' },
    ),
    'Documents/School/bees.ods': write.ods([
      ['Hive', 'Bees'],
      ['North', 21000],
      ['South', 18000],
    ]),
    'Documents/School/worksheet.odt': write.odt(['Work sheet for children', 'Draw a bee and its hive.']),
  };
}

function foreign(write) {
  const russian = (text) => [...text].map((one) => (one.charCodeAt(0) < 128 ? one : `\\'${cp1251(one)}`)).join('');
  const rtf = (lines) =>
    `{\\rtf1\\ansi\\ansicpg1251\\deff0{\\fonttbl{\\f0\\fcharset204 Arial;}}\\f0 ${lines.map((line) => `${russian(line)}\\par`).join('\n')}}`;
  return {
    'Documents/Wohnung/Kündigung.docx': write.docx([
      'Kündigung',
      'hiermit kündige ich den Mietvertrag der Wohnung Lindenweg 4 zum 30. Juni.',
      'Ann Berg',
    ]),
    'Documents/Wohnung/Mietvertrag.docx': write.docx([
      'Mietvertrag',
      'Vermieter und Mieter schließen den folgenden Vertrag.',
      'Eine Kündigung bedarf der Schriftform.',
    ]),
    'Documents/Старое/schet.rtf': rtf(['Счёт за электричество', 'Март 2009', 'К оплате 412 рублей']),
    'Documents/Старое/voda.rtf': rtf(['Счёт за воду', 'Март 2009', 'К оплате 120 рублей']),
    'Documents/Старое/pismo.txt': 'Дорогая Аня, электричество снова отключили.\n',
  };
}

function cp1251(letter) {
  const code = letter.charCodeAt(0);
  const byte = { ё: 0xb8, Ё: 0xa8 }[letter] ?? code - 0x410 + 0xc0;
  return byte.toString(16);
}

const JAPANESE = 'GyRCRWw1fiROJVslRiVrJHJNPUxzJDckXiQ3JD8hIzswR3EkRyQ5ISMbKEINCg==';

function mail(write) {
  const letters = {
    '1714900000.M77P1.home:2,S': {
      from: 'Air Atlantic <noreply@air.example>',
      subject: 'Your booking ZX81QL',
      date: 'Sun, 05 May 2024 09:06:40 +0000',
      body: 'This is the confirmation of your flight to Lisbon on 17 May.\nSeat 14C.',
    },
    '1714900100.M78P1.home:2,S': {
      from: 'Air Atlantic <noreply@air.example>',
      subject: 'Your flight to Porto',
      date: 'Sun, 05 May 2024 09:08:20 +0000',
      body: 'The confirmation follows when we have your payment.',
    },
    '1714800000.M76P1.home:2,S': {
      from: 'Rita Alves <rita@mail.example>',
      subject: 'Lisbon',
      date: 'Sat, 04 May 2024 05:20:00 +0000',
      body: 'When is your flight? I shall wait at the airport in Lisbon.',
    },
    '1706000000.M12P1.home:2,RS': {
      from: 'Landlord Office <office@houses.example>',
      subject: 'Works in the cellar',
      date: 'Tue, 23 Jan 2024 08:53:20 +0000',
      body: 'The heating will be off on Thursday from nine to noon.',
    },
    '1706100000.M13P1.home:2,S': {
      from: 'Landlord Office <office@houses.example>',
      subject: 'Keys',
      date: 'Wed, 24 Jan 2024 12:40:00 +0000',
      body: 'Please fetch the second key of the cellar.',
    },
    '1706200000.M14P1.home:2,S': {
      from: 'Tom Hale <tom@mail.example>',
      subject: 'cold',
      date: 'Thu, 25 Jan 2024 16:26:40 +0000',
      body: 'Did the landlord write to you about the heating?',
    },
    '1711000000.M5P1.home:2,S': {
      from: 'Marek Nowak <marek@plans.example>',
      subject: 'as promised',
      date: 'Thu, 21 Mar 2024 05:46:40 +0000',
      body: 'Here it is. Regards, Marek',
      attachments: [
        {
          name: 'floor plan.pdf',
          type: 'application/pdf',
          bytes: write.pdf([['Ground level', 'Kitchen 12 m2', 'Hall 6 m2']]),
        },
      ],
    },
    '1711100000.M6P1.home:2,S': {
      from: 'Marek Nowak <marek@plans.example>',
      subject: 'The plan',
      date: 'Fri, 22 Mar 2024 09:33:20 +0000',
      body: 'Did you get it? Shall we change the floor?',
    },
    '1699000000.M31P1.home:2,S': {
      from: '=?iso-2022-jp?B?GyRCTjk0WxsoQg==?= <yado@ryokan.example>',
      subject: '=?iso-2022-jp?B?GyRCJDRNPUxzGyhC?=',
      date: 'Fri, 03 Nov 2023 17:26:40 +0900',
      raw: { headers: ['Content-Type: text/plain; charset=iso-2022-jp'], bytes: Buffer.from(JAPANESE, 'base64') },
    },
  };
  const files = Object.entries(letters).map(([name, letter]) => [`Maildir/cur/${name}`, message(letter)]);
  return { ...Object.fromEntries(files), 'Mail/archive.mbox': mbox(archive().map(message)) };
}

/** Letters among which the asked one stands. */
function archive() {
  const anna = 'Anna Keller <anna.keller@mail.example>';
  const broker = 'Clara Stein <stein@cover.example>';
  return [
    {
      from: anna,
      subject: 'weekend',
      date: 'Sat, 13 Jan 2024 10:00:00 +0100',
      body: 'Shall we go to the sea? I have signed the contract of my new job.',
    },
    {
      from: anna,
      subject: 'The flat',
      date: 'Mon, 15 Jan 2024 18:30:00 +0100',
      body: 'I have read the lease contract. The notice is three months, the rest is fine.',
    },
    {
      from: 'Landlord Office <office@houses.example>',
      subject: 'Lease contract',
      date: 'Fri, 12 Jan 2024 09:00:00 +0100',
      body: 'Please find the lease contract for Lindenweg 4. Anna Keller has a copy.',
    },
    {
      from: broker,
      subject: 'Insurance',
      date: 'Tue, 09 Jan 2024 11:00:00 +0100',
      body: 'Your policy ends in spring.',
    },
    {
      from: broker,
      subject: 'Your household insurance',
      date: 'Wed, 14 Feb 2024 11:00:00 +0100',
      body: 'The new policy is enclosed.',
    },
    {
      from: broker,
      subject: 'Question',
      date: 'Thu, 15 Feb 2024 11:00:00 +0100',
      body: 'Do you want an insurance for the bicycle?',
    },
    {
      from: broker,
      subject: 'Travel insurance',
      date: 'Tue, 05 Mar 2024 11:00:00 +0100',
      body: 'For three weeks, as you asked.',
    },
  ];
}

function pictures() {
  const photo = (make, model, taken, xmp = {}) => jpeg({ make, model, taken, ...xmp });
  return {
    'Pictures/2023/IMG_4417.jpg': photo('Canon', 'Canon EOS 80D', '2023:10:02 17:20:00', {
      city: 'Rome',
      description: 'Evening at the river',
    }),
    'Pictures/2023/IMG_4390.jpg': photo('Canon', 'Canon EOS 80D', '2023:09:20 12:00:00', { city: 'Lisbon' }),
    'Pictures/2023/P1010022.jpg': photo('Panasonic', 'DMC-TZ10', '2023:10:02 12:10:00', {
      city: 'Rome',
      description: 'The market',
    }),
    'Pictures/2022/DSC_0932.jpg': photo('NIKON CORPORATION', 'NIKON D7000', '2022:08:14 11:00:00', {
      description: 'Ann sailing',
      subject: ['sailing', 'sea'],
    }),
    'Pictures/2022/DSC_0702.jpg': photo('NIKON CORPORATION', 'NIKON D7000', '2022:05:01 11:00:00', {
      description: 'First day of sailing',
      subject: ['sailing'],
    }),
    'Pictures/2022/DSC_0940.jpg': photo('NIKON CORPORATION', 'NIKON D7000', '2022:08:20 11:00:00', {
      description: 'The harbour',
    }),
    'Pictures/sailing boat.svg':
      '<svg xmlns="http://www.w3.org/2000/svg"><title>Sailing boat</title><text>sail</text></svg>',
    'Notes/travel.md': '# Rome\n\nLeave the Canon at home, take the small camera. One photo of the bridge is enough.\n',
  };
}

function music() {
  const album = { artist: 'Miles Davis', album: 'Kind of Blue' };
  return {
    'Music/unsorted/track09.mp3': mp3({ title: 'Sinnerman', artist: 'Nina Simone', album: 'Pastel Blues' }),
    'Music/unsorted/track02.mp3': mp3({ title: 'Feeling Good', artist: 'Nina Simone', album: 'I Put a Spell on You' }),
    'Music/unsorted/track11.mp3': mp3({ title: 'Sinnerman', artist: 'The Weavers', album: 'Travelling On' }),
    'Music/Miles Davis/Kind of Blue/01.flac': flac({ title: 'So What', ...album, tracknumber: '1' }),
    'Music/Miles Davis/Kind of Blue/02.flac': flac({ title: 'Freddie Freeloader', ...album, tracknumber: '2' }),
    'Music/Sheets/autumn_leaves.txt': 'Am7  D7  Gmaj7  Cmaj7\nThe falling leaves drift by the window\n',
    'Music/Sheets/summertime.txt': 'Chords of Summertime\nAm6  E7  Dm7\n',
    'Videos/The Long Night.en.srt':
      '1\n00:01:02,000 --> 00:01:04,000\nListen to the wind.\n\n2\n00:01:05,000 --> 00:01:08,000\nWe should have left\n<i>before the storm.</i>\n',
    'Videos/Before the storm.en.srt': '1\n00:00:10,000 --> 00:00:12,000\nYou should have left a note.\n',
  };
}

function notes() {
  const card = (lines) => `BEGIN:VCARD\r\nVERSION:3.0\r\n${lines.join('\r\n')}\r\nEND:VCARD\r\n`;
  const event = (uid, start, summary, more = []) =>
    ['BEGIN:VEVENT', `UID:${uid}`, `DTSTART:${start}`, `SUMMARY:${summary}`, ...more, 'END:VEVENT'].join('\r\n');
  const events = [
    event('1', '20240309T190000', "Giulia's birthday\\, dinner at Rosa's", ['LOCATION:Via Roma 3']),
    event('2', '20240312T080000', 'Dentist'),
    event('3', '20240401T190000', 'Dinner with the team'),
  ];
  return {
    "Documents/Recipes/Grandma's plum cake.md": '# Plum cake\n\n500 g flour, 1 kg plums, as grandma made it.\n',
    "Documents/Recipes/Grandma's apple cake.md": '# Apple cake\n\n500 g flour, four apples, one plum for the looks.\n',
    'Documents/Recipes/plum jam.md': '# Plum jam\n\nThe recipe of grandma: plums, sugar, a pot.\n',
    'Notes/cottage.md':
      '# Cottage\n\n- key: under the third stone\n- wifi password: heron-on-ice-77\n- water: turn left\n',
    'Notes/office.md': '# Office\n\nThe wifi needs a new password every month.\n',
    'Notes/packing.md': '# Packing for the cottage\n\nLamp, rope, password of the wifi?\n',
    'Notes/k8s.org':
      '#+TITLE: Kubernetes\n* Ingress\n  The controller routes by host.\n* Services\n  ClusterIP is enough.\n',
    'Notes/reading.org': '#+TITLE: To read\n* Notes on kubernetes the hard way\n* A book about tea\n',
    'Calendar/personal.ics': `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${events.join('\r\n')}\r\nEND:VCALENDAR\r\n`,
    'Notes/gifts.txt': 'Giulia: a scarf for her birthday. Marek: tea.\n',
    'Contacts/Bruno Klempner.vcf': card(['FN:Bruno Klempner', 'TITLE:Plumber', 'TEL;TYPE=CELL:+49 170 5550101']),
    'Contacts/Bruno Lange.vcf': card(['FN:Bruno Lange', 'TITLE:Teacher', 'TEL;TYPE=HOME:+49 30 5550144']),
    'University/thesis/ch3.tex':
      '\\chapter{Melt of the glacier}\nThe glacier lost a metre of ice each summer of the thesis.\n',
    'University/thesis/ch2.tex': '\\chapter{Methods}\nStakes were set on the glacier in spring.\n',
    'University/thesis/outline.md': '# Thesis\n\n- chapter 1: why\n- chapter 2: how\n- chapter 3: melt\n',
  };
}

function code() {
  const cell = (type, source) => ({ cell_type: type, source, ...(type === 'code' && { outputs: [] }) });
  return {
    'Projects/ledger/src/invoice-line.ts':
      'import type { Line } from "./types.js";\n\n/** One line of a bill. */\nexport function parseInvoiceLine(text: string): Line {\n  const [name, sum] = text.split(";");\n  return { name, sum: Number(sum) };\n}\n',
    'Projects/ledger/src/import.ts':
      'import { parseInvoiceLine } from "./invoice-line.js";\n\nexport const read = (text: string) => text.split("\\n").map(parseInvoiceLine);\n',
    'Projects/ledger/test/invoice-line.test.ts':
      'import { parseInvoiceLine } from "../src/invoice-line.js";\n\ntest("parseInvoiceLine", () => {\n  expect(parseInvoiceLine("tea;3")).toEqual({ name: "tea", sum: 3 });\n  expect(parseInvoiceLine(";")).toEqual({ name: "", sum: 0 });\n});\n',
    'Projects/webshop/auth/login.py':
      'def login(user, password):\n    # TODO: rate limit\n    return check(user, password)\n',
    'Projects/webshop/auth/rate.py':
      'LIMIT = 10\n\ndef rate(user):\n    """How many requests within a minute."""\n    return count(user) / LIMIT\n',
    'Projects/webshop/TODO': 'login page: new picture\nrate of exchange\n',
    'Projects/webshop/docker-compose.yml':
      'services:\n  db:\n    image: postgres:16\n    ports:\n      - "5433:5432"\n',
    'Projects/ledger/docker-compose.yml': 'services:\n  db:\n    image: postgres:15\n    ports:\n      - "5432:5432"\n',
    'Projects/webshop/README.md':
      '# Webshop\n\nRun docker compose up. The shop listens on port 8080, postgres on 5433.\n',
    'Projects/webshop/logs/migrate-2024-06-03.log':
      '09:00:01 migrate: start\n09:00:02 Error: connect ECONNREFUSED 127.0.0.1:5433 while migrating table customers\n',
    'Projects/webshop/logs/migrate-2024-06-04.log':
      '09:00:01 migrate: start\n09:00:02 table customers: 211 rows\n09:00:09 end\n',
    'Projects/webshop/logs/app.log': '10:11:12 Error: connect ECONNREFUSED 127.0.0.1:6379\n',
    'Projects/analysis/rain.ipynb': JSON.stringify({
      cells: [cell('markdown', '# Rainfall in Bergen'), cell('code', 'fit = regression(month, rain)\nfit.plot()')],
    }),
    'Projects/analysis/wind.ipynb': JSON.stringify({
      cells: [cell('markdown', '# Wind in Bergen'), cell('code', 'fit = regression(month, wind)')],
    }),
    'Projects/analysis/notes.txt': 'The notebook about rainfall is older than that about wind.\n',
  };
}

function containers(write, prose) {
  const pdf = (...lines) => write.pdf([lines]);
  const zip = write.zipBytes(
    { name: 'Desktop/scans/passport Anna.pdf', bytes: pdf('Keller, Anna', 'P<D<<KELLER<<ANNA') },
    { name: 'Desktop/scans/passport Tom.pdf', bytes: pdf('Hale, Tom', 'P<GBR<<HALE<<TOM') },
    { name: 'Desktop/scans/licence Anna.pdf', bytes: pdf('Keller, Anna', 'Class B') },
    { name: 'Desktop/readme.txt', bytes: 'What was on the desktop of the old laptop.' },
  );
  const essay = (name, ...lines) => ({ name: `university/philosophy/${name}`, text: write.odt([...lines, prose(60)]) });
  const tar = write.tarBytes(
    essay('essay1.odt', 'Kant', 'On perpetual peace'),
    essay('essay2.odt', 'Hannah Arendt', 'On power and violence'),
    { name: 'university/reading list.txt', text: 'Hannah Arendt: The Human Condition\nKant: Perpetual Peace\n' },
  );
  return { 'Backups/old-laptop.zip': zip, 'Backups/university-2015.tar.gz': gzipSync(tar) };
}

function books(write, prose) {
  const told = 'That autumn the fishing boats came back without a light, and nobody on the quay said a word.';
  const page = (text) => `<html><body><p>${escaped(text)}</p></body></html>`;
  const metadata = (title, author) => `<dc:title>${title}</dc:title><dc:creator>${author}</dc:creator>`;
  return {
    'Books/Keeper of the Lamp.epub': write.epub(
      {
        '1.xhtml': page(prose(400)),
        '2.xhtml': page(`${prose(150)} ${told} ${prose(150)}`),
        '3.xhtml': page(prose(400)),
      },
      metadata('Keeper of the Lamp', 'E. Marsh'),
    ),
    'Books/The Quay.epub': write.epub(
      { '1.xhtml': page(`Nobody said a word on the boats. ${prose(500)}`) },
      metadata('The Quay', 'E. Marsh'),
    ),
    'Writing/fishing.md': '# Fishing\n\nThe boats came back. A light on the quay, nobody there.\n',
  };
}
