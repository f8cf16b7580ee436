/** `find-textd audit install`: shows what it will do, does it, and proves that it works. */
import { readFileSync, utimesSync } from 'node:fs';
import { cleanText, displayPath } from '../../../shared/path-text.js';
import type { AuditConfig, ReadWatch, WatchedRoot } from '../plugin/audit-config.js';
import { isFresh, readPluginStatus } from '../plugin/plugin-status.js';
import { whyUntrusted } from '../plugin/trusted-path.js';
import { makeFolder, runPlanned, writePlanned } from './apply-plan.js';
import { type AuditPaths, auditPaths } from './audit-paths.js';
import { AuditdService } from './auditd-service.js';
import { diagnose } from './diagnose.js';
import { type Facts, findTools, gatherFacts, readText, type Tools } from './facts.js';
import { parseKernelState } from './kernel-state.js';
import { foldersOf, type Plan, planInstall, type Wanted } from './plan.js';
import { describeProof, type Proof, prove } from './prove.js';
import { proveReads } from './prove-reads.js';
import { type RunCommand, runCommand } from './run-command.js';
import type { SetupContext } from './setup-context.js';
import { setupError } from './setup-error.js';
import { showAdvice, showPlan } from './show-plan.js';
import { boundAgain, invoker, ownFolders, wantedRoots } from './wanted-roots.js';

export interface InstallOptions {
  /** Only shows the plan. */
  readonly dryRun?: boolean;
  /** Name or number of the user who reads the log. */
  readonly owner?: string;
  /** What a root's owner wants to know the readers of. Missing: nobody asks. */
  readonly readsOf?: ReadsOf;
}

/**
 * @param home  of the owner
 * @param ownFile  his configuration file, where it is known
 */
export type ReadsOf = (
  root: Pick<WatchedRoot, 'path' | 'owner'>,
  home: string | undefined,
  ownFile: string | undefined,
) => ReadWatch | undefined;

/** What an installation works on; tests have a machine of their own. */
export interface SetupParts {
  readonly paths: AuditPaths;
  readonly tools: Tools;
  readonly run: RunCommand;
  /** The built plugin. */
  readonly program: string;
}

const FOR_DAEMONS =
  'a find-textd that runs with `source = auto` takes it up within 10 s after it is ready, if every folder that it indexes ' +
  'is watched; with another source, start it anew';
const START_MS = 5000;
const POLL_MS = 50;

/**
 * @param directories  folders to watch; without any, those of the last time.
 * @throws FindTextError when something is in the way; when changes do not arrive afterwards, its hint says why.
 */
export async function auditInstall(
  context: SetupContext,
  directories: readonly string[],
  options: InstallOptions = {},
  parts: SetupParts = systemParts(),
): Promise<void> {
  const gathered = gatherFacts(parts.paths, parts.tools, parts.run);
  const asked = askedBy(context, gathered, options.readsOf);
  const { facts, loose } = bindAgain(asked.facts);
  const plan = planInstall(facts, {
    ...wanted(context, directories, { ...options, ...facts, ...parts, withReads: asked.withReads }),
    loose,
  });
  const [refusal] = plan.refusals;
  if (refusal !== undefined) throw setupError('install the audit plugin', plan.refusals.join('; '));
  context.stdout.write(showPlan(plan));
  if (options.dryRun) return void context.stdout.write(showAdvice(plan));
  if (process.geteuid?.() !== 0) throw notRoot('install the audit plugin');
  await apply(context, plan, facts, parts);
  context.stdout.write(`done\n${FOR_DAEMONS}\n`);
  await proveAll(context, plan, facts, parts);
  context.stdout.write(showAdvice(plan));
}

export function systemParts(): SetupParts {
  const program = new URL('./find-text-audit.js', import.meta.url).pathname;
  return { paths: auditPaths(), tools: findTools(), run: runCommand, program };
}

export function notRoot(doing: string): Error {
  return setupError(
    doing,
    'only root may do that',
    'Run the same command with sudo, or with --dry-run to see what it does.',
  );
}

type WithReads = <Root extends Pick<WatchedRoot, 'path' | 'owner'>>(root: Root) => Root & Pick<WatchedRoot, 'reads'>;

/** The wishes of before may be others now. */
function askedBy({ locations }: SetupContext, facts: Facts, readsOf: ReadsOf | undefined) {
  const { accounts, config } = facts;
  const by = invoker(locations);
  const withReads: WithReads = (root) => {
    const home = accounts.find(({ uid }) => uid === root.owner.uid)?.home;
    const ownFile = root.owner.uid === by.uid ? by.locations?.configFile : undefined;
    const reads = readsOf?.(root, home, ownFile);
    const { reads: _, ...rest } = root as Root & Pick<WatchedRoot, 'reads'>;
    return (reads ? { ...rest, reads } : rest) as typeof root;
  };
  return { withReads, facts: config ? { ...facts, config: { ...config, roots: config.roots.map(withReads) } } : facts };
}
type Root = Pick<WatchedRoot, 'path' | 'owner'>;

