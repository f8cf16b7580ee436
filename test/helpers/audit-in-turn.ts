/**
 * The order of the test files. The kernel's audit is one for the machine, so files that use it wait for each other. One
 * begins for every few others, or they would hold all workers and wait.
 */
import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const OTHERS_BETWEEN = 2;
const USES_AUDIT = /helpers\/(audit-machine|audit-world|auditd)\.js/;

export default class AuditInTurn extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return inTurn(await super.sort(files), ({ moduleId }) => USES_AUDIT.test(readFileSync(moduleId, 'utf8')));
  }
}

/** In their order, with so many others at least between two of the rare as there are. */
export function inTurn<File>(files: readonly File[], isRare: (file: File) => boolean): File[] {
  const rare = files.filter(isRare);
  const others = files.filter((file) => !rare.includes(file));
  const turns = rare.flatMap((file, at) => [file, ...others.slice(at * OTHERS_BETWEEN, (at + 1) * OTHERS_BETWEEN)]);
  return [...turns, ...others.slice(rare.length * OTHERS_BETWEEN)];
}
