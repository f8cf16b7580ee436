/** JSON lines on standard output: for who runs the daemon in a pipe or reads it with journalctl. */
import { toFailure } from '../http/answer.js';
import type { Answer, Outgoing, Target } from '../target.js';

export class StdoutTarget implements Target {
  readonly place = 'standard output';

  identity(): string {
    return this.place;
  }

  send({ json }: Outgoing, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      const late = () => resolve(toFailure({ code: 'ETIMEDOUT' }));
      signal.addEventListener('abort', late, { once: true });
      process.stdout.write(`${json}\n`, (error) => {
        signal.removeEventListener('abort', late);
        resolve(error ? toFailure(error) : { kind: 'accepted' });
      });
    });
  }
}
