/** What a person types to expect changes for a while, and to see whether they are expected. */
import { expect, it } from 'vitest';
import { changeWindow, type WindowOptions } from '../../../../indexer/commands/notify/window.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import { tempFolder } from '../../../helpers/temp.js';
import { TextSink } from '../../../helpers/text-sink.js';

const dataDirectory = tempFolder();
openNotify(dataDirectory).close();

function said(options: WindowOptions): string {
  const stdout = new TextSink();
  changeWindow({ locations: { dataDirectory }, stdout }, options);
  return stdout.text;
}

it('is opened with a reason, shown, and ended', () => {
  expect(said({})).toMatch(/^no change window is open\nopen one with `find-textd notify window --for 1h --reason /);
  expect(() => said({ for: '1h' })).toThrow('open a change window: --reason is missing');
  expect(() => said({ reason: ' ' })).toThrow('--reason has 0 characters');
  expect(said({ reason: 'CHG-123' })).toMatch(/^changes are told in one digest after .*: CHG-123\nend it sooner with /);
  expect(said({})).toMatch(/^a change window is open until .*, by .*: CHG-123\nend it sooner with /);
  expect(said({ end: true })).toBe('the change window is over: its digest is sent\n');
  expect(said({ end: true })).toBe('no change window is open\n');
});
