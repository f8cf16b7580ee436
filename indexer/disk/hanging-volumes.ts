/**
 * Volumes that may hang (network, FUSE): a look at one whose server has gone may never return. A child process asks
 * each of them every few seconds; one that does not answer in time is `silent` until it does. Made by `run` and
 * `rebuild`, asked by looks.ts. Invariant: however many volumes hang, one thread of libuv's pool of four is left for
 * local files.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { hangingPoints, type Mounts } from '../../shared/mounts.js';
import { pathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import type { Probe } from '../../shared/volume-probe.js';
import { inStep } from '../system/in-step.js';
import { isPseudo } from './pseudo-file-systems.js';

export interface HangingVolumesDeps {
  readonly readMounts: () => Mounts;
  /** Default: changes of the mount table are seen with the next round of questions. */
  readonly onMountChange?: (callback: () => void) => { close(): void };
  readonly ask: (point: Buffer) => Probe;
  /** @default 5 s */
  readonly limitMs?: number;
}

export interface VolumeAttendant {
  /** Told before the looks that wait for it are given up. */
  readonly onSilent: (point: Buffer) => void;
  /** It answers again, or is not mounted any more. */
  readonly onBack: (point: Buffer) => void;
}

/** What a look at a volume that does not answer rejects with. */
export class VolumeSilent extends Error {}

interface Look {
  readonly volume: Volume;
  readonly start: () => void;
  readonly giveUp: () => void;
}

interface Volume {
  readonly point: Buffer;
  isSilent: boolean;
  /** It has not answered yet. */
  probe: Probe | undefined;
  askedMs: number;
  /** Threads that wait for it. */
  inFlight: number;
}

const ASK_EVERY_MS = 5_000;
/** A disk that has to spin up, or a distant server, may take seconds. */
const LIMIT_MS = 5_000;
const MAX_LOOKS = 3;
const MAX_LOOKS_PER_VOLUME = 2;

export class HangingVolumes {
  readonly #volumes = new Map<string, Volume>();
  readonly #waiting = new Set<Look>();
  /** Somebody waits for their answer. */
  readonly #running = new Set<Look>();
  #inFlight = 0;
  #roots: readonly Uint8Array[] | undefined;
  #stopAsking = () => {};
  #mountEvents: { close(): void } | undefined;
  #hasGivenUp = false;
  #attendant: VolumeAttendant | undefined;

  constructor(private readonly deps: HangingVolumesDeps) {}

