import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOG_MARK_SCHEMA, LogMarks } from '../../../../indexer/notify/content/log-marks.js';
import { openPlain } from '../../../../shared/store/open.js';
import { tempFolder } from '../../../helpers/temp.js';

describe('LogMarks', () => {
  it('follows a log through its life, and says in words what is no growing', () => {
    const folder = tempFolder();
    const [file, name] = [join(folder, 'app.log'), Buffer.from(join(folder, 'app.log'))];
    const db = openPlain(join(folder, 'notify.db'), 1000);
    db.exec(LOG_MARK_SCHEMA);
    const look = () => {
      const { kind, isAlert, text, keep } = new LogMarks(db).look(name);
      keep();
      expect(text !== '').toBe(isAlert);
      return [kind, isAlert];
    };
    writeFileSync(file, 'one\n');
    expect(look()).toEqual(['new', false]);
    appendFileSync(file, 'two\n');
    expect(look()).toEqual(['grown', false]);
    expect(look()).toEqual(['same', false]);
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'three\n');
    expect(look()).toEqual(['rotated', false]);
    truncateSync(file, 2);
    expect(look()).toEqual(['truncated', true]);
    expect(look()).toEqual(['same', false]);
    rmSync(file);
    expect(look()).toEqual(['gone', true]);
    writeFileSync(file, 'four\n');
    expect(look()).toEqual(['new', false]);
  });
});
