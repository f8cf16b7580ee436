/**
 * Stands for vitest in the bundle of the torture run: what helpers of the tests want undone after a test is undone when the run
 * ends.
 */
import { restoreLater } from './machine.js';

type Undo = () => unknown;

let count = 0;

export function onTestFinished(undo: Undo): void {
  restoreLater(`what a helper began (${++count})`, undo);
}

export const afterAll = onTestFinished;
