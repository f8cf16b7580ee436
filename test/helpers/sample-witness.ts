/** What is known of some file; tests change what matters to them. */
import type { Witness } from '../../indexer/witness/witness.js';

export const SAMPLE_WITNESS: Witness = {
  type: 'file',
  dev: 1,
  ino: 2,
  size: 3,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeMs: 1,
  ctimeMs: 1,
  sha256: 'a',
  xattrs: '-',
};
