/**
 * The last known text of files, without their secrets, so that the next change can be shown. A table of the notifier's
 * database. Only redacted text comes here, and nothing of what never-diff.ts names: the caller sees to both.
 *
 * Invariant: the texts take no more than the quota; those that were used longest ago go first, and it is known of a file
 * that its text went.
 */
import type { Db } from '../../../shared/store/open.js';
import { zlib } from '../../../shared/zlib.js';

export const SHADOW_SCHEMA = `
CREATE TABLE shadow (
  path BLOB PRIMARY KEY,
  -- Deflated; NULL: the quota left no room.
  text BLOB,
  -- The file's own text where \`text\` is taken out of it, as of HTML; deflated.
  source BLOB,
  -- Of the key that tags were made with.
  key TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  used INTEGER NOT NULL
);
CREATE INDEX shadow_used ON shadow (used) WHERE bytes > 0;
-- Which rules want the text.
CREATE TABLE shadow_rule (
  rule TEXT NOT NULL,
  path BLOB NOT NULL,
  PRIMARY KEY (rule, path)
) WITHOUT ROWID;
CREATE INDEX shadow_rule_path ON shadow_rule (path);
CREATE TABLE shadow_total (bytes INTEGER NOT NULL);
INSERT INTO shadow_total VALUES (0);
CREATE TRIGGER shadow_added AFTER INSERT ON shadow BEGIN UPDATE shadow_total SET bytes = bytes + new.bytes; END;
CREATE TRIGGER shadow_removed AFTER DELETE ON shadow BEGIN UPDATE shadow_total SET bytes = bytes - old.bytes; END;
CREATE TRIGGER shadow_changed AFTER UPDATE OF bytes ON shadow
BEGIN UPDATE shadow_total SET bytes = bytes + new.bytes - old.bytes; END;
`;

export interface ShadowText {
  readonly text: string;
  readonly source?: string | undefined;
}

/** `quota`: there was one, and it had to go. */
export type ShadowFound = ShadowText | 'no-previous' | 'quota';

const DEFAULT_QUOTA = 256 << 20;
/** What a row costs beside its texts. */
const ROW_BYTES = 100;

interface Row {
  readonly text: Buffer | null;
  readonly source: Buffer | null;
}

/** All writes run in the transaction of the caller. */
export class Shadow {
  readonly #sql;

  /** @param keyId  of the key that the texts' tags are made with: those of another one are not found. */
  constructor(
    db: Db,
    private readonly keyId: string,
    private readonly quotaBytes = DEFAULT_QUOTA,
  ) {
    this.#sql = {
      get: db.prepare<[Uint8Array, string], Row>('SELECT text, source FROM shadow WHERE path = ? AND key = ?'),
      put: db.prepare(`INSERT INTO shadow (path, text, source, key, bytes, used) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (path) DO UPDATE SET text = excluded.text, source = excluded.source, key = excluded.key,
        bytes = excluded.bytes, used = excluded.used`),
      claim: db.prepare('INSERT OR IGNORE INTO shadow_rule (rule, path) VALUES (?, ?)'),
      total: db.prepare<[], number>('SELECT bytes FROM shadow_total').pluck(),
      newest: db.prepare<[], number | null>('SELECT max(used) FROM shadow WHERE bytes > 0').pluck(),
      oldest: db.prepare<[], Buffer>('SELECT path FROM shadow WHERE bytes > 0 ORDER BY used LIMIT 1').pluck(),
      empty: db.prepare('UPDATE shadow SET text = NULL, source = NULL, bytes = 0 WHERE path = ?'),
      move: db.prepare('UPDATE shadow SET path = ? WHERE path = ?'),
      moveClaims: db.prepare('UPDATE shadow_rule SET path = ? WHERE path = ?'),
      forget: db.prepare('DELETE FROM shadow WHERE path = ?'),
      forgetClaims: db.prepare('DELETE FROM shadow_rule WHERE path = ?'),
      forgetOthers: db.prepare('DELETE FROM shadow_rule WHERE rule NOT IN (SELECT value FROM json_each(?))'),
      forgetUnclaimed: db.prepare(
        'DELETE FROM shadow WHERE NOT EXISTS (SELECT 1 FROM shadow_rule WHERE shadow_rule.path = shadow.path)',
      ),
      forgetOtherKeys: db.prepare('DELETE FROM shadow WHERE key <> ?'),
    } as const;
  }

  get bytes(): number {
    return this.#sql.total.get() ?? 0;
  }

  get(path: Uint8Array): ShadowFound {
    const row = this.#sql.get.get(path, this.keyId);
    if (row === undefined) return 'no-previous';
    if (row.text === null) return 'quota';
    return { text: inflate(row.text), source: row.source === null ? undefined : inflate(row.source) };
  }

  /** @returns false: it is larger than the quota. */
  put(path: Uint8Array, rules: readonly string[], { text, source }: ShadowText): boolean {
    const packed = deflate(text);
    const packedSource = source === undefined ? null : deflate(source);
    const bytes = packed.length + (packedSource?.length ?? 0) + path.length + ROW_BYTES;
    const fits = bytes <= this.quotaBytes;
    const used = (this.#sql.newest.get() ?? 0) + 1;
    this.#sql.put.run(path, fits ? packed : null, fits ? packedSource : null, this.keyId, fits ? bytes : 0, used);
    for (const rule of rules) this.#sql.claim.run(rule, path);
    this.#makeRoom();
    return fits;
  }

  move(from: Uint8Array, to: Uint8Array): void {
    this.forget(to);
    this.#sql.move.run(to, from);
    this.#sql.moveClaims.run(to, from);
  }

  forget(path: Uint8Array): void {
    this.#sql.forget.run(path);
    this.#sql.forgetClaims.run(path);
  }

  /** What no rule wants any more, and what was made with another key. @param rules  the names of those that there are. */
  prune(rules: readonly string[]): void {
    this.#sql.forgetOthers.run(JSON.stringify(rules));
    this.#sql.forgetUnclaimed.run();
    this.#sql.forgetOtherKeys.run(this.keyId);
    this.#makeRoom();
  }

  #makeRoom(): void {
    while (this.bytes > this.quotaBytes) {
      const oldest = this.#sql.oldest.get();
      if (oldest === undefined) return;
      this.#sql.empty.run(oldest);
    }
  }
}

/** Level 1: three quarters of what level 6 saves, in a third of the time. */
function deflate(text: string): Buffer {
  return zlib().deflateRawSync(Buffer.from(text), { level: 1 });
}

function inflate(bytes: Buffer): string {
  return zlib().inflateRawSync(bytes).toString('utf8');
}