/** The folders of before may have been replaced since. */
function bindAgain(facts: Facts): { readonly facts: Facts; readonly loose: ReadonlyMap<WatchedRoot, string> } {
  const { config } = facts;
  if (!config) return { facts, loose: new Map() };
  const { roots, loose } = boundAgain(config.roots);
  return { facts: { ...facts, config: { ...config, roots } }, loose };
}

function wanted(
  context: SetupContext,
  directories: readonly string[],
  {
    owner,
    accounts,
    program,
    withReads,
  }: Pick<InstallOptions, 'owner'> &
    Pick<Facts, 'accounts'> &
    Pick<SetupParts, 'program'> & { readonly withReads: WithReads },
): Wanted {
  const by = invoker(context.locations);
  const roots = wantedRoots(directories, owner, accounts, by).map(withReads);
  return { roots, ownFolders: ownFolders(roots, accounts, by), program: readProgram(program, by.uid) };
}

/** What runs as root must be what the person who installs it has, not what others put there. */
function readProgram(program: string, uid: number): Buffer {
  const why = whyUntrusted(program, { trustedUids: [0, uid], forbidden: 0o002 });
  const hint = 'Type it with sudo as the owner of find-text, or install that as root; nobody else may write there.';
  if (why) throw setupError(`copy ${program}`, why, hint);
  return readFileSync(program);
}

async function apply(context: SetupContext, plan: Plan, facts: Facts, { run, paths }: SetupParts): Promise<void> {
  for (const folder of foldersOf(plan)) makeFolder(folder);
  for (const file of plan.files) writePlanned(file);
  if (readPluginStatus(paths.statusFile)?.looseRoots) makeNew(paths.configFile);
  const service = new AuditdService(facts.tools, run);
  const startedMs = Date.now();
  if (plan.auditd === 'reload') service.reload();
  for (const command of plan.after) runPlanned(command, run);
  const mustRestart = plan.auditd === 'restart' || !(await isPluginRunning(paths, startedMs));
  if (mustRestart && service.canRestart) context.stdout.write(lostText(await service.restart()));
  if (mustRestart) await isPluginRunning(paths, startedMs);
}

/** Paths with blanks cannot be given back as `auditctl -l` shows them. */
export function lostText(rules: readonly string[]): string {
  return rules
    .map((rule) => `note: load this rule again, which a restart of auditd has dropped: ${cleanText(rule)}\n`)
    .join('');
}

/** A plugin that has dropped root cannot look at a folder again: it starts anew when its configuration is new. */
function makeNew(file: string): void {
  const now = new Date();
  utimesSync(file, now, now);
}

/** Waits: it starts with the next record after the signal. */
async function isPluginRunning({ statusFile }: AuditPaths, sinceMs: number): Promise<boolean> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const status = readPluginStatus(statusFile);
    if (status?.isRunning && status.atMs >= sinceMs && isFresh(status, Date.now())) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

async function proveAll(context: SetupContext, plan: Plan, facts: Facts, parts: SetupParts): Promise<void> {
  const { config } = plan;
  if (!config) return;
  const proofs: Proof[] = [];
  for (const root of config.roots.filter((each) => !plan.loose.has(each)))
    for await (const proof of proofsOf(config, root, parts.run)) {
      context.stdout.write(`${describeProof(proof)}\n`);
      proofs.push(proof);
    }
  const unseen = proofs.filter((proof) => proof.kind === 'unseen');
  if (unseen.length === 0) return;
  const causes = whyUnseen(
    facts,
    parts,
    config.roots.map(({ key }) => key),
  );
  const isNone = ({ isAll, about }: (typeof unseen)[number]) => isAll && about === 'changes';
  const partly = unseen.filter((proof) => !isNone(proof)).map(missingText);
  const none = unseen.filter(isNone).map(({ folder }) => `none arrived from ${displayPath(folder)}`);
  const hints = partly.length > 0 ? [OTHER_RULE, ...causes] : causes;
  throw setupError('prove that changes are seen', [...none, ...partly].join('; '), hints.join('\n  '));
}

async function* proofsOf(config: AuditConfig, root: WatchedRoot, run: RunCommand): AsyncGenerator<Proof> {
  const proof = await prove(config, root, run);
  yield proof;
  if (proof.kind === 'seen') yield* await proveReads(config, root, run);
}

const OTHER_RULE = 'a rule that comes before ours leaves these calls out: see `auditctl -l` for rules with `never`';

function missingText({ folder, missing }: { readonly folder: Buffer; readonly missing: readonly string[] }): string {
  return `${missing.join(', ')} did not arrive from ${displayPath(folder)}`;
}

function whyUnseen({ tools, deniesJit }: Facts, { run, paths }: SetupParts, keys: readonly string[]): string[] {
  const auditctl = tools.auditctl ?? 'auditctl';
  return diagnose({
    kernel: parseKernelState(run([auditctl, '-s'])),
    rules: run([auditctl, '-l']).output,
    keys,
    status: readPluginStatus(paths.statusFile),
    deniesJit,
    isSelinuxEnforcing: readText('/sys/fs/selinux/enforce')?.trim() === '1',
    nowMs: Date.now(),
  });
}
