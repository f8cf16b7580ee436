/**
 * Mount points where the kernel, or a desktop service, shows something that is not files kept by anyone: never worth
 * indexing, and reading may have effects. Network file systems are not among them.
 */
const PSEUDO_TYPES: ReadonlySet<string> = new Set(
  (
    'binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devpts devtmpfs efivarfs functionfs fusectl hugetlbfs mqueue ' +
    'nfsd nsfs proc pstore resctrl rpc_pipefs securityfs selinuxfs smackfs sysfs tracefs usbfs xenfs ' +
    'fuse.gvfsd-fuse fuse.portal fuse.lxcfs fuse.fuse-cgroups fuse.kio-fuse'
  ).split(' '),
);

export function isPseudo(type: string): boolean {
  return PSEUDO_TYPES.has(type);
}
