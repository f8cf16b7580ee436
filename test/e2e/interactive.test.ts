/** `find-text -i` in a real terminal, beside a real daemon. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { TestEnv } from '../helpers/test-env.js';
import { Tmux, WITHOUT_TMUX } from '../helpers/tmux.js';

const PROGRAM = fileURLToPath(new URL('../../dist/find-text.js', import.meta.url));

function shows(text: string): (rows: readonly string[]) => boolean {
  return (rows) => rows.some((row) => row.includes(text));
}

it.skipIf(WITHOUT_TMUX)(
  `searches as one types, in any size, without the daemon, too, and leaves the terminal as it was${WITHOUT_TMUX ? ` (${WITHOUT_TMUX})` : ''}`,
  async () => {
    const env = new TestEnv();
    writeFileSync(env.path('りんご.txt'), 'an apple\nof two lines\n');
    writeFileSync(env.path('תפוח.txt'), 'a red apple');
    writeFileSync(env.path('odd\x1b[2J.txt'), 'an odd apple');
    const daemon = await env.startDaemon();
    await env.untilSettled();
    const tmux = new Tmux(env.env);
    tmux.type(`'${process.execPath}' '${PROGRAM}' -i`);
    tmux.press('Enter');
    await tmux.until('the prompt is there', ([first]) => first === '>');
    const hearsMouse = () => tmux.run('display-message', '-p', '#{mouse_any_flag}').trim();
    expect(hearsMouse()).toBe('1');

    tmux.type('appl');
    const rows = await tmux.until('all are found', shows('3 files'));
    expect(rows).toHaveLength(24);
    expect(rows.join('\n')).toContain('odd\\x1b[2J.txt');
    tmux.type('\x1b[<0;9;4M');
    await tmux.until('the second is chosen', ([, , , second]) => second?.startsWith('>') === true);
    tmux.type('e line');
    await tmux.until('one is found, and its text is shown', shows('2 of two lines'));
    expect(tmux.rows().filter((row) => row.includes('りんご.txt'))).toHaveLength(2);
    tmux.press('C-y');
    await tmux.until('the path is copied', shows('copied, if this terminal allows it'));
    expect(tmux.run('show-buffer')).toBe(env.path('りんご.txt'));

    tmux.run('resize-window', '-x', '40', '-y', '10');
    await tmux.until('it is smaller', (small) => small.length === 10 && small[1]?.length === 40);
    await daemon.end('SIGKILL');
    await tmux.until('it says that the daemon has ended', shows('find-textd has ended'));
    tmux.press('C-u');
    tmux.type('red');
    await tmux.until('the index itself answers', shows('תפוח.txt'));

    tmux.press('C-z');
    await tmux.until('the shell is there', shows('Stopped'));
    expect(hearsMouse()).toBe('0');
    tmux.type('fg');
    tmux.press('Enter');
    await tmux.until('it goes on', shows('> red'));
    tmux.press('C-c');
    await tmux.until('the shell asks again', (after) => /^[#$]$/.test(after.filter(Boolean).at(-1)?.trim() ?? ''));
    tmux.type(`s=$?; stty -a | grep -o ' icanon'; echo "status=$s"`);
    tmux.press('Enter');
    const left = await tmux.until('its status is told', shows('status=130'));
    expect(left).toContain(' icanon');
    expect(hearsMouse()).toBe('0');
  },
);
