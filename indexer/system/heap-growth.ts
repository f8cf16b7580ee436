/**
 * How far the heaps of this process grow before V8 collects what is garbage. For threads that begin later; that of the
 * caller follows in Node 20, and mostly not from Node 22 on.
 */
import { setFlagsFromString } from 'node:v8';

/** Of what lives; at least some 8 MB, and what is young comes on top. By itself V8 decides from one moment to the next. */
const SOONER_PERCENT = 100;
const LATER_PERCENT = 400;

/**
 * For a program that stays. Whoever has garbage collected at a moment of their own makes V8 throw away the compiled code
 * that knows shapes of objects of which none lives just then: most of what a flood needs. In collections of its own V8
 * keeps that.
 */
export function collectSooner(): void {
  growBy(SOONER_PERCENT);
}

/** For one that ends with its work. */
export function collectLater(): void {
  growBy(LATER_PERCENT);
}

function growBy(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
