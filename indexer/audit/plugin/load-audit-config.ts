/** Reads the plugin's configuration, if root alone can have written it. Called while the plugin is root. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { FindTextError } from '../../../shared/errors.js';
import type { AuditConfig } from './audit-config.js';
import { parseAuditConfig } from './parse-audit-config.js';
import { whyUntrusted } from './trusted-path.js';

const MAX_BYTES = 1 << 20;

/** @throws FindTextError FT_CONFIG_INVALID, also when the file is missing or not to be trusted. */
export function loadAuditConfig(file: string): AuditConfig {
  const why = whyUntrusted(file);
  if (why) throw refused(file, why);
  return parseAuditConfig(readBounded(file), file);
}

function readBounded(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw refused(file, (error as Error).message);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > MAX_BYTES) throw refused(file, 'it is not a plain file of at most 1 MiB');
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function refused(file: string, why: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `read ${file}: ${why}`, {
    hint: 'It has to be a plain file that only root can write or replace; `find-textd audit install` makes one.',
  });
}
