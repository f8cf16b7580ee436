/** One object, as `find-textd doctor --json` prints it. docs/doctor-json.md is its contract. */
import { type Diagnosis, exitStatus } from './diagnose.js';
import { type Area, FINDINGS, type FindingName } from './finding.js';

export interface DoctorJson {
  readonly isWell: boolean;
  readonly findings: readonly {
    readonly finding: FindingName;
    readonly area: Area;
    readonly level: 'problem' | 'note';
    readonly text: string;
    readonly why: string;
    readonly repair: string | null;
    readonly advice: string | null;
  }[];
  readonly unseen: readonly { readonly text: string; readonly command: string | null }[];
}

export function toDoctorJson(diagnosis: Diagnosis): DoctorJson {
  return {
    isWell: exitStatus(diagnosis) === 0,
    findings: diagnosis.findings.map(({ finding, text, repair = null, advice = null }) => {
      const { area, level, why } = FINDINGS[finding];
      return { finding, area, level, text, why, repair, advice };
    }),
    unseen: diagnosis.unseen.map(({ text, command = null }) => ({ text, command })),
  };
}
