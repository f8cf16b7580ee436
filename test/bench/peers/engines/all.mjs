/** The engines that are measured, in the order of the tables. Each says what it needs, what was set, and what it does otherwise. */
import { baloo } from './baloo.mjs';
import { findText } from './find-text.mjs';
import { omega } from './omega.mjs';
import { plocate } from './plocate.mjs';
import { recoll } from './recoll.mjs';
import { ripgrep } from './ripgrep.mjs';
import { tracker } from './tracker.mjs';

export const ENGINES = [findText, recoll, omega, tracker, baloo, ripgrep, plocate];
