/** Where the daemon answers queries of other programs: docs/query-socket.md. */
import { join } from 'node:path';

export function querySocket(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'query.sock');
}
