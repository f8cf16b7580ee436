/**
 * What npm runs where the package has been installed: without the native part of SQLite it is no use, and npm takes that for an
 * optional one.
 */
import { FindTextError } from '../shared/errors.js';
import { guard } from '../shared/store/open.js';
import { connect } from '../shared/store/sqlite.js';

try {
  guard('install find-text', () => connect(':memory:').close());
} catch (error) {
  if (!(error instanceof FindTextError)) throw error;
  console.error(`find-text: ${error.message}\n  ${error.hint}`);
  process.exitCode = 1;
}
