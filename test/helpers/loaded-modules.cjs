/** Preloaded into a program: writes at its end which modules of Node it has loaded, to the file that LOADED_MODULES names. */
const { writeFileSync } = require('node:fs');
process.on('exit', () => writeFileSync(process.env.LOADED_MODULES, process.moduleLoadList.join('\n')));
