/** Pictures by exiftool, sound by ffmpeg, and old documents by LibreOffice: what is told of them. Used by properties.mjs. */
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const local = (...parts) => new Date(...parts).getTime();
const TAKEN = local(2024, 4, 17, 18, 30);

/** Arguments of exiftool, and what is then told. */
const PICTURES = [
  [['-XMP-dc:Title=Gulls at dusk', '-XMP-dc:Creator=Ann Ørsted'], { title: 'Gulls at dusk', author: ['Ann Ørsted'] }],
  [['-XMP-dc:Title=東京タワー'], { title: '東京タワー' }],
  [
    ['-charset', 'iptc=Latin1', '-IPTC:ObjectName=Möwen', '-IPTC:By-line=Ørsted'],
    { title: 'Möwen', author: ['Ørsted'] },
  ],
  [
    ['-IPTC:CodedCharacterSet=UTF8', '-IPTC:ObjectName=Чайка', '-IPTC:By-line=Анна'],
    { title: 'Чайка', author: ['Анна'] },
  ],
  [['-EXIF:Artist=Ann Ørsted'], { author: ['Ann Ørsted'] }],
  [['-charset', 'exif=Latin1', '-EXIF:Artist=Ann Ørsted'], { author: ['Ann Ørsted'] }],
  [['-EXIF:XPTitle=Möwen 東京', '-EXIF:XPAuthor=Ørsted'], { title: 'Möwen 東京', author: ['Ørsted'] }],
  [['-EXIF:XPKeywords=gulls;sea'], { tag: ['gulls', 'sea'] }],
  [['-EXIF:Make=Canon', '-EXIF:Model=Canon EOS 80D'], { camera: 'Canon EOS 80D' }],
  [['-EXIF:Make=NIKON CORPORATION', '-EXIF:Model=NIKON D7000'], { camera: 'NIKON D7000' }],
  [['-EXIF:Make=Google', '-EXIF:Model=Pixel 6'], { camera: 'Google Pixel 6' }],
  [['-EXIF:DateTimeOriginal=2024:05:17 18:30:00'], { taken: TAKEN }],
  [
    ['-EXIF:DateTimeOriginal=2024:05:17 18:30:00', '-EXIF:OffsetTimeOriginal=+09:00'],
    { taken: Date.parse('2024-05-17T18:30:00+09:00') },
  ],
  [['-EXIF:DateTimeOriginal=1958:03:04 05:06:07'], { taken: local(1958, 2, 4, 5, 6, 7) }],
  [['-XMP-exif:DateTimeOriginal=2024:05:17 18:30:00+02:00'], { taken: Date.parse('2024-05-17T16:30:00Z') }],
  [['-XMP-photoshop:DateCreated=2024:05:17'], { taken: local(2024, 4, 17) }],
  [['-IPTC:DateCreated=2024:05:17', '-IPTC:TimeCreated=18:30:00+00:00'], { taken: Date.parse('2024-05-17T18:30:00Z') }],
  [['-XMP-dc:Subject=gulls', '-XMP-dc:Subject=north sea'], { tag: ['gulls', 'north sea'] }],
  [['-IPTC:Keywords=gulls', '-IPTC:Keywords=north sea'], { tag: ['gulls', 'north sea'] }],
];
const SOUND = { title: 'Möwen 東京', artist: 'Ann Ørsted', album: 'North Sea' };
const SOUNDS = [
  ['mp3', ['-id3v2_version', '3']],
  ['mp3', ['-id3v2_version', '4']],
  ['mp3', ['-map_metadata', '-1'], { title: 'Gulls', artist: 'Ann', album: 'North Sea' }],
  ['flac', []],
  ['ogg', ['-c:a', 'libvorbis']],
  ['opus', ['-c:a', 'libopus']],
  ['m4a', ['-c:a', 'aac']],
  ['mka', ['-c:a', 'libvorbis']],
  ['wma', ['-c:a', 'wmav2']],
  ['aiff', ['-write_id3v2', '1']],
];

export function pictures(folder) {
  return [
    ...make(folder, 'jpg', PICTURES),
    ...make(folder, 'tiff', PICTURES.slice(0, 12)),
    ...make(
      folder,
      'webp',
      PICTURES.filter(([args]) => !args.some((one) => one.includes('IPTC'))),
    ),
    ...make(folder, 'png', [...PICTURES.slice(0, 2), ...PICTURES.slice(8, 12)]),
  ];
}

function make(folder, ending, all) {
  const blank = join(folder, `blank.${ending}`);
  execFileSync('ffmpeg', [
    '-loglevel',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    'color=c=red:s=16x16',
    '-frames:v',
    '1',
    blank,
  ]);
  return all.map(([args, says], at) => {
    const file = join(folder, `tagged.${ending}`);
    writeFileSync(file, readFileSync(blank));
    execFileSync('exiftool', ['-q', '-m', '-overwrite_original', ...args, file]);
    return { name: `${at}.${ending}`, bytes: readFileSync(file), says };
  });
}

export function sounds(folder) {
  return SOUNDS.map(([ending, args, atEnd], at) => {
    const file = join(folder, `sound.${ending}`);
    const told = Object.entries(SOUND).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
    const tags = atEnd ? [] : told;
    execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=7', ...tags, ...args, file]);
    const bytes = Buffer.concat([readFileSync(file), ...(atEnd ? [id3v1(atEnd)] : [])]);
    const { title, artist, album } = atEnd ?? SOUND;
    return { name: `${at}.${ending}`, bytes, says: { title, artist: [artist], album, duration: 7 } };
  });
}

/** As the oldest programs write tags: 128 bytes behind the music. */
function id3v1({ title, artist, album }) {
  const fields = [title, artist, album].map((text) => text.padEnd(30, '\0'));
  return Buffer.from(`TAG${fields.join('')}`.padEnd(128, '\0'), 'latin1');
}

/** @param source  a flat OpenDocument text. */
export function oldDocuments(folder, source) {
  const text = readFileSync(source, 'utf8');
  const names = ['Möwen und Möwchen', 'Чайка над морем', '東京の鳥'];
  return names.flatMap((title, at) => {
    const file = join(folder, `letter${at}.fodt`);
    writeFileSync(file, text.replace(/<dc:title>[^<]*/, `<dc:title>${title}`));
    return ['doc', 'docx', 'odt', 'rtf'].map((ending) => {
      execFileSync(
        'soffice',
        [
          `-env:UserInstallation=file://${folder}/profile`,
          '--headless',
          '--convert-to',
          ending,
          '--outdir',
          folder,
          file,
        ],
        { stdio: 'ignore' },
      );
      return {
        name: `office${at}.${ending}`,
        bytes: readFileSync(join(folder, `letter${at}.${ending}`)),
        says: { title },
      };
    });
  });
}
