/** The folders and files of `--preset system`: what watches this machine, and what could switch it off. */
import { dirname, join } from 'node:path';
import { loadToml } from '../../../shared/config/load.js';
import { expandHome } from '../../../shared/expand-home.js';
import { auditPaths } from '../../audit/install/audit-paths.js';

const AUDIT_TOOLS = ['auditctl', 'auditd', 'ausearch', 'aureport', 'augenrules', 'autrace'];
const AUDIT_FOLDERS = ['/etc/audit', '/etc/audisp', '/etc/find-text', '/usr/lib/systemd/system/auditd.service'];
const SECRET_KEYS = new Set(['secretFile', 'webhookFile', 'passwordFile', 'repositoryFile', 'ca']);
/** Beside the program, where npm puts the native parts of its libraries. */
const NATIVE_PARTS = ['better-sqlite3', 'better-sqlite3-napi', 'koffi', '@koromix'];

export interface OwnParts {
  readonly configFile: string;
  /** The bundle that runs. */
  readonly program: string;
  readonly node: string;
}

/** Also what is not there: it is new when it comes. */
export function systemPaths({ configFile, program, node }: OwnParts): readonly string[] {
  const { programDirectories, serviceDropIn } = auditPaths();
  const built = dirname(program);
  return [
    ...AUDIT_TOOLS.map((tool) => join('/sbin', tool)),
    ...AUDIT_FOLDERS,
    ...programDirectories,
    serviceDropIn,
    built,
    ...NATIVE_PARTS.map((name) => join(dirname(built), 'node_modules', name)),
    node,
    configFile,
    ...secretFiles(configFile),
  ];
}

/** Of endpoints, rules and backups. @throws FindTextError FT_CONFIG_INVALID */
function secretFiles(configFile: string): string[] {
  return filesIn(loadToml(configFile).table)
    .map(expandHome)
    .filter((file) => file.startsWith('/'));
}

function filesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' && SECRET_KEYS.has(key) ? [each] : filesIn(each),
  );
}
