#!/usr/bin/env bash
# npm run try-package [SUITE...]: the package in fresh minimal Debian systems (debootstrap; bookworm and trixie), as root.
# A user without root installs what `npm pack` makes, as README.md says, uses it, lets it learn of changes from auditd by
# sudo, and takes it back; then the .deb is installed, used and purged. Each time the whole file system must be as it was
# before. Nothing stays mounted or running: the mounts are in a namespace of their own. The processes are not: the kernel
# lets auditd into the first process namespace only. Where auditing is in use already, that step is left out.
set -euo pipefail
if [ -z "${FIND_TEXT_APART:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "npm run try-package: it needs root, for debootstrap and chroot" >&2; exit 2; }
  command -v debootstrap >/dev/null || { echo "npm run try-package: apt-get install debootstrap" >&2; exit 2; }
  exec env FIND_TEXT_APART=1 unshare --mount --propagation private bash "$0" "$@"
fi
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d /var/tmp/find-text-try-XXXXXX)

clean_up() {
  end_processes
  [ ! -e "$work/audit-before" ] || give_back_audit
  for mount in "$work"/*/proc "$work"/*/dev; do umount -R -l "$mount" 2>/dev/null || true; done
  rm -rf --one-file-system "$work"
}

# Those of the systems made here: no other process has its root there.
end_processes() {
  local process root
  for process in /proc/[0-9]*; do
    root=$(readlink "$process/root") || continue
    case $root in "$work"/*) kill -KILL "${process#/proc/}" 2>/dev/null || true ;; esac
  done
}

# Tests that use the kernel's auditing take turns under this lock.
borrow_audit() {
  exec 9>>/tmp/find-text-audit.flock
  flock 9
  local before
  before=$(auditctl -s 2>/dev/null) || { say "no auditctl, or no audit in the kernel: sudo find-textd audit install is left out"; return 0; }
  if ! grep -qx 'pid 0' <<<"$before" || ! grep -qx 'No rules' <<<"$(auditctl -l)"; then
    say "auditing is in use on this machine: sudo find-textd audit install is left out"
    return 0
  fi
  printf '%s\n' "$before" >"$work/audit-before"
}

give_back_audit() {
  auditctl -D >/dev/null
  local option field
  for option in -b:backlog_limit -f:failure --backlog_wait_time:backlog_wait_time -e:enabled; do
    field=${option#*:}
    auditctl "${option%:*}" "$(sed -n "s/^$field //p" "$work/audit-before")" >/dev/null
  done
}

trap clean_up EXIT
trap 'exit 130' INT TERM
[ $# -gt 0 ] || set -- bookworm trixie

say() { printf '\n== %s\n' "$*"; }

# The mirror is that of this machine.
mirror=$(find /etc/apt -name '*sources*' -type f -exec \
  sed -nE 's#^(URIs:|deb( \[[^]]*\])?) *(https?://[^ ]+/debian)/?( .*)?$#\3#p' {} + | sed -n 1p)

make_packages() {
  say "npm pack, npm run deb"
  (cd "$top" && npm pack --silent --pack-destination "$work" && cd "$work" && node "$top/packaging/deb/deb.mjs")
}

# A minimal system with what a user of README.md has: a Node, npm, and where no ready-made better-sqlite3 is to be had a compiler.
make_root() {
  local suite=$1 root=$2 packages=ca-certificates,make,g++,python3,auditd,sudo
  debootstrap --variant=minbase --include="$packages" "$suite" "$root" "${mirror:-http://deb.debian.org/debian}" >"$work/debootstrap.log" ||
    { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
  mount -t proc proc "$root/proc"
  mount --rbind --make-rslave /dev "$root/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  [ -z "${NODE_EXTRA_CA_CERTS:-}" ] || cp "$NODE_EXTRA_CA_CERTS" "$root/etc/ssl/extra.crt"
  chroot "$root" useradd --create-home --shell /bin/bash ann
  echo 'ann ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/ann"
  add_node "$suite" "$root"
}

# Debian 13 has a Node of its own. In Debian 12 that of this machine stands for a newer one, as a package and with its npm.
add_node() {
  local suite=$1 root=$2
  if [ "$suite" != bookworm ]; then
    chroot "$root" apt-get install -y -qq --no-install-recommends nodejs npm >"$work/apt.log" 2>&1
    return
  fi
  local node version npm folder=$work/nodejs
  node=$(readlink -f "$(command -v node)")
  version=$(node -p process.versions.node)
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  mkdir -p "$folder/DEBIAN" "$folder/usr/bin" "$folder/usr/lib/node_modules"
  cp "$node" "$folder/usr/bin/node"
  cp -r "$npm" "$folder/usr/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$folder/usr/bin/npm"
  headers=$(dirname "$(dirname "$node")")/include/node
  [ ! -d "$headers" ] || { mkdir -p "$folder/usr/include" && cp -r "$headers" "$folder/usr/include/node"; }
  printf 'Package: nodejs\nVersion: %s-0trial\nArchitecture: %s\nMaintainer: root <root@localhost>\nDescription: Node of the building machine\n' \
    "$version" "$(dpkg --print-architecture)" >"$folder/DEBIAN/control"
  dpkg-deb -Znone --root-owner-group --build "$folder" "$root/var/cache/nodejs.deb" >/dev/null
  chroot "$root" dpkg -i /var/cache/nodejs.deb >"$work/apt.log" 2>&1
}

# Every file with its kind, mode, owner and size, but for what package managers keep for themselves.
tree_of() {
  (cd "$1" && find . dev/shm -xdev \
    \( -path ./proc -o -path ./dev -o -path ./home/ann/.npm -o -path ./home/ann/.npmrc -o -path './home/ann/.cache/node-gyp' \
    -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache/apt -o -path ./var/cache/debconf -o -path ./var/cache/ldconfig \
    -o -path ./var/log -o -path './etc/ld.so.cache' \) -prune -o \
    -type f -printf '%p %y %m %u:%g %s\n' -o -printf '%p %y %m %u:%g %l\n' | sort)
}

expect_same() {
  local root=$1 what=$2
  tree_of "$root" >"$work/after"
  if ! diff "$work/before" "$work/after" >"$work/difference"; then
    echo "FAULT: $what leaves (>) or takes away (<):" >&2
    head -n 30 "$work/difference" >&2
    return 1
  fi
  echo "nothing is left: $(wc -l <"$work/after") files and folders are as they were"
}

as_ann() {
  local settings=npm_config_nodedir=/usr
  [ -z "${NODE_EXTRA_CA_CERTS:-}" ] || settings+=" NODE_EXTRA_CA_CERTS=/etc/ssl/extra.crt"
  [ ! -e "$work/audit-before" ] || settings+=" TRY_AUDIT=1"
  chroot "$1" su - ann -c "$settings bash /opt/$2"
}

start_auditd() {
  [ ! -e "$work/audit-before" ] || chroot "$1" auditd
}

stop_auditd() {
  [ -e "$work/audit-before" ] || return 0
  kill -TERM "$(sed -n 's/^pid //p' <<<"$(auditctl -s)")"
  until grep -qx 'pid 0' <<<"$(auditctl -s)"; do sleep 0.2; done
  if ! grep -qx 'No rules' <<<"$(auditctl -l)"; then
    echo "FAULT: kernel rules are left: $(auditctl -l)" >&2
    return 1
  fi
}

try_npm() {
  say "$1: npm install -g, by a user without root"
  tree_of "$2" >"$work/before"
  start_auditd "$2"
  as_ann "$2" by-npm.sh
  stop_auditd
  expect_same "$2" "uninstall"
}

try_deb() {
  say "$1: the .deb"
  tree_of "$2" >"$work/before"
  chroot "$2" apt-get install -y -qq --no-install-recommends /opt/find-textd.deb
  chroot "$2" dpkg --verify find-textd
  foreign=$(chroot "$2" dpkg -L find-textd | (cd "$2" && xargs -I{} find .{} -maxdepth 0 \( ! -user root -o -perm /022 \) ! -type l))
  [ -z "$foreign" ] || { echo "FAULT: not root's alone: $foreign" >&2; return 1; }
  start_auditd "$2"
  as_ann "$2" by-deb.sh
  chroot "$2" apt-get purge -y -qq find-textd
  stop_auditd
  expect_same "$2" "purge"
}

borrow_audit
make_packages
for suite in "$@"; do
  say "$suite: debootstrap"
  root=$work/$suite
  make_root "$suite" "$root"
  cp "$here"/by-npm.sh "$here"/by-deb.sh "$here"/use.sh "$root/opt/"
  cp "$work"/find-textd-*.tgz "$root/opt/find-textd.tgz"
  cp "$work"/find-textd_*.deb "$root/opt/find-textd.deb"
  echo "Node $(chroot "$root" node -p process.versions.node), npm $(chroot "$root" npm --version)"
  try_npm "$suite" "$root"
  try_deb "$suite" "$root"
  for mount in proc dev; do umount -R -l "$root/$mount"; done
  rm -rf --one-file-system "$root"
done
say "all is well: $*"