  /** Resolves when every volume that is to be asked has answered or is known to be silent: at once where there is none. */
  async start(): Promise<void> {
    this.#stopAsking = inStep(ASK_EVERY_MS, () => this.#askAll());
    this.#mountEvents = this.deps.onMountChange?.(() => void this.#askNew());
    await Promise.all(this.#askAll());
  }

  /** From now on only volumes are asked that have to do with these folders, and those that somebody looks at. */
  follow(roots: readonly Uint8Array[]): void {
    this.#roots = roots;
  }

  /** From now on looks are tried again. */
  attend(attendant: VolumeAttendant): void {
    this.#attendant = attendant;
    this.tryAgain();
  }

  /** After giveUp: looks are tried again. */
  tryAgain(): void {
    this.#hasGivenUp = false;
  }

  close(): void {
    this.#stopAsking();
    this.#mountEvents?.close();
    for (const { probe } of this.#volumes.values()) probe?.end();
  }

  get silent(): readonly Buffer[] {
    return [...this.#volumes.values()].filter(({ isSilent }) => isSilent).map(({ point }) => point);
  }

  /** A thread waits for a volume: this process cannot end as others do. */
  get isStuck(): boolean {
    return this.#inFlight > 0;
  }

  isSilent(path: Uint8Array): boolean {
    return [...this.#volumes.values()].some(
      ({ point, isSilent }) => (isSilent || this.#hasGivenUp) && isWithin(path, point),
    );
  }

  mayHang(path: Uint8Array): boolean {
    return this.#volumeOf(path) !== undefined;
  }

  /** Rejects with VolumeSilent when the volume of the path does not answer, or ceases to. */
  look<Result>(path: Uint8Array, call: () => Promise<Result>): Promise<Result> {
    const volume = this.#volumes.size > 0 ? this.#volumeOf(path) : undefined;
    if (!volume) return call();
    if (this.isSilent(path)) return Promise.reject(new VolumeSilent());
    this.#askIfNobodyDoes(volume);
    return new Promise((resolve, reject) => {
      const start = () =>
        void call()
          .then(resolve, reject)
          .finally(() => this.#hasEnded(look));
      const look: Look = { volume, start, giveUp: () => reject(new VolumeSilent()) };
      this.#waiting.add(look);
      this.#startWaiting();
    });
  }

  /** Nobody waits for any of these volumes any more: they count as silent. */
  giveUp(): void {
    this.#hasGivenUp = true;
    for (const volume of this.#volumes.values()) this.#giveUpLooks(volume);
  }

  #volumeOf(path: Uint8Array): Volume | undefined {
    let innermost: Volume | undefined;
    for (const volume of this.#volumes.values()) {
      if (isWithin(path, volume.point) && volume.point.length > (innermost?.point.length ?? 0)) innermost = volume;
    }
    return innermost;
  }

  #startWaiting(): void {
    for (const look of this.#waiting) {
      if (this.#inFlight >= MAX_LOOKS) return;
      if (look.volume.inFlight >= MAX_LOOKS_PER_VOLUME) continue;
      this.#waiting.delete(look);
      this.#running.add(look);
      this.#inFlight++;
      look.volume.inFlight++;
      look.start();
    }
  }

  #hasEnded(look: Look): void {
    this.#running.delete(look);
    this.#inFlight--;
    look.volume.inFlight--;
    this.#startWaiting();
  }

  #giveUpLooks(volume: Volume): void {
    for (const looks of [this.#running, this.#waiting]) {
      for (const look of looks) {
        if (look.volume !== volume) continue;
        looks.delete(look);
        look.giveUp();
      }
    }
  }

  #askAll(): Promise<void>[] {
    const wanted = this.#mounted().filter(({ point }) => this.#isWanted(point));
    return wanted.map((volume) => this.#ask(volume));
  }

  #askNew(): Promise<void>[] {
    const known = new Set(this.#volumes.values());
    const fresh = this.#mounted().filter((volume) => !known.has(volume) && this.#isWanted(volume.point));
    return fresh.map((volume) => this.#ask(volume));
  }

  #askIfNobodyDoes(volume: Volume): void {
    if (this.#isWanted(volume.point) || performance.now() - volume.askedMs < ASK_EVERY_MS) return;
    void this.#ask(volume);
  }

  #mounted(): Volume[] {
    const mounts = this.deps.readMounts();
    const points = hangingPoints(mounts).filter((point) => !isPseudo(mounts.get(pathKey(point)) as string));
    this.#forgetAllBut(new Set(points.map(pathKey)));
    return points.map((point) => this.#volumeAt(point));
  }

  #isWanted(point: Buffer): boolean {
    return this.#roots?.some((root) => isWithin(root, point) || isWithin(point, root)) ?? true;
  }

  #volumeAt(point: Buffer): Volume {
    const known = this.#volumes.get(pathKey(point));
    const volume = known ?? {
      point,
      isSilent: false,
      probe: undefined,
      askedMs: Number.NEGATIVE_INFINITY,
      inFlight: 0,
    };
    this.#volumes.set(pathKey(point), volume);
    return volume;
  }

  /** What is not mounted any more cannot hang. */
  #forgetAllBut(points: ReadonlySet<string>): void {
    for (const [key, volume] of this.#volumes) {
      if (points.has(key)) continue;
      this.#volumes.delete(key);
      this.#giveUpLooks(volume);
      this.#setSilent(volume, false);
    }
  }

  /** Resolves with the answer, or when the time for it is over: then the answer is still waited for. */
  async #ask(volume: Volume): Promise<void> {
    if (volume.probe) return;
    const asked = this.deps.ask(volume.point);
    volume.probe = asked;
    volume.askedMs = performance.now();
    const answer = asked.answer.then(() => {
      volume.probe = undefined;
      this.#setSilent(volume, false);
    });
    await Promise.race([answer, pause(this.deps.limitMs ?? LIMIT_MS, undefined, { ref: false })]);
    if (volume.probe === asked) this.#setSilent(volume, true);
  }

  #setSilent(volume: Volume, isSilent: boolean): void {
    if (volume.isSilent === isSilent) return;
    volume.isSilent = isSilent;
    if (isSilent) this.#attendant?.onSilent(volume.point);
    else this.#attendant?.onBack(volume.point);
    if (isSilent) this.#giveUpLooks(volume);
  }
}
