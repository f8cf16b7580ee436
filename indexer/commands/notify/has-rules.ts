import { loadToml } from '../../../shared/config/load.js';

/** Does the configuration ask for integrity monitoring? What is wrong with it is told by whoever reads it for more. */
export function hasRules(configFile: string): boolean {
  try {
    return Object.hasOwn(loadToml(configFile).table, 'notify');
  } catch {
    return false;
  }
}
