/** What comes to files that hold others costs what it is: a new name nothing, a new version its own documents, a letter itself. */
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EXTRACTOR_VERSIONS } from '../../../indexer/extract/extractor-versions.js';
import { docx } from '../../helpers/office-bytes.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tarBytes } from '../../helpers/tar-bytes.js';
import { tempFolder } from '../../helpers/temp.js';
import { zipBytes } from '../../helpers/zip-bytes.js';

const WAY = 'box.zip/mail/Inbox/2024-05-01 12.30.05 The offer.eml/offer.docx';

class Home {
  readonly root = tempFolder();
  readonly stepped = new SteppedPipeline(Buffer.from(this.root), tempFolder());

  constructor() {
    onTestFinished(() => this.stepped.close());
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** @returns how many files were read. */
  async after(change: () => void): Promise<number> {
    const before = this.stepped.extracted;
    change();
    await this.stepped.drain();
    return this.stepped.extracted - before;
  }

  hint(name: string): void {
    this.stepped.hint(Buffer.from(this.path(name)), 'path');
  }

  /** Documents in files that have the word, by their way. */
  found(word: string): string[] {
    const rows = this.stepped.db.prepare<[string], Buffer | null>(
      'SELECT inner_path FROM body JOIN part ON part.id = body.rowid WHERE body MATCH ? ORDER BY inner_path',
    );
    return rows.pluck().all(word).map(String);
  }
}

function docxOf(text: string): Buffer {
  return docx(`<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`);
}

function letter(subject: string, ...lines: readonly string[]): string {
  const head = ['From: Ann <ann@example.org>', 'Date: Wed, 1 May 2024 12:30:05 +0000', `Subject: ${subject}`];
  return `${[...head, ...lines].join('\n')}\n`;
}

function boxed(...letters: readonly string[]): string {
  return letters.map((one) => `From ann@example.org Wed May  1 12:30:05 2024\n${one}\n`).join('');
}

/** A frame of zstd that packs nothing. */
function zstd(bytes: Buffer): Buffer {
  const head = Buffer.from('28b52ffda000000000', 'hex');
  head.writeUInt32LE(bytes.length, 5);
  const blocks: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += 1 << 16) {
    const block = bytes.subarray(from, from + (1 << 16));
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (from + block.length === bytes.length ? 1 : 0), 0, 3);
    blocks.push(header, block);
  }
  return Buffer.concat([head, ...blocks]);
}

/** A document in a letter in a mailbox in a zip in a packed tar. */
function nested(text: string): Buffer {
  const offer = letter(
    ...['The offer', 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'see there', '--b'],
    ...['Content-Disposition: attachment; filename="offer.docx"', 'Content-Transfer-Encoding: base64', ''],
    ...[docxOf(text).toString('base64'), '--b--'],
  );
  return zstd(tarBytes({ name: 'box.zip', text: zipBytes({ name: 'mail/Inbox', bytes: boxed(offer) }) }));
}

it('a document in a letter in a mailbox in a zip in a packed tar is found by its way; a new name reads nothing, and nothing stays of it', async () => {
  const home = new Home();
  writeFileSync(home.path('old.tar.zst'), nested('apples'));
  await home.stepped.crawl();
  expect([home.found('apples'), home.stepped.extracted]).toEqual([[WAY], 1]);
  const renamed = await home.after(() => {
    renameSync(home.path('old.tar.zst'), home.path('new.tar.zst'));
    home.stepped.hintRename(Buffer.from(home.path('old.tar.zst')), Buffer.from(home.path('new.tar.zst')));
  });
  expect([home.found('apples'), renamed]).toEqual([[WAY], 0]);
  await home.after(() => {
    rmSync(home.path('new.tar.zst'));
    home.hint('new.tar.zst');
  });
  const left = home.stepped.db.prepare('SELECT count(*) FROM part').pluck().get();
  expect([home.found('apples'), left]).toEqual([[], 0]);
});

it('a version that is raised reads its own documents again, also where they stand in others, and no more', async () => {
  const home = new Home();
  writeFileSync(home.path('old.tar.zst'), nested('apples'));
  writeFileSync(home.path('pears.docx'), docxOf('pears'));
  writeFileSync(home.path('note.txt'), 'plums');
  writeFileSync(home.path('notes.zip'), zipBytes({ name: 'a.txt', bytes: 'figs' }));
  await home.stepped.crawl();
  const atStart = async () => {
    await home.stepped.apply([{ kind: 'outdateContainers', versions: EXTRACTOR_VERSIONS }]);
    const before = home.stepped.extracted;
    await home.stepped.crawl();
    return home.stepped.extracted - before;
  };
  expect(await atStart()).toBe(0);
  home.stepped.db.exec(`UPDATE part SET extractor_version = extractor_version - 1 WHERE extractor = 'office-open'`);
  expect(await atStart()).toBe(2);
  expect([home.found('apples'), await atStart()]).toEqual([[WAY], 0]);
});

it('a letter that comes to a Maildir is read alone, and of a mailbox only what came is written', async () => {
  const home = new Home();
  mkdirSync(home.path('Maildir/cur'), { recursive: true });
  for (let n = 0; n < 20; n++) writeFileSync(home.path(`Maildir/cur/${n}.host:2,S`), letter(`n${n}`, '', `word ${n}`));
  const many = Array.from({ length: 20 }, (_, n) => letter(`n${n}`, '', `word ${n}`));
  writeFileSync(home.path('Inbox'), boxed(...many));
  await home.stepped.crawl();
  const read = await home.after(() => {
    writeFileSync(home.path('Maildir/cur/20.host:2,S'), letter('n20', '', 'gulls'));
    home.hint('Maildir/cur/20.host:2,S');
  });
  expect(read).toBe(1);
  const changes = () => home.stepped.db.prepare('SELECT total_changes()').pluck().get() as number;
  const before = home.stepped.db.prepare('SELECT max(id) FROM part').pluck().get() as number;
  const changedBefore = changes();
  await home.after(() => {
    appendFileSync(home.path('Inbox'), boxed(letter('n20', '', 'boats')));
    home.hint('Inbox');
  });
  expect(home.found('boats')).toEqual(['2024-05-01 12.30.05 n20.eml']);
  expect(home.stepped.db.prepare('SELECT count(*) FROM part WHERE id > ?').pluck().get(before)).toBe(1);
  expect(changes() - changedBefore).toBeLessThan(100);
});
