# What a user does with find-text, whatever way it came: sourced by by-npm.sh and by-deb.sh. Leaves nothing in the home.
set -euo pipefail

typed() {
  printf '$ %s\n' "$*"
  "$@"
}

# What is typed is to say that, within a minute.
until_says() {
  local wanted=$1 said=
  shift
  for _ in $(seq 240); do
    said=$("$@" 2>&1) || true
    [[ $said != *"$wanted"* ]] || return 0
    sleep 0.25
  done
  printf 'FAULT: %s does not say "%s" but:\n%s\n' "$*" "$wanted" "$said" >&2
  return 1
}

use_it() {
  mkdir ~/Documents
  echo 'The gulls cried over the harbour.' >~/Documents/letter.txt
  typed find-textd install ~/Documents --start-by autostart
  until_says letter.txt find-text -l gulls
  echo 'A lighthouse.' >~/Documents/new.txt
  until_says new.txt find-text -l lighthouse
  rm ~/Documents/new.txt
  until_says 'nothing found' find-text lighthouse
  typed find-text gulls
  typed find-textd why ~/Documents/letter.txt
  typed find-textd status
  typed find-textd doctor
  typed find-textd config --check
  [ -z "${TRY_AUDIT:-}" ] || use_audit
  typed find-textd install --start-by autostart
  until_says letter.txt find-text -l harbour
  typed find-textd uninstall --purge
  rm -r ~/Documents
}

# sudo looks into the folders of root alone.
as_root() {
  if [ -x /usr/bin/find-textd ]; then typed sudo "$@"; else typed sudo env PATH="$PATH" "$@"; fi
}

use_audit() {
  as_root find-textd audit install ~/Documents
  until_says '"source":"audit"' find-textd status --json
  echo 'A buoy.' >~/Documents/new.txt
  until_says new.txt find-text -l buoy
  until_says ann find-textd events ~/Documents/new.txt
  until_says new.txt find-textd audit log ~/Documents
  typed find-textd events ~/Documents/new.txt
  as_root find-textd audit status
  as_root find-textd audit uninstall
  rm ~/Documents/new.txt
  until_says 'nothing found' find-text buoy
}

completes() {
  bash -c 'source "$1" && complete -p find-text' bash "$1" >/dev/null
}
