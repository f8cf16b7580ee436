/** Of the daemon, its lock and its socket. Pure. */
import type { Reason } from '../../../../shared/answer/judge.js';
import { cleanText } from '../../../../shared/path-text.js';
import { shellWord } from '../../../backup/shell-word.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { DaemonFacts } from '../look/daemon.js';
import { restart, start } from '../restart.js';
import type { Ways } from '../ways.js';

export function checkDaemon(facts: Facts, ways: Ways): readonly Finding[] {
  const { daemon } = facts;
  if (!daemon) return [];
  return [...ofLock(daemon), ...ofLife(facts, ways), ...ofSocket(daemon, facts, ways)];
}

function ofLock({ intruder }: DaemonFacts): readonly Finding[] {
  if (!intruder) return [];
  const { pid, name } = intruder;
  const text = `the lock of the daemon is held by ${cleanText(name)} (process ${pid}), which is no daemon`;
  return [{ finding: 'lock held', text, repair: `kill ${pid}` }];
}

function ofLife(facts: Facts, ways: Ways): readonly Finding[] {
  const { index, daemon } = facts;
  if (daemon?.holder && daemon.isStopped) return [stopped(daemon.holder.pid)];
  if (index?.kind !== 'open') return [];
  const found = index.reasons.flatMap((reason) => ofReason(reason, facts, ways));
  const isTold = found.some(({ finding }) => finding !== 'daemon trouble' && finding !== 'paused');
  if (isTold || daemon?.holder || daemon?.intruder) return found;
  return [...found, noDaemon('nothing keeps the index current', facts, ways)];
}

function ofReason({ reason, text, advice }: Reason, facts: Facts, ways: Ways): readonly Finding[] {
  const pid = facts.daemon?.holder?.pid;
  switch (reason) {
    case 'no daemon':
      return facts.daemon?.intruder ? [] : [noDaemon(text, facts, ways)];
    case 'daemon stopped':
      return [{ finding: reason, text, advice }];
    case 'daemon hanging':
      return [{ finding: reason, text, ...(pid && { repair: `kill -KILL ${pid}` }), advice: 'then start it again' }];
    case 'disk full':
    case 'trouble':
      return [{ finding: 'daemon trouble', text, advice }];
    case 'paused':
      return [{ finding: reason, text, repair: ways.textd('resume') }];
    default:
      return [];
  }
}

function stopped(pid: number): Finding {
  return { finding: 'daemon stopped', text: `the daemon (process ${pid}) stands still`, repair: `kill -CONT ${pid}` };
}

function noDaemon(text: string, facts: Facts, ways: Ways): Finding {
  return { finding: 'no daemon', text, repair: start(facts, ways) };
}

function ofSocket({ holder, socket, socketState }: DaemonFacts, facts: Facts, ways: Ways): readonly Finding[] {
  if (socketState === 'answered') return [];
  const isAtWork = facts.index?.kind === 'open' && facts.index.known.keeping?.kind === 'kept';
  if (holder && isAtWork)
    return [{ finding: 'socket missing', text: `nobody answers at ${socket}`, ...restart(facts, ways) }];
  if (holder || socketState === 'none') return [];
  const text = `${socket} is left of a daemon that was killed`;
  return [{ finding: 'stale socket', text, repair: `rm ${shellWord(socket)}` }];
}
