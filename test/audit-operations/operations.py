#!/usr/bin/env python3
"""Everything a program can do to files, for tests of what audit sees.

  operations.py TREE BESIDE [FAMILY...]

Without names all families are run but `unseen`: what the kernel does not tell of with a rule on TREE.

Makes what has to be there before (rename sources, a git work tree, ...), says `prepared`, waits for a line on stdin, then does
all operations. Every operation runs in a process of its own. BESIDE lies on the same file system, outside TREE. An operation that cannot be
done here (missing program, old kernel) is named on stderr and left out; one that fails unexpectedly too, and then the exit
code is 1. When it ends, nothing changes any more.
"""
import ctypes, errno, fcntl, mmap, os, shutil, socket, sqlite3, struct, subprocess, sys, time

TREE = BESIDE = b''
FAMILIES = {}
CALLS = {'open': 2, 'truncate': 76, 'openat2': 437, 'renameat2': 316, 'linkat': 265, 'fchmodat2': 452,
         'name_to_handle_at': 303, 'open_by_handle_at': 304, 'io_uring_setup': 425, 'io_uring_enter': 426}
HERE, EXCHANGE, NO_REPLACE = -100, 2, 1
WRITE, BOTH, NEW, CUT, END, ONLY_NEW = os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_EXCL
LIBC = ctypes.CDLL(None, use_errno=True)
NOT_HERE = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTTY)
failed = []


def tree(*parts):
    return os.path.join(TREE, *[os.fsencode(part) for part in parts])


def beside(*parts):
    return os.path.join(BESIDE, *[os.fsencode(part) for part in parts])


def call(name, *args):
    LIBC.syscall.restype = ctypes.c_long
    converted = [ctypes.c_char_p(arg) if isinstance(arg, bytes) else ctypes.c_long(arg) if isinstance(arg, int) else arg
                 for arg in args]
    result = LIBC.syscall(ctypes.c_long(CALLS[name]), *converted)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def put(path, text=b'seedword\n'):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(text)


def write(path, flags, text=b'written\n', dir_fd=None):
    fd = os.open(path, flags, 0o644, dir_fd=dir_fd)
    os.write(fd, text)
    os.close(fd)


def family(function):
    """The function is a generator: what comes before its `yield` prepares, what comes after are the operations."""
    FAMILIES[function.__name__] = function
    return function


def op(name, work, fails_with=None):
    pid = os.fork()
    if pid == 0:
        code = 0
        try:
            work()
        except OSError as error:
            code = 0 if error.errno == fails_with else 2 if error.errno in NOT_HERE else 1
            if code:
                sys.stderr.write(f'{name}: {error}\n')
        except Exception as error:
            sys.stderr.write(f'{name}: {error!r}\n')
            code = 1
        os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1:
        failed.append(name)


