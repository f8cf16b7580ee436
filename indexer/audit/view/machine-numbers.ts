/**
 * Which machines number things as asm-generic does. MIPS, Alpha, SPARC and PA-RISC have their own errors, signals,
 * sockets, limits and fcntl commands; POWER has its own for mmap, ioctl and a few socket options.
 */
import { MACHINES } from '../records/machines.js';

/** @param arch  as 32 signed bits; a record that tells none is taken for one of a common machine. */
export function hasCommonNumbers(arch: number): boolean {
  return isOneOf(arch, ['common', 'arm', 'ppc']);
}

/** The same for what POWER numbers otherwise. */
export function hasCommonMemoryNumbers(arch: number): boolean {
  return isOneOf(arch, ['common', 'arm']);
}

function isOneOf(arch: number, sets: readonly string[]): boolean {
  return arch === 0 || sets.includes(MACHINES.get(arch)?.flags ?? '');
}
