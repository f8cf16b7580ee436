/** A file and its line, as each tool prints them. */
import { describe, expect, it } from 'vitest';
import { placesIn } from '../../../../shared/search/pasted/places.js';

function placed(text: string): (string | number)[][] {
  return placesIn(text).map(({ path, line, column }) => (column === undefined ? [path, line] : [path, line, column]));
}

describe('placesIn', () => {
  it.each<[string, (string | number)[]]>([
    ['parser.c:12', ['parser.c', 12]],
    ['src/lib/parser.c:12:5', ['src/lib/parser.c', 12, 5]],
    ['./a/b.ts:3:14 - error TS2322: Type', ['./a/b.ts', 3, 14]],
    ['main.ts(7,2): error TS2322', ['main.ts', 7, 2]],
    ['Makefile:3: *** missing separator.  Stop.', ['Makefile', 3]],
    ['  File "/usr/lib/a b/x.py", line 12, in main', ['/usr/lib/a b/x.py', 12]],
    ['File "bar.ml", line 3, characters 5-9:', ['bar.ml', 3, 5]],
    ['    at run (/home/ann/app/index.js:10:15)', ['/home/ann/app/index.js', 10, 15]],
    ['    at async file:///home/ann/app/index.mjs:10:15', ['/home/ann/app/index.mjs', 10, 15]],
    ['run@http://localhost:8080/js/app.js:10:15', ['/js/app.js', 10, 15]],
    ['\tat com.example.Tool$Part.run(Tool.java:42)', ['com/example/Tool.java', 42]],
    ['\tat java.base/java.util.ArrayList.get(ArrayList.java:427)', ['java/util/ArrayList.java', 427]],
    ['   at App.Tool.Run(String x) in C:\\work\\app\\Tool.cs:line 12', ['C:\\work\\app\\Tool.cs', 12]],
    ['\t/home/ann/go/src/x/main.go:12 +0x1d', ['/home/ann/go/src/x/main.go', 12]],
    ["thread 'main' panicked at src/main.rs:4:5:", ['src/main.rs', 4, 5]],
    ['  --> src/main.rs:4:5', ['src/main.rs', 4, 5]],
    ["/srv/app/models/user.rb:12:in `save'", ['/srv/app/models/user.rb', 12]],
    ['#3 /var/www/index.php(12): main()', ['/var/www/index.php', 12]],
    ['PHP Fatal error:  Oops in /var/www/index.php on line 12', ['/var/www/index.php', 12]],
    ['Died at /srv/x.pl line 12.', ['/srv/x.pl', 12]],
    ['#0  main (argc=1) at hello.c:12', ['hello.c', 12]],
    ['==1== by 0x1091: main (hello.c:12)', ['hello.c', 12]],
    ['deploy.sh: line 12: foo: command not found', ['deploy.sh', 12]],
    ['aa.js, line 1', ['aa.js', 1]],
    ['    (app 0.1.0) lib/app/x.ex:12: App.X.run/1', ['lib/app/x.ex', 12]],
    ['tests/test_x.py:12: AssertionError', ['tests/test_x.py', 12]],
    ['https://example.org/o/r/blob/main/src/x.c#L12-L20', ['/o/r/blob/main/src/x.c', 12]],
    ['package:app/main.dart 12:5', ['app/main.dart', 12, 5]],
    ['src/x.c|12 col 5| error', ['src/x.c', 12, 5]],
    ['In file included from /usr/include/x.h:12,', ['/usr/include/x.h', 12]],
    ['pages/[id].tsx:12:3', ['pages/[id].tsx', 12, 3]],
    ['naïve/données.py:12', ['naïve/données.py', 12]],
  ])('%s', (text, place) => {
    expect(placed(text)).toEqual([place]);
  });

  it.each(['12:30', '2.10:1', 'f(3)', 'note: 12', 'a:1', 'line 12', 'https://example.org:8080', 'x.c:0', 'C++:17'])(
    'none in %s',
    (text) => {
      expect(placed(text)).toEqual([]);
    },
  );

  it('finds each line of a trace', () => {
    const trace = 'Traceback:\n  File "a/x.py", line 1, in f\n    g()\n  File "a/y.py", line 2, in g\nValueError: no';
    expect(placed(trace)).toEqual([
      ['a/x.py', 1],
      ['a/y.py', 2],
    ]);
  });

  it.each(['a', 'a.', '/b', ':1', '(1,', 'a.b(', '"', '-a', 'x.c:1 ', "'a", ' line 1', '\\', '://'])(
    'twenty thousand letters of %s are looked through at once',
    (piece) => {
      expect(placesIn(piece.repeat(20_000 / piece.length)).length).toBeLessThan(10_000);
    },
  );
});
