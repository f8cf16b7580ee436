/** A place where backups are: `[[backup]]`, or `backup` of a rule. */
import { BACKUP_TOOLS, type BackupPlace, InvalidPlace, parseBackupPlace } from '../../backup/places.js';
import type { TableReader } from './table-reader.js';

export function parseBackup(table: TableReader): BackupPlace {
  table.choice('tool', BACKUP_TOOLS);
  try {
    return parseBackupPlace(table.value);
  } catch (error) {
    if (!(error instanceof InvalidPlace)) throw error;
    return table.has(error.key) ? table.fail([error.key], error.why) : table.failHere(error.message);
  }
}
