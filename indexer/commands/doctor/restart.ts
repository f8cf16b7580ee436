/** How this user's daemon is started and started anew: as a unit of systemd where it is one, else by hand. Pure. */
import { UNIT_NAME } from '../install/unit.js';
import { restartByHand } from '../restart-by-hand.js';
import type { Facts } from './facts.js';
import type { Finding } from './finding.js';
import type { Ways } from './ways.js';

/** In the foreground where systemd does not do it. */
export function start({ daemon }: Facts, ways: Ways): string {
  return daemon?.hasUnit ? `systemctl --user start ${UNIT_NAME}` : ways.textd('run');
}

/** Of the daemon that runs. */
export function restart({ daemon }: Facts, ways: Ways): Pick<Finding, 'repair' | 'advice'> {
  if (!daemon?.holder || daemon.isElsewhere)
    return { advice: 'it runs in another container, or outside of this one: start it anew there' };
  const { unit, holder } = daemon;
  if (unit?.isUsers) return { repair: `systemctl --user restart ${unit.name}` };
  if (unit) return { repair: ways.asRoot(`systemctl restart ${unit.name}`) };
  return { repair: restartByHand(holder.pid, ways.textd('run')) };
}

/** So that one of this version is at work. */
export function renew(facts: Facts, ways: Ways): Pick<Finding, 'repair' | 'advice'> {
  return facts.daemon?.holder ? restart(facts, ways) : { repair: start(facts, ways) };
}