def shell(name, script, needs=(), cwd=None):
    missing = [program for program in needs if shutil.which(program) is None]
    if missing:
        sys.stderr.write(f'{name}: left out, no {missing[0]}\n')
        return

    def work():
        env = {**os.environ, 'TREE': os.fsdecode(TREE), 'BESIDE': os.fsdecode(BESIDE)}
        subprocess.run(['sh', '-ec', script], cwd=cwd or BESIDE, env=env, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    op(name, work)


def inside(folder, work):
    def there():
        os.chdir(folder)
        work()
    return there


@family
def open_flags():
    for name in ('over', 'end', 'unwritten', 'known', 'read'):
        put(tree('open', name))
    yield
    at = lambda name: tree('open', name)
    op('new only', lambda: write(at('new'), WRITE | NEW | ONLY_NEW))
    op('O_CREAT of a known one', lambda: write(at('known'), WRITE | NEW))
    op('cut and write', lambda: write(at('over'), WRITE | CUT))
    op('append', lambda: write(at('end'), WRITE | END))
    op('open for both, write nothing', lambda: os.close(os.open(at('unwritten'), BOTH)))
    op('read only', lambda: os.close(os.open(at('read'), os.O_RDONLY)))
    op('empty', lambda: os.close(os.open(at('empty'), WRITE | NEW)))
    op('old open call', lambda: os.write(call('open', at('old-call'), WRITE | NEW, 0o644), b'oldcall'))


@family
def redirects():
    put(tree('sh', 'b'))
    put(tree('sh', 'c'))
    yield
    shell('redirects', 'cd "$TREE/sh"; echo hi > a; echo more >> b; : > c; echo one > sub; echo two >> sub')
    shell('touch', 'touch "$TREE/sh/t" "$TREE/sh/b"')
    shell('cp, mv, dd', 'cd "$TREE/sh"; cp b b2; mv b2 b3; cp -a b3 b4; dd if=/dev/zero of=dd bs=1k count=3')


@family
def write_after_open():
    for name in ('late', 'mapped', 'passed', 'inherited'):
        put(tree('after', name), b'z' * 8192)
    yield

    def late():
        fd = os.open(tree('after', 'late'), WRITE | END)
        for word in (b'latefirst\n', b'latesecond\n'):
            time.sleep(0.8)
            os.write(fd, word)

    def mapped():
        fd = os.open(tree('after', 'mapped'), BOTH)
        memory = mmap.mmap(fd, 8192)
        os.close(fd)
        time.sleep(0.6)
        memory[0:12] = b'mappedwords '
        memory.flush()
        memory.close()

    def inherited():
        fd = os.open(tree('after', 'inherited'), WRITE | END)
        if os.fork() == 0:
            time.sleep(0.7)
            os.write(fd, b' inheritedword\n')
            os._exit(0)
        os.close(fd)
        os.wait()

    def passed():
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            fd = socket.recv_fds(theirs, 10, 1)[1][0]
            time.sleep(0.5)
            os.pwrite(fd, b'passedword ', 0)
            os._exit(0)
        fd = os.open(tree('after', 'passed'), BOTH)
        socket.send_fds(ours, [b'x'], [fd])
        os.close(fd)
        os.wait()
    op('written late', late)
    op('written through a mapping', mapped)
    op('written by a child', inherited)
    op('written by whom it was passed to', passed)


@family
def truncate_and_copy():
    for name in ('cut', 'fcut', 'grown', 'from', 'ranged', 'sent', 'again'):
        put(tree('trunc', name), b'z' * 8192)
    yield
    at = lambda name: tree('trunc', name)
    op('truncate', lambda: call('truncate', at('cut'), 5))
    op('ftruncate', lambda: os.ftruncate(os.open(at('fcut'), BOTH), 9))
    op('fallocate', lambda: os.posix_fallocate(os.open(at('grown'), BOTH), 0, 16384))
    op('copy_file_range', lambda: os.copy_file_range(os.open(at('from'), os.O_RDONLY), os.open(at('ranged'), WRITE), 100))
    op('sendfile', lambda: os.sendfile(os.open(at('sent'), WRITE), os.open(beside('sent-from'), os.O_RDONLY), 0, 9))
    op('through /proc/self/fd', lambda: write(b'/proc/self/fd/%d' % os.open(at('again'), os.O_RDONLY), WRITE | END, b'again'))


@family
def nameless_files():
    os.makedirs(tree('nameless'), exist_ok=True)
    yield

    def make(publish):
        def work():
            fd = os.open(tree('nameless'), os.O_TMPFILE | BOTH, 0o644)
            os.write(fd, b'nameless words')
            publish(fd)
        return work
    op('linked by /proc', make(lambda fd: call('linkat', HERE, b'/proc/self/fd/%d' % fd, HERE, tree('nameless', 'a'), 0x400)))
    op('linked by descriptor', make(lambda fd: call('linkat', fd, b'', HERE, tree('nameless', 'b'), 0x1000)))
    op('dropped', make(os.close))


@family
def renames():
    for name in ('a', 'cross', 'over', 'overwritten', 'x1', 'x2', 'leaves', 'k1', 'k2', 'same', 'dir/deep/f', 'dir/g',
                 'dirx/h', 'mixed-dir/i', 'leavesdir/k/l'):
        put(tree('ren', name), name.encode())
    put(tree('ren', 'mixed-file'), b'mixed')
    os.makedirs(tree('ren', 'target'), exist_ok=True)
    put(beside('comes'), b'comes')
    put(beside('comesdir', 'x', 'y'), b'comes along')
    yield
    at = lambda name: tree('ren', name)
    move = lambda a, b: (lambda: os.rename(at(a), at(b)))
    exchange = lambda a, b: (lambda: call('renameat2', HERE, at(a), HERE, at(b), EXCHANGE))
    op('in its folder', move('a', 'a2'))
    op('to another folder', move('cross', 'target/cross'))
    op('over another', move('over', 'overwritten'))
    op('a folder', move('dir', 'dir-moved'))
    op('a folder into another', move('dirx', 'target/dirx'))
    op('exchange', exchange('x1', 'x2'))
    op('exchange of folder and file', exchange('mixed-dir', 'mixed-file'))
    op('out', lambda: os.rename(at('leaves'), beside('left')))
    op('in', lambda: os.rename(beside('comes'), at('came')))
    op('a folder in', lambda: os.rename(beside('comesdir'), at('camedir')))
    op('a folder out', lambda: os.rename(at('leavesdir'), beside('leftdir')))
    op('onto itself', move('same', 'same'))
    op('relative', inside(at('target'), lambda: os.rename('cross', '../cross3')))
    op('refused', lambda: call('renameat2', HERE, at('k1'), HERE, at('k2'), NO_REPLACE), errno.EEXIST)


@family
def rename_chains():
    for name in ('swap/a/f', 'swap/b/f', 'chain/x', 'big/1/2/3/f'):
        put(tree('chains', name), name.encode())
    yield
    at = lambda name: tree('chains', name)
    op('exchange of folders', lambda: call('renameat2', HERE, at('swap/a'), HERE, at('swap/b'), EXCHANGE))
    op('written after it', lambda: write(at('swap/a/f'), WRITE | END))

    def chain():
        for a, b in ((b'x', b'y'), (b'y', b'z'), (b'z', b'x'), (b'x', b'../x9')):
            os.rename(a, b)

    def nested():
        os.rename(at('big/1'), at('big/one'))
        os.rename(at('big/one/2'), at('big/two'))
        write(at('big/two/3/f'), WRITE | END)
        os.rename(at('big'), at('BIG'))

    def rotate():
        for n in range(3):
            write(at(f'log.{n}'), WRITE | NEW, b'log %d' % n)
        for n in (2, 1, 0):
            os.rename(at(f'log.{n}'), at(f'log.{n + 1}'))
        write(at('log.0'), WRITE | NEW, b'newest')
    op('a name after the other', inside(at('chain'), chain))
    op('folders in moved folders', nested)
    op('log rotation', rotate)


@family
def links():
    for name in ('f', 'gone', 'many/a/b/c', 'many/a/d', 'many/e'):
        put(tree('links', name))
    put(beside('outer'), b'outer')
    os.makedirs(tree('links', 'empty-dir'), exist_ok=True)
    yield
    at = lambda name: tree('links', name)
    op('hard link', lambda: os.link(at('f'), at('f2')))
    op('hard link from outside', lambda: os.link(beside('outer'), at('outer2')))
    op('symlinks', lambda: (os.symlink(b'f', at('sl')), os.symlink(b'/no/where', at('dangling'))))
    op('written by the second name', lambda: write(at('f2'), WRITE | END, b'secondname'))
    op('unlink', lambda: os.unlink(at('gone')))
    op('unlink of one name of two', lambda: os.unlink(at('f2')))
    op('unlink of a symlink', lambda: os.unlink(at('sl')))
    op('mkdir', lambda: os.mkdir(at('nd')))
    op('in the new folder', lambda: write(at('nd/x'), WRITE | NEW))
    op('folders in folders', lambda: (os.makedirs(at('p/q/r')), write(at('p/q/r/s'), WRITE | NEW)))
    op('rmdir', lambda: os.rmdir(at('empty-dir')))
    op('fifo', lambda: os.mkfifo(at('fifo')))
    op('socket', inside(at(''), lambda: socket.socket(socket.AF_UNIX).bind('sock')))
    shell('rm -r', 'rm -r "$TREE/links/many"')
    op('created and deleted', lambda: (write(at('short'), WRITE | NEW), os.unlink(at('short'))))


@family
def attributes():
    for name in 'abcdefgh':
        put(tree('attr', name))
    os.symlink(b'a', tree('attr', 'sl'))
    yield
    at = lambda name: tree('attr', name)
    op('chmod', lambda: os.chmod(at('a'), 0o600))
    op('fchmod', lambda: os.fchmod(os.open(at('b'), os.O_RDONLY), 0o600))
    op('chown', lambda: os.chown(at('c'), 1234, 1234))
    op('lchown', lambda: os.lchown(at('sl'), 1, 1))
    op('fchown', lambda: os.fchown(os.open(at('d'), os.O_RDONLY), 1, 1))
    op('setxattr', lambda: os.setxattr(at('e'), b'user.k', b'v'))
    op('fchmodat2', lambda: call('fchmodat2', HERE, at('f'), 0o600, 0))
    op('chmod through a symlink', lambda: os.chmod(at('sl'), 0o640))
    op('chmod of a folder', lambda: os.chmod(at(''), 0o755))


@family
def editors():
    for name in ('v.txt', 's.txt', 'p.txt', 'e.txt'):
        put(tree('ed', name), b'one\ntwo\n')
    yield
    shell('vim', '''vim -u NONE -N -es -c 's/two/zwei/e' -c wq "$TREE/ed/v.txt"''', ['vim'])
    shell('sed -i', 'sed -i s/one/uno/ s.txt', cwd=tree('ed'))
    shell('perl -i', "perl -i.bak -pe 's/one/uno/' p.txt", ['perl'], tree('ed'))

    def save():
        write(tree('ed', '.e.txt.tmp'), WRITE | NEW | ONLY_NEW, b'saved')
        os.rename(tree('ed', '.e.txt.tmp'), tree('ed', 'e.txt'))
    op('saved by renaming', save)


@family
def programs():
    for n in range(3):
        put(beside('src', f'd{n}', f'f{n}'), b'source %d' % n)
        for k in range(3):
            put(tree('prog', 'rm', f'd{n}', f'e{k}', 'f'))
            put(tree('prog', 'find', f'd{n}', f'f{k}'))
    put(tree('prog', 'rs', 'd0', 'f0'), b'old')
    put(tree('prog', 'rs', 'gone'))
    put(tree('prog', 'shut', 'a', 'b', 'c'))
    subprocess.run(['tar', 'cf', beside('src.tar'), '-C', beside('src'), '.'], check=True)
    if shutil.which('git'):
        subprocess.run(['sh', '-ec', '''cd "$1"; git init -q -b main git; cd git; git config user.email a@b; git config user.name n
            git config gc.auto 0; echo apple > a; mkdir k; echo pear > k/b; git add .; git commit -qm 1; git checkout -qb other
            echo plum > a; rm k/b; echo fig > c; git add -A; git commit -qm 2''', 'sh', tree('prog')], check=True)
    yield
    shell('tar -C', 'mkdir "$TREE/prog/tar"; tar xf "$BESIDE/src.tar" -C "$TREE/prog/tar"', ['tar'])
    shell('tar', 'mkdir tar2; cd tar2; tar xf "$BESIDE/src.tar"', ['tar'], tree('prog'))
    shell('rsync', 'rsync -a --delete "$BESIDE/src/" "$TREE/prog/rs/"', ['rsync'])
    shell('rsync in place', 'echo more >> "$BESIDE/src/d0/f0"; rsync -a --inplace "$BESIDE/src/" "$TREE/prog/rs/"', ['rsync'])
    shell('git checkout', 'git checkout -q main', ['git'], tree('prog', 'git'))
    shell('git commit', 'echo z > z; git add z; git commit -qm z', ['git'], tree('prog', 'git'))
    shell('cp -a', 'cp -a "$BESIDE/src" "$TREE/prog/cpa"')
    shell('rm -rf', 'rm -rf "$TREE/prog/rm"')
    shell('find -delete', 'find "$TREE/prog/find" -delete', ['find'])
    op('rmtree', lambda: shutil.rmtree(tree('prog', 'shut')))
    shell('install', 'install -m 600 -D "$BESIDE/src/d0/f0" "$TREE/prog/inst/x/y"')
    shell('mv from another file system', '''d=$(mktemp -d /dev/shm/find-text.XXXXXX); echo far > $d/one; mkdir $d/dd
        echo farther > $d/dd/two; mv $d "$TREE/prog/mv-in"''')
    shell('four at once', '''for w in 1 2 3 4; do (mkdir "$TREE/prog/w$w"; cd "$TREE/prog/w$w"; for n in 1 2 3 4 5 6; do
        echo $w$n > n$n; mv n$n r$n; done; rm r3; echo end >> r4) & done; wait''')


@family
def databases():
    for name in ('rollback', 'wal', 'open'):
        db = sqlite3.connect(os.fsdecode(tree('db', name)) if os.makedirs(tree('db'), exist_ok=True) is None else '')
        if name == 'wal':
            db.execute('pragma journal_mode=wal')
        db.execute('create table t(a)')
        db.commit()
        db.close()
    yield

    def insert(name, times):
        db = sqlite3.connect(os.fsdecode(tree('db', name)))
        for n in range(times):
            db.execute('insert into t values(?)', (n,))
            db.commit()
            time.sleep(0.15)
        db.close()
    op('with a journal', lambda: insert('rollback', 1))
    op('with a write-ahead log', lambda: insert('wal', 2))
    op('many times over one connection', lambda: insert('open', 4))


@family
def by_descriptor():
    for name in ('d/known', 'd/cut', 'd/gone', 'd/moved', 'd/mode', 'd/sub/deep', 'q/aa', 'q/bb', 'z/aa', 'z/bb',
                 'q/swapped', 'z/swapped', 'q/kept', 'node_modules/a/b/c', 'node_modules/a/d'):
        put(tree('fd', name), name.encode())
    os.makedirs(tree('fd', 'other'), exist_ok=True)
    yield

    def at(work, folder='d'):
        def there():
            os.chdir('/')
            work(os.open(tree('fd', folder), os.O_RDONLY | os.O_DIRECTORY))
        return there

    def beneath(d):
        how = ctypes.create_string_buffer(struct.pack('QQQ', WRITE | END, 0, 8), 24)
        os.write(call('openat2', d, b'known', ctypes.byref(how), ctypes.c_long(24)), b'beneath')

    def from_z(work):
        def there():
            os.chdir(tree('fd', 'z'))
            work(os.open(tree('fd', 'q'), os.O_RDONLY))
        return there
    op('append', at(lambda d: write(b'known', WRITE | END, dir_fd=d)))
    op('cut', at(lambda d: write(b'cut', WRITE | CUT, dir_fd=d)))
    op('create', at(lambda d: write(b'new', WRITE | NEW | ONLY_NEW, dir_fd=d)))
    op('create below', at(lambda d: write(b'sub/new2', WRITE | NEW, dir_fd=d)))
    op('append below', at(lambda d: write(b'sub/deep', WRITE | END, dir_fd=d)))
    op('unlink', at(lambda d: os.unlink(b'gone', dir_fd=d)))
    op('mkdir and in it', at(lambda d: (os.mkdir(b'md', dir_fd=d), write(b'md/x', WRITE | NEW, dir_fd=d))))
    op('link and symlink', at(lambda d: (os.symlink(b'known', b'sy', dir_fd=d), os.link(b'known', b'hl', src_dir_fd=d, dst_dir_fd=d))))
    op('rename', at(lambda d: os.rename(b'moved', b'moved2', src_dir_fd=d, dst_dir_fd=os.open(tree('fd', 'other'), os.O_RDONLY))))
    op('chmod', at(lambda d: os.chmod(b'mode', 0o600, dir_fd=d)))
    op('openat2', at(beneath))
    op('fchdir', at(lambda d: (os.fchdir(d), write(b'fc', WRITE | NEW))))
    op('same name in the cwd', from_z(lambda d: write(b'aa', WRITE | END, b'onlyinq', dir_fd=d)))
    op('unlink, same name in the cwd', from_z(lambda d: os.unlink(b'bb', dir_fd=d)))
    op('rename over the same name in the cwd', from_z(lambda d: os.rename(b'aa', b'aa', src_dir_fd=d)))
    op('rename to the same name', from_z(lambda d: os.rename(b'kept', b'kept', src_dir_fd=d)))
    op('exchange with the same name in the cwd', from_z(lambda d: call('renameat2', d, b'swapped', HERE, b'swapped', EXCHANGE)))
    shell('mv into a folder', 'mv cut "$TREE/fd/other/"; mv sub "$TREE/fd/other/"', cwd=tree('fd', 'd'))
    shell('rm -r of a folder that is not indexed', 'rm -r "$TREE/fd/node_modules"')
    op('a new folder, and in it by descriptor', at(lambda d: [os.mkdir(b'fresh', dir_fd=d), write(b'f', WRITE | NEW, dir_fd=os.open(b'fresh', os.O_RDONLY, dir_fd=d))]))


@family
def by_cwd():
    for name in ('c/f', 'c/g', 'c/k/h', 'c/j', 'dots/a', 'gone/f', 'ren/f'):
        put(tree('cwd', name))
    yield
    at = lambda name: tree('cwd', name)
    op('known', inside(at('c'), lambda: write(b'f', WRITE | END)))
    op('new', inside(at('c'), lambda: write(b'new', WRITE | NEW)))
    op('below', inside(at('c'), lambda: write(b'k/n2', WRITE | NEW)))
    op('dot', inside(at('c'), lambda: write(b'./g', WRITE | END)))
    op('dots', inside(at('c/k'), lambda: write(b'../j', WRITE | END)))
    op('unnormal', lambda: write(at('c//k/.././../dots/./n'), WRITE | NEW))
    op('unlink', inside(at('c/k'), lambda: os.unlink(b'h')))
    op('after it was renamed', inside(at('ren'), lambda: (os.rename(at('ren'), at('ren2')), write(b'f', WRITE | END))))
    op('after it was deleted', inside(at('gone'), lambda: (os.unlink(b'f'), os.rmdir(at('gone')), write(b'x', WRITE | NEW))), errno.ENOENT)


@family
def aliases():
    for name in ('real/f', 'real/g', 'real/h', 'jail/in/f', 'jail/in/g', 'bound/f'):
        put(tree('alias', name))
    os.symlink(tree('alias', 'real'), tree('alias', 'ldir'))
    os.symlink(b'real/f', tree('alias', 'lfile'))
    os.symlink(b'real/made', tree('alias', 'dangling'))
    os.symlink(tree('alias', 'real'), beside('lout'))
    os.makedirs(beside('mnt'), exist_ok=True)
    yield
    at = lambda name: tree('alias', name)

    def jailed(folder, path, flags):
        def work():
            os.chroot(at('jail'))
            os.chdir(folder)
            write(path, flags)
        return work
    op('symlinked folder', lambda: write(at('ldir/f'), WRITE | END))
    op('new in a symlinked folder', lambda: write(at('ldir/n1'), WRITE | NEW))
    op('symlinked file', lambda: write(at('lfile'), WRITE | END, b'symlinkedfile'))
    op('new through a dangling symlink', lambda: write(at('dangling'), WRITE | NEW))
    op('symlink outside', lambda: write(beside('lout', 'g'), WRITE | END))
    op('new by a symlink outside', lambda: write(beside('lout', 'n2'), WRITE | NEW))
    op('cwd by a symlink', inside(beside('lout'), lambda: write(b'h', WRITE | END)))
    op('up from a symlink', lambda: write(beside('lout', '..', 'n3'), WRITE | NEW))
    op('chroot', jailed('/', b'/in/f', WRITE | END))
    op('new in chroot', jailed('/in', b'n', WRITE | NEW))
    op('chroot without chdir', lambda: (os.chdir(at('jail')), os.chroot(b'.'), write(b'in/g', WRITE | END)))
    # Mounts are made in a namespace of their own, so that nothing is left behind.
    shell('bind mount', '''unshare -m sh -ec 'mount --bind "$TREE/alias/bound" "$BESIDE/mnt"; echo x >> "$BESIDE/mnt/f"
        echo new > "$BESIDE/mnt/n"; mv "$BESIDE/mnt/n" "$BESIDE/mnt/m"' ''', ['unshare', 'mount'])


@family
def odd_names():
    put(tree('odd', b'\xc3\x28 \n', b'x\ty'))
    yield
    names = [b'a b  c', b'new\nline', b'q"uote', b"it's", b'back\\slash', b'bad\xff\xfe\x80', 'gr\u00fc\u00dfe-\u65e5\u672c.txt'.encode(), b'n' * 255,
             ('\u00e9' * 127).encode(), b'\xff' * 255, b'name=x key=(null)', b'DEADBEEF', b'(null)', b'c\x01\x1d\x7f', b' lead trail ',
             b'*?[x]', b'-rf', b't\tb', b'f\ntype=PATH msg=audit(1.000:1): item=0 name="evil"', b'a\x1dUID="root"', b'0123456789ABCDEF']
    for name in names:
        op(f'create {name!r}', lambda: write(tree('odd', name), WRITE | NEW | ONLY_NEW))
        op(f'append {name!r}', inside(tree('odd'), lambda: write(b'./' + name, WRITE | END)))
    op('folder', lambda: (os.mkdir(tree('odd', b'd \n"x')), os.chdir(tree('odd', b'd \n"x')), write(b'f', WRITE | NEW)))
    op('by descriptor', lambda: write(b'x\ty', WRITE | END, dir_fd=os.open(tree('odd', b'\xc3\x28 \n'), os.O_RDONLY)))
    op('rename', lambda: os.rename(tree('odd', b'a b  c'), tree('odd', b'z\xff z')))
    op('rename to a plain one', lambda: os.rename(tree('odd', b'a\x1dUID="root"'), tree('odd', 'plain')))
    op('unlink', lambda: os.unlink(tree('odd', b'q"uote')))


DEEP = b'D' * 200


def go_deep(levels):
    os.chdir(tree())
    for _ in range(levels):
        os.makedirs(DEEP, exist_ok=True)
        os.chdir(DEEP)


@family
def deep_paths():
    op('prepare', lambda: (go_deep(18), write(b'old', WRITE | NEW)))
    yield
    folder = os.path.join(TREE, *[DEEP] * 18)
    op('create', lambda: (go_deep(18), write(b'n', WRITE | NEW)))
    op('append', lambda: (go_deep(18), write(b'old', WRITE | END)))
    op('by its whole name', lambda: write(os.path.join(folder, b'm2'), WRITE | NEW))
    op('by its whole name, in hex', lambda: write(os.path.join(folder, b'm 3'), WRITE | NEW))


@family
def short_lives():
    for n in range(6):
        put(tree('life', f'{n}'))
    yield
    import threading

    def threads():
        each = [threading.Thread(target=lambda n: (write(tree('life', f'{n}'), WRITE | END), write(tree('life', f'new{n}'), WRITE | NEW)), args=(n,))
                for n in range(6)]
        [thread.start() for thread in each]
        [thread.join() for thread in each]

    def killed():
        os.write(os.open(tree('life', 'killed'), WRITE | NEW), b'lastword')
        os.kill(os.getpid(), 9)

    def reused():
        for _ in range(5):
            write(tree('life', 'reused'), WRITE | NEW, b'early')
            os.unlink(tree('life', 'reused'))
        write(tree('life', 'reused2'), WRITE | NEW, b'laterword')
    op('threads', threads)
    op('killed', killed)
    op('inode used again', reused)
    op('folder made anew', lambda: [(os.mkdir(tree('life', 'dir')), write(tree('life', 'dir', f'{n}'), WRITE | NEW), shutil.rmtree(tree('life', 'dir')) if n < 3 else None) for n in range(4)])


@family
def failures():
    for name in ('ro', 'x1', 'dd/f'):
        put(tree('fail', name))
    os.chmod(tree('fail', 'ro'), 0o400)
    yield
    at = lambda name: tree('fail', name)

    def nobody(work):
        return lambda: (os.setuid(65534), work())
    op('may not write', nobody(lambda: write(at('ro'), WRITE | END)), errno.EACCES)
    op('may not unlink', nobody(lambda: os.unlink(at('dd/f'))), errno.EACCES)
    op('is not there', lambda: write(at('nope'), WRITE), errno.ENOENT)
    op('folder is not there', lambda: write(at('nodir/x'), WRITE | NEW), errno.ENOENT)
    op('is there', lambda: write(at('x1'), WRITE | NEW | ONLY_NEW), errno.EEXIST)
    op('is not empty', lambda: os.rmdir(at('dd')), errno.ENOTEMPTY)
    op('folder is there', lambda: os.mkdir(at('dd')), errno.EEXIST)
    op('other file system', lambda: os.rename(at('x1'), b'/dev/shm/find-text-never'), errno.EXDEV)
    op('is a folder', lambda: write(at('dd'), WRITE), errno.EISDIR)


class Machine386:
    """System calls as a 32-bit program makes them: by int 0x80, with memory below 4 GiB."""
    CALLS = {'write': 4, 'open': 5, 'unlink': 10, 'rename': 38, 'mkdir': 39, 'openat': 295}
    STUB = bytes.fromhex('53 89f8 89f3 87d1 4489c6 cd80 5b c3')

    def __init__(self):
        below_4g = 0x40
        self.memory = mmap.mmap(-1, 8192, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | below_4g,
                                mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self.memory[:len(self.STUB)] = self.STUB
        self.base = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        self.code = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_uint32] * 5)(self.base)
        self.end = 1024

    def pointer(self, text):
        at, self.end = self.end, self.end + len(text) + 1
        self.memory[at:self.end] = text + b'\0'
        return self.base + at

    def call(self, name, *args):
        numbers = [self.pointer(arg) if isinstance(arg, bytes) else arg & 0xffffffff for arg in args]
        result = self.code(self.CALLS[name], *(numbers + [0] * (4 - len(numbers))))
        if result < 0:
            raise OSError(-result, os.strerror(-result))
        return result


