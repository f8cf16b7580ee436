/** better-sqlite3 in the version that the product uses under this Node. */
import { createRequire } from 'node:module';
import { sqlitePackage } from '../../../shared/store/native-sqlite.mjs';

export default createRequire(import.meta.url)(sqlitePackage());
