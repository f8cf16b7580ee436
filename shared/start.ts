/** What is started as find-textd. */
import { runProgram } from './run-program.js';

runProgram();
