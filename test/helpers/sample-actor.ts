/** Who changes files in the tests of events: Ann, who logged in herself and edits as root. */
import type { Actor } from '../../shared/file-event.js';

export const ANN: Actor = {
  auid: 1000,
  uid: 0,
  pid: 42,
  ppid: 7,
  exe: '/usr/bin/vim',
  comm: 'vim',
  gid: 100,
  euid: 0,
  session: 3,
};
