import { describe, expect, it } from 'vitest';
import { UnknownChanges } from '../../../../indexer/sources/audit/unknown-changes.js';

const [A, B] = [Buffer.from('/a'), Buffer.from('/b')];

function watch() {
  const told: string[] = [];
  const unknown = new UnknownChanges((roots) => told.push(roots.map((root) => Buffer.from(root).toString()).join(' ')));
  return { told, unknown };
}

describe('unknown changes', () => {
  it('leave a root incomplete until the last of them is resolved', () => {
    const { told, unknown } = watch();
    unknown.retry(A);
    unknown.retry(A);
    unknown.retry(B);
    unknown.retried(A);
    expect(told).toEqual(['/a', '/a /b']);
    unknown.retried(A);
    unknown.retried(B);
    expect(told.slice(2)).toEqual(['/b', '']);
  });

  it('that are lost do so until a comparison is queued that began after them', async () => {
    const { told, unknown } = watch();
    unknown.retry(A);
    unknown.lose(A);
    unknown.retried(A);
    unknown.lose(B);
    await unknown.find(async () => {
      expect(told.at(-1)).toBe('/a /b');
      unknown.lose(B);
    });
    expect(told).toEqual(['/a', '/a /b', '/b']);
    await unknown.find(async () => {});
    expect(told.at(-1)).toBe('');
  });

  it('stay when the comparison could not be queued', async () => {
    const { told, unknown } = watch();
    unknown.lose(A);
    await expect(unknown.find(() => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
    expect(told).toEqual(['/a']);
  });
});