@family
def calls_of_i386():
    for name in ('known', 'gone', 'moved'):
        put(tree('i386', name))
    yield
    if os.uname().machine != 'x86_64':
        sys.stderr.write('i386: left out, not on this processor\n')
        return
    at = lambda name: tree('i386', name)

    def put386(name, flags):
        machine = Machine386()
        fd = machine.call('open', at(name), flags, 0o644)
        machine.call('write', fd, b'by thirtytwo bits', 17)
    op('i386 create', lambda: put386('new', WRITE | NEW))
    op('i386 append', lambda: put386('known', WRITE | END))
    op('i386 unlink', lambda: Machine386().call('unlink', at('gone')))
    op('i386 rename', lambda: Machine386().call('rename', at('moved'), at('moved2')))
    op('i386 mkdir', lambda: Machine386().call('mkdir', at('dir'), 0o755))
    op('i386 by descriptor', lambda: Machine386().call('openat', os.open(at('dir'), os.O_RDONLY), b'f', WRITE | NEW, 0o644))


class Ring:
    """An io_uring for one operation after the other; layouts as in linux/io_uring.h."""
    OPEN, WRITE, RENAME, UNLINK, MKDIR = 18, 23, 35, 36, 37

    def __init__(self):
        params = ctypes.create_string_buffer(120)
        try:
            self.fd = call('io_uring_setup', 4, params)
        except PermissionError as error:
            raise OSError(errno.ENOSYS, 'io_uring is switched off') from error
        entries, completions = struct.unpack_from('II', params, 0)
        _, self.tail, self.mask, _, _, _, self.array = struct.unpack_from('7I', params, 40)
        self.done, _, self.done_mask, _, _, self.cqes = struct.unpack_from('6I', params, 80)
        size = max(self.array + 4 * entries, self.cqes + 16 * completions)
        self.ring = mmap.mmap(self.fd, size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        self.sqes = mmap.mmap(self.fd, 64 * entries, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE, offset=0x10000000)

    def do(self, operation, fd, first, length=0, second=0, flags=0):
        kept = [ctypes.create_string_buffer(each) if isinstance(each, bytes) else each for each in (first, second)]
        address, other = [ctypes.addressof(each) if isinstance(each, ctypes.Array) else each for each in kept]
        struct.pack_into('<BBHiQQIIQ', self.sqes, 0, operation, 0, 0, fd, other, address, length & 0xffffffff, flags, 1)
        tail, mask = self.word(self.tail), self.word(self.mask)
        struct.pack_into('I', self.ring, self.array + 4 * (tail & mask), 0)
        struct.pack_into('I', self.ring, self.tail, tail + 1)
        call('io_uring_enter', self.fd, 1, 1, 1, 0, 0)
        head = self.word(self.done)
        result, = struct.unpack_from('i', self.ring, self.cqes + 16 * (head & self.word(self.done_mask)) + 8)
        struct.pack_into('I', self.ring, self.done, head + 1)
        if result < 0:
            raise OSError(-result, os.strerror(-result))
        return result

    def word(self, at):
        return struct.unpack_from('I', self.ring, at)[0]


@family
def unseen():
    for name in ('ring/old', 'ring/gone', 'handle', 'dated', 'flagged'):
        put(tree('unseen', name))
    put(beside('twin'), b'twin')
    os.link(beside('twin'), tree('unseen', 'twin'))
    yield
    at = lambda name: tree('unseen', name)

    def ring_write():
        ring = Ring()
        fd = ring.do(Ring.OPEN, HERE, at('ring/new'), 0o644, 0, WRITE | NEW)
        ring.do(Ring.WRITE, fd, b'writtenbyring', 13, 2 ** 64 - 1)

    def by_handle():
        handle = ctypes.create_string_buffer(struct.pack('Ii', 128, 0), 136)
        call('name_to_handle_at', HERE, at('handle'), handle, ctypes.byref(ctypes.c_int()), 0)
        os.write(call('open_by_handle_at', os.open(TREE, os.O_RDONLY), handle, WRITE | END), b' writtenbyhandle')

    def flag():
        no_atime, set_flags = 0x80, 0x40086602
        fcntl.ioctl(os.open(at('flagged'), os.O_RDONLY), set_flags, struct.pack('l', no_atime))
    op('written by io_uring', ring_write)
    op('renamed by io_uring', lambda: Ring().do(Ring.RENAME, HERE, at('ring/old'), HERE, at('ring/old2')))
    op('unlinked by io_uring', lambda: Ring().do(Ring.UNLINK, HERE, at('ring/gone')))
    op('folder made by io_uring', lambda: Ring().do(Ring.MKDIR, HERE, at('ring/dir'), 0o755))
    op('written through a name outside', lambda: write(beside('twin'), WRITE | END, b' writtenoutside'))
    op('written by its handle', by_handle)
    op('another time', lambda: os.utime(at('dated'), (1e9, 1e9)))
    op('another flag', flag)


def main():
    global TREE, BESIDE
    TREE, BESIDE = [os.fsencode(folder) for folder in sys.argv[1:3]]
    put(beside('sent-from'), b'sentwords')
    families = [FAMILIES[name]() for name in sys.argv[3:] or FAMILIES if sys.argv[3:] or name != 'unseen']
    for each in families:
        next(each)
    print('prepared', flush=True)
    sys.stdin.readline()
    for each in families:
        next(each, None)
    if failed:
        sys.exit('not done: ' + ', '.join(failed))


main()
